// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/measure/tone_places.hpp"
#include "rig/measure/tone_segments.hpp"
#include "rig/signal.hpp"

#include <optional>
#include <vector>

namespace fourpole {

/// The player's clock, 1 + ppm 1e-6, by what the tones of a few segments say themselves, before any clock is
/// believed: the median of the five that know it best (frequency times duration). A break within one of them
/// is no part of it (rig/measure/tone_wave.hpp), one between them neither.
///
/// @param places  that hold nothing of a neighbour at any pace within 2,500 ppm
/// Accuracy: 1 ppm for tones of 0.3 s from 1 kHz on, 60 dB above the noise. nullopt: no tone stands clear.
std::optional<double> pace_of_tones(const Recording& recording, const std::vector<ToneSegment>& segments,
                                    const std::vector<TonePlace>& places);

}  // namespace fourpole
