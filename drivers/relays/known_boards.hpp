// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "drivers/relays/relay_link.hpp"
#include "drivers/usb/usb_bus.hpp"
#include "drivers/usb/usb_pattern.hpp"
#include "rig/result.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace fourpole {

/// What a plugged device is among the relay boards that we speak to.
struct KnownBoard {
    enum class Kind { dcttech, lcus, numato };
    Kind kind = Kind::dcttech;
    const char* words = "";     ///< "dcttech HID relay board"
    bool certain = true;        ///< false: others have the same identity, a board is one of many
    std::optional<int> relays;  ///< where the identity tells
};
/// nullopt: it is none of them. Of 16c0:05df the product string decides.
std::optional<KnownBoard> known_board(const UsbDevice& device);

/// Opens the one board that is meant, by its USB identity; a serial one by the tty that the kernel has made
/// of it. @param relays  of boards whose identity does not tell Fault bad_input: no relay board;
/// bench_trouble: none or several fit, it cannot be opened, or does not answer.
Result<std::unique_ptr<RelayLink>> open_relay_link(UsbBus& bus, const UsbPattern& pattern, int relays,
                                                   const std::filesystem::path& sysfs = "/sys");

}  // namespace fourpole
