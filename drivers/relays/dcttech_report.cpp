// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/relays/dcttech_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

namespace fourpole {

DcttechReport dcttech_set(int relay, bool on) {
    assert(relay >= 1 && relay <= most_dcttech_relays);
    return {static_cast<std::uint8_t>(on ? 0xff : 0xfd), static_cast<std::uint8_t>(relay)};
}

DcttechReport dcttech_set_all(bool on) { return {static_cast<std::uint8_t>(on ? 0xfe : 0xfc)}; }

Answer<DcttechState> dcttech_state(std::span<const std::uint8_t> report, int relays) {
    using Told = Answer<DcttechState>;
    if (report.size() == 9) report = report.subspan(1);
    if (report.size() != 8)
        return Told::refused(fmt::format(
            "a state of {} bytes; a board sends 8, or 9 with the report's number", report.size()));
    DcttechState out;
    for (const std::uint8_t c : report.first(5)) {
        if (c == 0) break;
        if (c < 0x20 || c > 0x7e)
            return Told::refused(fmt::format("a name with the byte {:#04x} in it; the board's is text", c));
        out.name += static_cast<char>(c);
    }
    out.closed = report[7];
    if (relays < most_dcttech_relays && (out.closed >> relays) != 0)
        return Told::refused(fmt::format(
            "a state of {:#04x}, in which relays are on that a board of {} has not", out.closed, relays));
    return Told::of(out);
}

std::optional<int> dcttech_relays(std::string_view product) {
    constexpr std::string_view begin = "USBRelay";
    if (product.size() != begin.size() + 1 || !product.starts_with(begin)) return std::nullopt;
    const int relays = product.back() - '0';
    return relays >= 1 && relays <= most_dcttech_relays ? std::optional(relays) : std::nullopt;
}

}  // namespace fourpole
