// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/measure/heard_tones.hpp"
#include "rig/measure/measure.hpp"
#include "rig/measure/timing.hpp"

#include <string>
#include <vector>

namespace fourpole {

/// What is wrong with the probes, in words; "" where nothing is. A side of which nothing arrives at
/// all is a reading (one side only), not a fault: it is told among the reasons.
std::string trouble_of_probes(const Recording& recording, const Programme& programme, const FineTiming& fine,
                              Measurement& out);

/// What is wrong with the tones, in words; "" where nothing is. Those beyond half of the capture's rate are
/// none of its own.
std::string trouble_of_tones(const Programme& programme, const Timing& by_markers, const Timing& timing,
                             const HeardTones& tones, double rate_hz);

/// Tones and J-tests of the programme that no input holds though its markers are there, a sentence each,
/// three at most.
std::vector<std::string> absent_tones(const Programme& programme, const HeardTones& tones, double rate_hz);

/// What is wrong with the programme's noise, of which so many stretches were found; "" where nothing is.
std::string trouble_of_noise(const Programme& programme, const Timing& by_markers, std::size_t found);

}  // namespace fourpole
