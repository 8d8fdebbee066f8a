// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/measure/tone_match.hpp"

#include <cstddef>
#include <deque>
#include <optional>
#include <vector>

namespace fourpole {

/// Where the tones of a place stopped to run on, and how they go on behind it.
struct ToneSplit {
    std::size_t last = 0;   ///< middle of the last window but one that is surely whole
    std::size_t first = 0;  ///< end of the first window that is whole again
    ToneState before, behind;
    std::vector<ToneCount> counts;  ///< by which the stream may be later, least size first
    double rest = 1.0;              ///< usual mean square beside the wave, over the reference's own
};

struct ToneTracked {
    std::vector<ToneSplit> splits;
    std::size_t from = 0, to = 0;  ///< the first and the last sample at which the tones are where they should
    int lost_track = 0;            ///< places behind which the tones were not found again, with room for it
    ToneState at_begin, at_end;    ///< there
    double later_at_all = 0.0;     ///< samples by which the delay crept from `from` to `to` beside the breaks
};

/// Follows the tones of a place from the reference, both ways, window by window (20 ms, or a period of the
/// wave): each knows by how much it is later and louder than the reference, and the next is expected there. A
/// window that is off by 0.05 samples and eight times both its own uncertainty and the usual scatter, or that
/// leaves 25 times the usual power beside the wave, is broken; from there on every count is tried until the
/// tones run again. Clocks that wander, levels that drift, hum and products of the lines move what is usual,
/// and break nothing.
ToneTracked track_tones(const Recording& recording, const ToneReference& reference, const TonePlace& place);

/// Samples of a window.
std::size_t tone_window(const Recording& recording, const ToneReference& reference);

}  // namespace fourpole
