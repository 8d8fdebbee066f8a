// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/align/breaks.hpp"
#include "rig/measure/timing.hpp"
#include "rig/measure/tone_fits.hpp"
#include "rig/programme.hpp"

#include <optional>

namespace fourpole {

/// Tones of the programme, fitted; with what they say of a clock that no marker told.
struct HeardTones {
    FittedTones fitted;
    std::optional<Clock> clock;  ///< with a start
    /// Whether that start is the only one that it may be: markers, the tones' own onset, or lines that agree
    /// at one moment alone. Of a comb on one side a start a period off turns what the other side plays.
    bool only_start = false;
    Breaks breaks;  ///< of the stream, while they play
};

/// Finds the programme's segments of steady tones and fits them on every input.
/// @param grain   per input, as grain_of()
/// @param least_step  what counts as digital zero
/// @param timing  by the markers; where they said nothing, the tones' clock and start are filled in
/// No segments: the programme has no tones, or none was long enough or heard well enough for a clock.
HeardTones hear_tones(const Recording& recording, const Programme& programme, const PerSide<double>& grain,
                      bool same_clock, double least_step, Timing& timing);

}  // namespace fourpole
