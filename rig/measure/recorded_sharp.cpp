// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/recorded_sharp.hpp"

#include "rig/measure/recorded_pace.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace fourpole {

namespace {

using Index = std::ptrdiff_t;

constexpr double least_spread = 0.5;  ///< of a block, by which the times lie apart that tell a pace
constexpr double most_turned = 500e-6;

/// About one sample of the files that stays where it is.
Line paced(const Line& line, double middle, double step) { return {line.at(middle) - step * middle, step}; }

}  // namespace

std::optional<Line> sharper_line(const Pair& pair, std::span<const double> played,
                                 std::span<const double> captured, const Line& line,
                                 std::span<const Stand> stands, double middle, double off) {
    const auto frames = static_cast<Index>(captured.size());
    std::vector<double> together(captured.size(), 0.0);
    for (const Stand& s : stands)
        for (Index n = std::max<Index>(0, s.from); n < std::min(s.to, frames); ++n)
            if (n - s.later >= 0 && n - s.later < frames)
                together[static_cast<std::size_t>(n - s.later)] = captured[static_cast<std::size_t>(n)];
    const Line start = paced(line, middle, line.step * (1.0 + off));
    const RecordedPath path{played, together};
    const auto pace = recorded_pace({&path, 1}, {pair.rate_b_hz, start.delay, ppm_of(pair, start)});
    if (!pace || pace->spread_s <= least_spread * pace->block_s) return std::nullopt;
    const double step = step_for(pair, pace->ppm);
    if (std::abs(step / start.step - 1.0) > most_turned) return std::nullopt;
    return paced(line, middle, step);
}

}  // namespace fourpole
