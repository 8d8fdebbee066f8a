// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/align/breaks.hpp"
#include "rig/measure/recorded_pace.hpp"
#include "rig/programme.hpp"
#include "rig/result.hpp"
#include "rig/signal.hpp"

#include <optional>

namespace fourpole {

/// A take beside the files that its programme plays.
struct RecordedTrack {
    bool found = false;
    /// Where they stand; its ppm is the apparent pace: what a device's delay does to a single sweep is in it.
    Clock clock;
    /// What they say of the pace; nullopt: nothing (too short, or broken).
    std::optional<RecordedPace> pace;
    Breaks breaks;
    double seconds = 0.0;  ///< of the player, from the first file's beginning to the last one's end

    bool knows_pace() const;
};

/// Looks for the files of a programme in a take: a first idea of the line as a null has it (rig/null: the
/// likeliest line by stretches of 0.7 s), then the likeliest path of lags (standing_of()), whose steps are
/// breaks of the stream (breaks_of_recorded()).
///
/// Files of the two sides that stand apart by other than the programme says have a break between them: by
/// more than 2 samples and 6 u of the pace, or, where only apparent paces are known, by 200 ppm of their
/// distance.
///
/// `least_step`: what counts as digital zero. With `same_clock` the pace is 1.
/// Faults: as recorded_wave().
Result<RecordedTrack> track_recorded(const Recording& recording, const Programme& programme, bool same_clock,
                                     double least_step);

}  // namespace fourpole
