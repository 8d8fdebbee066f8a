// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/measure/recorded_path.hpp"
#include "rig/measure/recorded_turn.hpp"
#include "rig/null/pair.hpp"

#include <utility>
#include <vector>

namespace fourpole {

/// The line on which lags of slope (n - pivot) on the old one are none.
Line turned(const Line& line, const Turn& turn);

/// First and last block of the longest run without a step.
std::pair<std::size_t, std::size_t> longest_run(const std::vector<BlockPlace>& path);

/// The line through most of a path, with the path's lags told from it: slope = weighted median over pairs of
/// blocks `pair_blocks` apart (an eighth of the path at least) between which nothing steps, which a step that
/// nobody saw moves little; offset = weighted median over the longest run. `pair_blocks` = 0: the slope
/// stays.
Line line_through(const Line& line, std::vector<BlockPlace>& path, double pair_blocks);

}  // namespace fourpole
