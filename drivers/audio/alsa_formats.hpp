// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/result.hpp"

#include <optional>
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

/// What RtAudio lists stays silent about a device that it cannot open, or opens no default mixer beside. So
/// ALSA is asked itself: of the devices that are there ("default", and every card's) and fit the pattern,
/// what speaks against the first that has something against it.
/// @param pattern  as device_matching() takes it @param bits  that the interface is to have
/// nullopt: ALSA has no such device either, or nothing speaks against it.
std::optional<Fault> why_not_listed(const std::string& pattern, int bits);

}  // namespace fourpole
