// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "drivers/relays/answer.hpp"

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace fourpole {

/// Bytes of the LCUS-1, -2, -4 and -8 serial relay boards (CH340, 1a86:7523; 9600 8N1).
///
///     set     A0 n s c    relay n (from 1), s = 0 off or 1 on, c = the three bytes' sum modulo 256
///     ask     FF          a line a relay, "CH1: ON" or "CH1: OFF", each ended by CR LF
///
/// Source: the boards' sellers' tables and Pebble94464's driver, which agree; older LCUS-1 do not answer.
constexpr int most_lcus_relays = 8;
constexpr std::uint8_t lcus_ask = 0xff;

std::array<std::uint8_t, 4> lcus_set(int relay, bool on);

/// What a board of `relays` has answered so far to `lcus_ask`: which of them are closed, [0] = relay 1.
/// Invalid: a line that names another relay than the next one, or neither ON nor OFF.
Answer<std::vector<bool>> lcus_state(std::string_view text, int relays);

}  // namespace fourpole
