// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "drivers/usb/usb_device.hpp"
#include "rig/result.hpp"

#include <optional>
#include <string>
#include <vector>

namespace fourpole {

/// Which device a profile means. What is not said fits every device: a board without a serial number is told
/// from its twin by the port that it is plugged in.
struct UsbPattern {
    std::optional<int> vendor, product;
    std::optional<std::string> serial, port;

    bool fits(const UsbDevice& device) const;
};

/// "16C0:05df", "16c0:05df serial=A1", "16c0:05df port=1-2.3", "1235:*". Hex of either case; serial and port
/// are compared letter by letter. Fault bad_input: what was found and what is allowed.
Result<UsbPattern> usb_pattern(const std::string& text);
std::string spoken(const UsbPattern& pattern);

/// The one device that is meant. Fault bench_trouble: none is plugged in, or more than one, and then each of
/// them is listed with its port: the rig never chooses.
Result<UsbDevice> the_one(const std::vector<UsbDevice>& devices, const UsbPattern& pattern);

}  // namespace fourpole
