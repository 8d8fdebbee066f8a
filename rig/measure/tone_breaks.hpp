// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/align/breaks.hpp"
#include "rig/measure/hum_line.hpp"
#include "rig/measure/tone_match.hpp"
#include "rig/measure/tone_places.hpp"
#include "rig/measure/tone_segments.hpp"
#include "rig/measure/tone_wave.hpp"

#include <cstddef>
#include <optional>

namespace fourpole {

/// One segment of steady tones, by what it says of the stream alone.
struct ToneBreaks {
    Breaks found;
    bool followed = false;  ///< the tones were there and followed from `from` to `to`
    std::size_t from = 0, to = 0;
    double ppm = 0.0, u_ppm = 0.0;  ///< of the player's clock while they play, whatever broke
    /// The tones as a wave, and where it stands at both ends.
    std::optional<ToneReference> reference;
    ToneState at_begin, at_end;
    /// Samples: a loss of so many, or of so many once more, leaves the tones as they are. Nothing where
    /// none up to `most_count` does.
    std::optional<double> blind_to;
};

/// Breaks of the stream while steady tones play, on all inputs that hold them.
///
/// Finding: the lines, fitted in a part of the place in which nothing broke, are one wave that goes on; each
/// window is held against it (rig/measure/tone_track.hpp), on no clock but its own.
/// Place: rig/measure/tone_gap.hpp; `between` where noise leaves it open.
/// Count: every n up to 6144 is tried (rig/measure/tone_match.hpp). One tone knows it up to its period
/// only, several up to all of theirs, and then `modulo_samples` says so; the least loss is told.
/// Kind: a run of silence was inserted or, where nothing came later, zeroed; a block that stands twice was
/// repeated, and so was what comes later without anything in between; what is there in place of neither
/// wave is a click; else samples were lost.
///
/// @param least_step  what counts as digital zero
/// @param hum  of the mains, where somebody knows of it: what it leaves of a part is no sign of a break
/// Not seen here: a loss of `blind_to` samples (rig/measure/breaks_by_edges.hpp); breaks within two windows
/// of either end of the place. Accuracy: place exact where the waves differ by 8 times the noise there; count
/// exact under the same, up to the modulus that it states (tests/tone_losses_test.cpp).
ToneBreaks breaks_between_tones(const Recording& recording, const ToneSegment& segment,
                                const TonePlace& place, double least_step,
                                const PerSide<HumElsewhere>& hum = {});

}  // namespace fourpole
