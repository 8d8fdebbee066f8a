// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/null/coarse_line.hpp"
#include "rig/null/delay_track.hpp"
#include "rig/reading.hpp"

#include <optional>
#include <vector>

namespace fourpole {

/// A place where B stops following A on one line.
struct Break {
    Discontinuity::Kind kind = Discontinuity::Kind::lost;
    /// Samples of B: lost = A has them and B has not, inserted = B has more; nullopt: unknown.
    std::optional<double> count{};
    double u_count = 0.0;           ///< standard uncertainty of the count; 0: it is exact
    double at_a = 0.0, at_b = 0.0;  ///< sample of either capture
    bool in_a = false;              ///< zeroed: A was, not B
};

/// Steps of the track of half a sample of B or more that stand six times out of its own scatter, and
/// stretches of a second or more that are found nowhere near though A is loud there; in order of time.
/// A step's place is where one line stops to explain A and the other one begins to: exact to a few
/// samples in music, for a loss as for an insertion. Its count is the distance of eight blocks on either
/// side; where 40 ms on either side of it stand apart by another count, the clock wanders: that count is
/// told, and by how much the two differ is its u. A stretch that is nowhere near is looked for everywhere
/// (`a`, `b`); where it is found its count and place are as exact. A step within the first or last 0.4 s may
/// go unseen here; it then stands out of the residual.
std::vector<Break> breaks_in(const Pair& pair, const Line& line, const std::vector<BlockDelay>& track,
                             const LowRate& a, const LowRate& b);

}  // namespace fourpole
