// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/measure/hum_line.hpp"
#include "rig/measure/timing.hpp"
#include "rig/measure/tone_fits.hpp"
#include "rig/measure/tone_places.hpp"
#include "rig/measure/tone_segments.hpp"
#include "rig/programme.hpp"

#include <vector>

namespace fourpole {

/// The hum that the pauses of a take hold, looked for only where a segment has a line, or may have a product,
/// so near to an order of the mains (1 to 40 of 50 or 60 Hz) that it could hide one. Pauses as `dc` and
/// `mains` have them; of long ones the 3 s next to what plays behind them.
PerSide<HumElsewhere> hum_in_pauses(const Recording& recording, const Programme& programme,
                                    const std::vector<ToneSegment>& segments, const TonePlaces& places,
                                    const Timing& timing);

/// Fills in `hidden` of every fitted input: the lines of hum that the take holds elsewhere, in its pauses
/// (`pauses`) or fitted beside other tones, and that could not be fitted here. Amplitude of each order: the
/// largest that was seen; of an order that nobody could look at anywhere, the largest of the other orders;
/// above the ninth, which nobody looks at beside a tone, the largest of the four next to it.
void tell_hidden_hum(FittedTones& tones, const PerSide<HumElsewhere>& pauses);

/// Standard uncertainty of a fit's common scale by the lines that are hidden in its tones. A line of a re a
/// tone of A, d beside it, turns its phase by a / A sin(2 pi d t + any), which over T has the slope
///     6 / T j1(pi d T) a / A cos(any),   j1(x) = sin x / x^2 - cos x / x, at most 0.436
/// rad a second; of several tones each counts with (A w)^2 of all.
double u_scale_by_hidden(const FittedInput& input, std::size_t lines);

}  // namespace fourpole
