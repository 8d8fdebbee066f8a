// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "drivers/usb/usb_device.hpp"
#include "rig/result.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace fourpole {

/// The USB device behind a bench's sound card: which one it was when the bench was opened, and whether it
/// still is. A name that two cards share, or a card that was plugged in anew and forgot its volume, is no
/// identity. Everything is read from sysfs; nothing is asked of the device.
class BoundInterface {
public:
    /// @param pattern  as a bench's "usb" says it, usb_pattern(); nothing: whatever USB device holds the card
    /// @param card     ALSA's number of the card that will play; nothing: nobody knows (JACK)
    /// @param sysfs    another root, for a test
    /// Faults: bad_input for a pattern that is none; bench_trouble where not exactly one device fits, the
    /// kernel's audio driver does not hold it, or the card is another device's.
    static Result<BoundInterface> find(const std::optional<std::string>& pattern, std::optional<int> card,
                                       std::filesystem::path sysfs = "/sys");

    /// "USB 07fd:000b serial M4AB, release 1.02, port 1-2, 480 Mbit/s"; "" where no USB device is known.
    std::string identity() const;

    /// Nothing, or bench_trouble: it has gone, was plugged in anew, or another one is in its place.
    std::optional<Fault> changed() const;

private:
    std::filesystem::path sysfs_;
    std::optional<UsbDevice> device_;
    std::optional<int> card_;
};

}  // namespace fourpole
