// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "drivers/usb/usb_device.hpp"

#include <string>
#include <vector>

namespace fourpole {

/// What is known of one model beyond what its descriptors say.
struct InterfaceQuirk {
    const char* model;   ///< "MOTU M4"
    const char* knows;   ///< a sentence
    const char* advice;  ///< what a person does about it; "" = nothing, the kernel sees to it
};

/// Of this device; empty: nothing is known.
/// Source: sound/usb/quirks.c, mixer_quirks.c, mixer_scarlett2.c and implicit.c of Linux 6.1 (Debian's
/// linux-source-6.1), and where QuantAsylum is concerned its published protocol.
std::vector<InterfaceQuirk> quirks_of(const UsbDevice& device);

/// "1235:8212" of every row. Each stands in a file of profiles/interfaces too, and the other way round
/// (tests/interface_profiles_test.cpp).
std::vector<std::string> identities_with_quirks();

}  // namespace fourpole
