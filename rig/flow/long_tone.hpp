// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/flow/read_capture.hpp"
#include "rig/measure/tone_segments.hpp"
#include "rig/report/record.hpp"

#include <cstddef>
#include <optional>

namespace fourpole {

/// The one steady segment of a programme that plays nothing else; nothing where there is more, or a marker.
std::optional<ToneSegment> only_segment(const Programme& programme);

/// True for such a programme where it fills most of a capture that is longer than `most_frames_whole`.
bool is_long_tone(const Programme& programme, const TakeReader& reader);

/// Tones that last for hours, stretch by stretch: each is measured as a take of its own, and what they say
/// becomes a mean as over repeated takes (over_repeats(): u by their scatter). Neighbours overlap by 0.1 s,
/// so that a break between two of them is in one.
///
/// `clock_offset` is the mean pace, and `wander` what the clock did beside it:
///     time(k) = 1e-6 step sum_{i <= k} (ppm_i - mean ppm),  at the end of stretch k; > 0: the player is
///     ahead
/// u(k) = 1e-6 step sqrt(k (1 - k/n)) u(ppm): the mean is taken out, so that it vanishes at both ends.
/// Definition wander.stretches@1. Wander within a stretch is in nothing but the u of the pace.
/// `jitter` is that of the first stretch, since it takes ten times as long as all else.
/// One invalid stretch makes the take invalid, and the breaks of all are told.
/// @param take       described; stays without samples
/// @param most_held  frames that are held at once; the stretches are the fewest equal ones, and the last
/// ends with the tone
/// Memory: that of one stretch. Faults: as measure() and TakeReader::read().
Result<TakeRecord> record_of_long_tone(TakeReader& reader, const Take& take, const Programme& programme,
                                       bool same_clock, const ReadProgress& progress,
                                       std::size_t most_held = std::size_t{1} << 20U);

}  // namespace fourpole
