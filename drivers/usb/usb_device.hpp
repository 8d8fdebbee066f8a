// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "drivers/usb/audio_function.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace fourpole {

/// One plugged device, as the kernel has read it. Nothing here was asked of the device itself: a request in
/// the middle of a take has stopped the sound of interfaces (fwupd #50), and reading sysfs needs no
/// permission.
struct UsbDevice {
    int vendor = 0, product = 0, bcd_device = 0;
    std::string serial, maker, name;          ///< its strings, printable; "" = it has none
    std::string port;                         ///< "1-2.3": bus 1, port 2, port 3 of the hub there
    int bus = 0, address = 0;                 ///< the address changes with every plugging
    double speed_mbit_s = 0.0;                ///< 1.5 low, 12 full, 480 high, 5000 super
    std::filesystem::path sysfs;              ///< its folder, without links
    std::vector<std::uint8_t> configuration;  ///< descriptors of the active configuration, as it sent them

    /// /dev/bus/usb/001/002: what a program opens to talk to it.
    std::filesystem::path node() const;
    bool has_audio() const;  ///< any interface of class 1
};

/// "16c0:05df".
std::string vid_pid(const UsbDevice& device);
/// "USBRelay2 (16c0:05df) at port 1-2": how a sentence names it.
std::string spoken(const UsbDevice& device);

/// Everything that is plugged in, hubs left out, in the order of buses and ports. `sysfs`: another root than
/// /sys, for a test. A device that goes while it is read is left out; where there is no USB the list is
/// empty.
std::vector<UsbDevice> usb_devices(const std::filesystem::path& sysfs = "/sys");

/// Of the bytes of sysfs `descriptors` (the device's 18, then each configuration) the configuration of that
/// number; where none has it, the first. Empty: there is none. Never reads beyond the bytes.
std::vector<std::uint8_t> configuration_in(const std::vector<std::uint8_t>& descriptors, int number);

}  // namespace fourpole
