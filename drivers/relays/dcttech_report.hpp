// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "drivers/relays/answer.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace fourpole {

/// Bytes of the HID relay boards of dcttech.com ("USBRelay1" to "USBRelay8", 16c0:05df).
/// Source: pavel-a/usb-relay-hid (lib/usb_relay_lib.c), darrylb123/usbrelay, both of which agree.
///
///     set    FF n ..  relay n (from 1) on     FD n ..  off
///            FE ..    all on                  FC ..    all off
///     state  5 characters of the board's own name, 0, ?, bit n - 1 = relay n is on
using DcttechReport = std::array<std::uint8_t, 8>;

constexpr int most_dcttech_relays = 8;

DcttechReport dcttech_set(int relay, bool on);
DcttechReport dcttech_set_all(bool on);

struct DcttechState {
    std::string name;         ///< as somebody once wrote it into the board; "" = none
    std::uint8_t closed = 0;  ///< bit n - 1: relay n
};
/// A state report; of 9 bytes the first is the report's number.
/// Invalid: another length, a name that is no printable text, a bit of a relay that a board of `relays` has
/// not.
Answer<DcttechState> dcttech_state(std::span<const std::uint8_t> report, int relays);

/// Relays of a board by its USB product string; nullopt: 16c0:05df is shared with mice, joysticks and radios,
/// and this is none of the boards.
std::optional<int> dcttech_relays(std::string_view product);

}  // namespace fourpole
