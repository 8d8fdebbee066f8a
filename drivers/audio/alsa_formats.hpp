// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/result.hpp"

#include <string>

namespace fourpole {

/// Looks at an ALSA device before RtAudio opens it. What RtAudio makes of a device's sample formats:
///   32 bits (integer or float)   as it should
///   24 bits in 4 bytes (S24_LE)  5.2 and 6.0 write past the end of their buffer
///   24 bits in 3 bytes only      5.2 and 6.0 do not open it
///   16 bits beside 24 in 3       opens with 16 and says nothing
/// Faults bench_trouble, each with the way out: one of these; the device is in use; the default mixer does
/// not open, without which RtAudio 5.2 opens another device than the one it listed.
/// @param device  as RtAudio lists it
/// @param bits    that the interface is to have
Result<Done> alsa_device_is_safe(const std::string& device, int bits);

}  // namespace fourpole
