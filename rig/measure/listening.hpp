// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/capture/take.hpp"
#include "rig/symptom.hpp"

#include <vector>

namespace fourpole {

/// What the inputs say while nothing is played: nothing at all (digital zeros: muted, or another channel),
/// clipped, a constant above -40 dBFS, hum above -70 dBFS, noise above -50 dBFS. The bounds are where a
/// reading of an earphone's leak at -80 dB begins to suffer.
/// @param silence  a second or more
std::vector<Symptom> symptoms_of(const Take& silence);

}  // namespace fourpole
