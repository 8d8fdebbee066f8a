// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/result.hpp"

#include <string>

namespace fourpole {

/// A libusb error code as a sentence with the fix. @param who  the device, "" = the bus itself
Fault usb_trouble(int code, const std::string& who, const std::string& doing);

}  // namespace fourpole
