// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/measure/timing.hpp"
#include "rig/measure/tone_segments.hpp"
#include "rig/signal.hpp"

#include <string>
#include <vector>

namespace fourpole {

/// A sentence where an input that holds a tone falls silent before the programme lets it end, or begins to
/// hold it after it should; "" where none does: a player that stopped, a side that went mute.
///
/// Power of each input, less its mean, in blocks of 50 ms, or of two periods of the slowest line or beat;
/// silent are two blocks and more 20 dB below what nine of ten do not exceed. Of a single tone without a
/// marker the programme says how long it lasts from where it is first heard, or until it is last heard.
/// What the capture does not hold of a tone is no fault. Not seen: less than two blocks, 20 ms and 0.25 % of
/// the tone at its ends, tones of fewer than four blocks, and those that noise or hum drown.
/// @param timing  by the markers
std::string stopped_tones(const Recording& recording, const std::vector<ToneSegment>& segments,
                          const Timing& timing);

}  // namespace fourpole
