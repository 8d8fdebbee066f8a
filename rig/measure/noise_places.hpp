// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/measure/timing.hpp"
#include "rig/programme.hpp"
#include "rig/signal.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace fourpole {

/// A time in which noise plays and nothing else does, one noise a side.
struct NoiseSegment {
    double start_s = 0.0, end_s = 0.0;  ///< u
    PerSide<std::optional<Noise>> plays;
    bool only(Side side) const { return plays[side] && !plays[other(side)]; }
};

/// The segments of a programme in the order of time, those of at least 0.3 s.
std::vector<NoiseSegment> noise_segments(const Programme& programme);

/// One of them as samples [from, to) of the capture, away from its ends: a minute of it at most.
struct NoiseStretch {
    NoiseSegment segment;
    std::size_t from = 0, to = 0;
};

/// Where the programme's noise plays in a take. The clock says it where one was found. Else loudness does,
/// block by block of 10 ms: of all starts the one at which blocks that should sound alike are most alike.
/// `timing` then has that start, known to a block, and no pace: nobody knows the noise sample by sample.
/// Nothing where no input is 3 dB louder with noise than without.
std::vector<NoiseStretch> place_noise(const Recording& recording, const Programme& programme, Timing& timing);

}  // namespace fourpole
