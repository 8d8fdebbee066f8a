// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "drivers/relays/known_boards.hpp"
#include "drivers/usb/class_devices.hpp"
#include "drivers/usb/usb_device.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace fourpole {

/// A plugged device as a bench sees it: an interface, a relay board, or neither.
struct Plugged {
    UsbDevice usb;
    AudioDescription audio;           ///< of an interface
    std::optional<SoundCard> card;    ///< of an interface that the kernel's driver holds
    std::optional<KnownBoard> board;  ///< of a relay board
    std::vector<std::string> lines;   ///< its serial lines: "ttyUSB0"
    std::string trouble;              ///< why it cannot be used as it is, and the fix; "" = it can

    bool is_interface() const { return !audio.functions.empty(); }
};

/// All of them. Nothing is asked of a device and none is opened. `sysfs`, `dev`: other roots, for a test.
std::vector<Plugged> plugged_devices(const std::filesystem::path& sysfs = "/sys",
                                     const std::filesystem::path& dev = "/dev");

/// Why this user cannot open a node to read and write, with the fix of a missing permission; "" where nothing
/// is in the way.
std::string trouble_opening(const std::filesystem::path& node, const std::string& fix);

}  // namespace fourpole
