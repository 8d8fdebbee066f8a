// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/files/read_text.hpp"

#include "rig/files/open_file.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace fourpole {

Result<std::string> read_text(const std::filesystem::path& file, std::size_t max_bytes) {
    const auto opened = open_for_reading(file);
    if (!opened) return opened.error();

    // Counting what really comes, not asking for the size: a growing file, a pipe or
    // /dev/zero would lie about it.
    std::string text;
    for (;;) {
        const std::size_t have = text.size();
        const std::size_t room = max_bytes + 1 - have;
        if (room == 0)
            return file_fault(
                file, "is larger than " + std::to_string(max_bytes) + " bytes, the most allowed here");
        const std::size_t piece = std::min<std::size_t>(room, 1 << 16);
        text.resize(have + piece);
        const ssize_t got = ::read(opened->descriptor(), text.data() + have, piece);
        text.resize(have + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return file_fault(file, "cannot be read: " + system_words(errno));
        if (got == 0) return text;
    }
}

}  // namespace fourpole
