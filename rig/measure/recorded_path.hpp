// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/measure/recorded_device.hpp"

#include <cstddef>
#include <limits>
#include <span>
#include <vector>

namespace fourpole {

/// A block of the take held against the files at every lag first .. first + count - 1 (lag > 0: the take has
/// them later than their line): what it leaves of the block's power,
///
///     unlike[l] = 1 - (sum y x_l)^2 / (sum y^2 sum x_l^2),   or, of known gain,  sum (y - x_l)^2 / sum y^2
struct LagSearch {
    std::ptrdiff_t first = 0;
    std::size_t count = 0;
    bool known_gain = false;
    double quiet = 0.0;  ///< energy that is as good as none
    /// Each lag counts by the best within half a sample of it: before a line is drawn its places lie between
    /// samples, and half a sample of 8 kHz is a sixth of its period.
    bool between = false;
};
std::vector<float> unlike_at_lags(const OnLine& x, std::span<const double> y, std::ptrdiff_t from,
                                  std::size_t length, const LagSearch& search);

/// One block on the likeliest path.
struct BlockPlace {
    std::ptrdiff_t from = 0;
    std::ptrdiff_t lag = 0;
    double unlike = 1.0;   ///< there
    double finer = 0.0;    ///< lag + this is the parabola's own minimum
    double weight = 0.0;   ///< 1 / variance of lag + finer, but for a factor
    bool stepped = false;  ///< between the block before and this one the lag jumps
};

/// The path of lags through all blocks that explains most:
///
///     sum_b -N / 2 ln(unlike_b[l_b] + floor) - penalty (number of steps) -> greatest
///
/// with moves of up to `drift` samples from block to block free. What one block cannot tell (a tone's period,
/// a pause) the others decide, and where none does the path goes on as it was: a step is never invented for
/// a few percent of one block.
struct PathSearch {
    LagSearch lags;
    std::size_t length = 0, hop = 0;
    std::ptrdiff_t from = 0, to = 0;  ///< of the take
    int drift = 0;
    double floor = 1e-3;
};
std::vector<BlockPlace> likeliest_path(const OnLine& x, std::span<const double> y, const PathSearch& search);

/// -N / 2 ln(unlike + floor)
double score_of(double unlike, double floor);
inline constexpr double step_penalty = 80.0;

}  // namespace fourpole
