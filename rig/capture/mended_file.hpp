// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

namespace fourpole {

/// A file read as if some bytes of it were others, for a reader that cannot do with what stands there (a
/// length that says "to the end"). The file itself stays as it is.
class MendedFile {
public:
    MendedFile(const std::filesystem::path& file, std::uint64_t at, std::string instead);

    std::int64_t size() const { return size_; }
    std::int64_t place() const { return place_; }
    /// Anywhere from 0 to the end; beyond it stays where it was.
    std::int64_t go_to(std::int64_t place);
    /// Bytes that were read; fewer than wanted at the end, and where the file cannot be read.
    std::int64_t read(char* to, std::int64_t wanted);

private:
    std::ifstream stream_;
    std::int64_t size_ = 0, place_ = 0, at_ = 0;
    std::string instead_;
};

}  // namespace fourpole
