// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "drivers/usb/audio_function.hpp"

#include <string>

namespace fourpole {

/// Words for a terminal type ("Universal Serial Bus Device Class Definition for Terminal Types", 2.1 to 2.7):
/// 0x0302 is "headphones"; a number that is not in the list is given as "terminal 0x0d01".
std::string terminal_name(int type);
/// Whether the terminal's other side is the host.
bool is_usb_stream(const AudioUnit& unit);

/// "feature unit", "clock source" ...; of a terminal its type's words.
std::string unit_name(const AudioUnit& unit);
/// "internal, fixed" ... of a clock source.
std::string clock_name(const AudioUnit& clock);

}  // namespace fourpole
