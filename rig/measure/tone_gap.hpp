// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/measure/tone_track.hpp"

#include <cstddef>

namespace fourpole {

/// What lies between the wave before a break and the one behind it.
struct ToneGap {
    std::ptrdiff_t begin = 0;  ///< first sample that is not the first wave
    std::ptrdiff_t end = 0;    ///< first one of the second; the same where nothing lies between
    /// Where the two waves are alike, or their difference is noise, the break may begin anywhere from
    /// `earliest` to `latest`.
    std::ptrdiff_t earliest = 0, latest = 0;
};

/// Both waves are drawn on into the gap: it is where the sum of squares against the first up to there and
/// against the second from there on is least, all inputs over their noise. Samples that are neither wave (by
/// 8 times the noise and 2 % of the lines' amplitudes) fill it.
/// @param count  by which the second wave is later
ToneGap gap_between(const Recording& recording, const ToneReference& reference, const ToneSplit& split,
                    std::ptrdiff_t count);

/// True where [from, to) of every input is a digital zero (`least_step`), or where the lines' inputs hold no
/// more than their usual noise: a player that underran is silent, the converter behind it is not.
bool is_silent(const Recording& recording, const ToneReference& reference, const ToneSplit& split,
               std::ptrdiff_t from, std::ptrdiff_t to, double least_step);

}  // namespace fourpole
