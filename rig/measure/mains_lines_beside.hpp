// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/analysis/mains.hpp"
#include "rig/measure/tone_fits.hpp"
#include "rig/measure/tone_segments.hpp"

#include <vector>

namespace fourpole {

/// Frequencies (nominal, rising) below 1440 Hz at which what plays may have harmonics or products: of one
/// line all harmonics, of two |k1 f1 + k2 f2| with |k1| + |k2| up to 16, of more the second and third order;
/// of a J-test the odd multiples of fs / 192. One of each pair less than `apart_hz` apart.
std::vector<double> products_below_mains(const ToneSegment& segment, double apart_hz);

/// Mains lines, orders 1 to 9, in what a fitted segment holds beside its tones, as `mains` beside the tones
/// has them (rig/measure/mains_beside_tones). Empty where it is too short, or full of the programme's own.
std::vector<MainsLine> mains_lines_beside(const ToneSegment& segment, const FittedInput& input);

/// From 5 u on: a search over 1 % finds 3e-4 false ones a side.
bool seen_beside_tones(const MainsLine& line);

}  // namespace fourpole
