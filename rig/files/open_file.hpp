// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/result.hpp"

#include <filesystem>
#include <string>
#include <utility>

namespace fourpole {

/// An open file descriptor that closes itself.
class OpenFile {
public:
    explicit OpenFile(int descriptor) : descriptor_(descriptor) {}
    OpenFile(OpenFile&& o) noexcept : descriptor_(std::exchange(o.descriptor_, -1)) {}
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;
    OpenFile& operator=(OpenFile&&) = delete;
    ~OpenFile();

    int descriptor() const { return descriptor_; }
    bool close();  ///< false: the last bytes could not be stored; errno says why

private:
    int descriptor_;
};

/// Opens for reading what can be read to an end. Fault bad_input with one sentence: missing,
/// a folder, no permission.
Result<OpenFile> open_for_reading(const std::filesystem::path& file);

/// "the disk is full" and the like: errno in words.
std::string system_words(int error);

/// A Fault that says it all in `what`: "FILE: sentence".
Fault file_fault(const std::filesystem::path& file, const std::string& sentence);

}  // namespace fourpole
