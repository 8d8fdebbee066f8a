// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/null/coarse_line.hpp"
#include "rig/null/delay_track.hpp"

#include <optional>
#include <vector>

namespace fourpole {

/// The line on which a stretch of A, its samples `from` .. `to`, is found in B wherever it is; nullopt: B
/// does not hold it. `a`, `b`: the same captures at 6 kHz.
std::optional<Line> line_of_stretch(const Pair& pair, const Line& line, double from, double to,
                                    const LowRate& a, const LowRate& b);

/// The track of a pair whose blocks stand on several lines, as they do behind a break: of a block that is
/// far from the line its window shows a part only, and something else looks as much alike. So the delay that
/// most of the far blocks agree on gives a line of its own, and so does the longest run of blocks that are
/// less alike than the rest; all blocks are looked for from there too, and each keeps the place where it is
/// found best (likeness higher by 0.1 %). Again for what is still far, five lines at most. A track without
/// far blocks is returned as it is, at no cost.
///
/// @param track  as seen from `line`; so is the result
std::vector<BlockDelay> seen_from_other_lines(const Pair& pair, const Line& line,
                                              std::vector<BlockDelay> track, const LowRate& a,
                                              const LowRate& b, unsigned threads);

}  // namespace fourpole
