// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdio>
#include <memory>
#include <span>

namespace fourpole {

/// Numbers that are too many for memory, in a file without a name that is gone with this object.
/// Throws std::system_error where the disk has no room.
class ScratchFile {
public:
    ScratchFile();

    void append(std::span<const double> x);
    /// Numbers from .. from + out.size() - 1, all of which were appended. From several threads at once.
    void read(std::size_t from, std::span<double> out) const;

private:
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
};

}  // namespace fourpole
