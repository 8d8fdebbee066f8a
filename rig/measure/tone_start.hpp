// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/measure/tone_fits.hpp"
#include "rig/stimulus/evaluate.hpp"

#include <optional>

namespace fourpole {

/// The programme's start by the phases of many tones at once, which agree at one moment only (or again
/// after the period that all of them share: then the moment nearest to `near` is taken).
struct ToneStart {
    Clock clock;             ///< start includes the device's own mean delay from 500 Hz to 15 kHz
    double u_start = 0.0;    ///< samples
    double agreement = 0.0;  ///< mean of the lines' unit phasors there: 1 = all as played
    bool alone = false;      ///< no other moment looked at agrees as well
};

/// From the segment with most lines of one side, eight or more, on the input that holds them best.
/// @param near  sample of the capture where u = 0 is expected; looked for one second to either side
/// Accuracy: as the phases' own noise; the device's phase beside a delay is not in it.
/// Nothing where the lines do not agree (mean below 0.6): not this programme, or too few lines.
std::optional<ToneStart> start_by_phases(const FittedTones& tones, double near);

}  // namespace fourpole
