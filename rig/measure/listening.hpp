// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/capture/take.hpp"
#include "rig/symptom.hpp"

#include <vector>

namespace fourpole {

/// What the inputs say while nothing is played: nothing at all (digital zeros: muted, or another channel),
/// clipped, a constant above -40 dBFS or above what a take may begin with (in the way), nothing but a
/// constant, hum above -70 dBFS, noise above -50 dBFS. The bounds are where a reading of an earphone's leak
/// at -80 dB begins to suffer.
/// @param silence  a second or more
/// @param most_dc  of each channel, full scale = 1: above it a take is refused; empty: no such limit
std::vector<Symptom> symptoms_of(const Take& silence, const std::vector<double>& most_dc = {});

}  // namespace fourpole
