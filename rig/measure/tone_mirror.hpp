// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/measure/tone_track.hpp"
#include "rig/measure/tone_wave.hpp"
#include "rig/signal.hpp"

#include <cstddef>

namespace fourpole {

/// Tones in time's other direction, n' = last - n, so that what is followed ahead can be followed back.
///
///     x(n) = Re(p e^(j w (n - c)))  =>  x'(n') = Re(p* e^(j w (n' - c'))),  c' = last - c
///
/// A delay d becomes -d, the pace of a delay stays, and so does a count: what is missing is missing.
/// @param first, last  the samples that are turned about; the first of them becomes the last
Recording mirrored(const Recording& recording, std::size_t first, std::size_t last);
ToneReference mirrored(const ToneReference& reference, std::size_t last);
ToneState mirrored(const ToneState& state);
ToneSplit mirrored(const ToneSplit& split, std::size_t last);

}  // namespace fourpole
