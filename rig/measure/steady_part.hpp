// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/analysis/tone_fit.hpp"

#include <cstddef>
#include <vector>

namespace fourpole {

/// Samples [from, to) of a fitted stretch.
struct SteadyPart {
    std::size_t from = 0, to = 0;
};

/// A stretch of tones without what at its ends is not as steady as the middle: the device settling, or the
/// tone's own end. Blocks of 5 ms whose rest is 1.25 times the usual rms and louder than any of the middle
/// half, from either end on, at most a quarter of the stretch each.
/// What a clock that wanders leaves there is no reason: of each block the tones' own slope is taken out
/// first.
/// @param hz  the fit's nominal frequencies
SteadyPart steady_part(const ToneFit& fit, const std::vector<double>& hz, double rate_hz);

}  // namespace fourpole
