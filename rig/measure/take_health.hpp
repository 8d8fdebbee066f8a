// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/analysis/mains.hpp"
#include "rig/capture/take.hpp"
#include "rig/measure/measure.hpp"
#include "rig/programme.hpp"
#include "rig/stimulus/evaluate.hpp"

#include <cstddef>
#include <optional>

namespace fourpole {

/// The channel of each side, by the names that the take's facts give the channels; else left, right in this
/// order, and a mono take is the side that the programme's events name.
/// Faults: bad_input (a channel name that is no side, or a side twice), take_invalid (mono, and the
/// programme plays both sides).
using SideChannels = PerSide<std::optional<std::size_t>>;
Result<SideChannels> side_channels(const Take& take, const Programme& programme);

/// The take as two sides. Faults: as side_channels().
Result<Recording> recording_of(const Take& take, const Programme& programme);

/// One step of the converter, full scale = 1 (floating point: of 24 bits).
double converter_step(const Take& take);

/// Clipping and dead inputs, before any time is known. Sets `valid` and `reasons`.
void judge_levels(const Recording& recording, const Programme& programme, double step, Measurement& out);

/// Parts of the capture in which no event plays and none has just played.
/// @param u_start  of the clock, samples: two of them before an event are not quiet
std::vector<QuietStretch> quiet_stretches(const Recording& recording, const Programme& programme,
                                          const Clock& clock, double u_start = 0.0);

/// One line as a `mains` reading, and a word where it is large. Of lines that are not `seen` only the
/// fundamental is told, as a bound.
void add_mains(Side side, const MainsLine& line, bool seen, const char* definition, Measurement& out);

/// DC and mains lines of the quiet parts (`dc`, `mains`), with warnings where they are large.
/// `something_plays`: an event was found, so that what is loud beside it in a pause is no noise. `step`: of
/// the converter, which where nothing moves it may stand half of itself beside the truth.
void read_quiet(const Recording& recording, const std::vector<QuietStretch>& quiet, bool something_plays,
                double step, Measurement& out);

}  // namespace fourpole
