// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/null/pair.hpp"
#include "rig/null/track_breaks.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace fourpole {

/// A run of digital zeros between samples that are none.
struct ZeroRun {
    std::size_t at = 0, count = 0;
};

/// Finds the runs of `least` zeros and more in a channel that comes piece by piece. What begins or ends the
/// channel is none. Of a channel full of them the longest `most` are kept.
class ZeroRuns {
public:
    static constexpr std::size_t least = 4, most = 4096;

    void add(std::span<const double> piece);
    std::vector<ZeroRun> runs() const;  ///< in order of time

private:
    void end_run();

    std::size_t seen_ = 0, zeros_ = 0;
    bool sounded_ = false;
    std::vector<ZeroRun> runs_;
};

/// Runs of zeros in one capture in which the other one sounds, and behind which it goes on as before: zeroed,
/// index and count as they stand in the file.
///
///     mean over the run of (x - p)^2 > 9 * the same beside it,  p = the other capture, matched in gain
///
/// beside it = as many samples on either side, 64 to 4096. A run in what is quiet, or behind which the other
/// capture stands elsewhere (then frames were inserted), is none.
///
/// @param line  good to a few hundredths of a sample
/// @param of_a, of_b  the runs of either
std::vector<Break> zeroed_in(const Pair& pair, const Line& line, std::span<const ZeroRun> of_a,
                             std::span<const ZeroRun> of_b);

/// Both in order of time. What is not found within `near` samples of A of a hole needs no other word, and as
/// many zeros as a break counts there are what was inserted.
std::vector<Break> with_holes(const std::vector<Break>& breaks, const std::vector<Break>& holes, double near);

}  // namespace fourpole
