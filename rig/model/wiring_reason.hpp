// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/model/model.hpp"

#include <string>

namespace fourpole {

/// Why the drivers hear what they hear, in one sentence for the person who holds the plug:
///   "the left driver lies between L+ and L-, the right driver between R+ and R-"
///   "ring 2 and the sleeve are bridged by the spring of R-, so L- and R- of the amplifier are
///    shorted together"
/// Taken from the contacts alone (contact_groups); `wiring` only says whether what they join is a
/// short (a hazard) or stays below the hazard's current. No full stop at the end, no newline.
std::string wiring_reason(const Plug& plug, const Jack& jack, const Touch& touch, const Wiring& wiring);

/// "L+", "R-", "ground": an output as it is called on the amplifier. The + is said only where the
/// jack has a - of the same side.
std::string output_in_words(const std::string& output, const Jack& jack);

}  // namespace fourpole
