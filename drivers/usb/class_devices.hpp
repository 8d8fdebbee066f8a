// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "drivers/usb/usb_device.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace fourpole {

/// What the kernel has made of a USB device in a class of its own: "sound" gives card1, "tty" ttyUSB0 or
/// ttyACM0. Found by where /sys/class/<CLASS>/<NAME>/device leads, never by a name that two devices may
/// share; sorted. Empty: nothing, or the device has gone.
std::vector<std::string> class_devices(const UsbDevice& device, const std::string& of_class,
                                       const std::filesystem::path& sysfs = "/sys");

/// The ALSA card of an audio interface.
struct SoundCard {
    int number = 0;  ///< "hw:1" names it until it is plugged elsewhere
    std::string id;  ///< "Gen": as "hw:Gen" names it; "" = not said
};
/// nullopt: the kernel's audio driver does not hold the device.
std::optional<SoundCard> sound_card(const UsbDevice& device, const std::filesystem::path& sysfs = "/sys");

}  // namespace fourpole
