// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/align/breaks.hpp"
#include "rig/measure/timing.hpp"
#include "rig/programme.hpp"
#include "rig/signal.hpp"

#include <optional>
#include <vector>

namespace fourpole {

/// What the tones between a programme's markers say of the stream, and the markers of what the tones cannot
/// know.
struct MarkedBreaks {
    Breaks found;                ///< under tones; and `unseen` ones, where the markers alone tell them
    std::optional<Clock> clock;  ///< by the tones' own pace, from the first marker on; nothing: no tones
    double u_ppm = 0.0;
    /// A break by a multiple of so many samples leaves the tones as they are; nothing: none does.
    std::optional<double> blind_to;
};

/// Before any clock is believed: each segment of tones is looked for by its nearest marker on either side (so
/// that no break between them hides it) and followed on its own pace (rig/measure/tone_breaks.hpp). Alike
/// markers then stand apart by what the programme says at that pace, and by what broke between them:
///
///     D = sample_b - sample_a - (u_b - u_a) fs / (1 + ppm 1e-6)
///
/// A count that the tones know up to a period only is the one that D asks for; what D holds beyond all breaks
/// that were seen lies in a pause, or is a whole period of the tones: its count is D's, with
/// u = 0.15 samples and 1 ppm of what no tone covers, its place anywhere between the two markers.
MarkedBreaks breaks_between_marks(const Recording& recording, const Programme& programme,
                                  const Timing& timing, double least_step);

/// Adds what the markers say beyond the breaks that were seen, and settles the counts that they settle.
void settle_by_marks(const Timing& timing, const MarkedBreaks& tones, double tones_s, Breaks& breaks);

/// A marker in which nothing broke, as far as was seen: it stands where its player's time has it. Of one that
/// is torn either part may be the louder.
bool is_whole(const Timing::Found& mark, const std::vector<Discontinuity>& events, double rate_hz);

/// Seconds of the programme in which steady tones play.
double seconds_of_tones(const Programme& programme);

}  // namespace fourpole
