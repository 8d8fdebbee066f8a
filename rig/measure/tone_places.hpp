// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/measure/timing.hpp"
#include "rig/measure/tone_segments.hpp"
#include "rig/signal.hpp"

#include <optional>
#include <vector>

namespace fourpole {

/// Samples [from, to) of the capture in which a segment plays.
struct TonePlace {
    std::size_t from = 0, to = 0;
    bool heard = false;
};
struct TonePlaces {
    std::vector<TonePlace> of;  ///< one a segment
    /// Sample of the capture at which u = 0 by the tones' own levels, known to `u_start`; nullopt where a
    /// single steady segment cannot tell, or the markers did.
    std::optional<double> start;
    double u_start = 0.0;
};

/// The line by which a segment is looked for: loudest times frequency, so that it turns fast in a block.
const PlayedLine& pilot(const ToneSegment& segment);

/// Seconds to which the onset of a tone without a marker is known: three blocks of its level, and a period.
double onset_known_s(const ToneSegment& segment);

/// Where each segment is. With markers the clock says it. Without, the tones' own levels do: block by block
/// (10 ms) the power at each segment's strongest line is held against the programme's at every start; one
/// segment alone reaches from where its line first stands within 3 dB of its usual level to where it last
/// does.
/// A segment in which no input holds its line 6 dB above what the blocks without it hold is not heard.
TonePlaces place_tones(const Recording& recording, const std::vector<ToneSegment>& segments,
                       const Timing& timing);

}  // namespace fourpole
