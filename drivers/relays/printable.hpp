// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace fourpole {

/// The first characters of what a device sent, as a person may read them: a terminal must not obey a board.
inline std::string printable(std::string_view text) {
    constexpr std::size_t most = 40;
    std::string out;
    for (const char c : text.substr(0, most)) out += c >= ' ' && c <= '~' ? c : '?';
    return text.size() > most ? out + "..." : out;
}

}  // namespace fourpole
