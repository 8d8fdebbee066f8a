// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/recorded_line.hpp"

#include <algorithm>
#include <cmath>

namespace fourpole {

namespace {

struct Weighted {
    double value, weight;
};
/// The value at which half of the weight lies below; 0 of none.
double weighted_median(std::vector<Weighted> all) {
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.value < b.value; });
    double half = 0.0, below = 0.0;
    for (const Weighted& w : all) half += 0.5 * w.weight;
    for (const Weighted& w : all)
        if (below += w.weight; below >= half) return w.value;
    return 0.0;
}

constexpr int most_turns = 3;
constexpr double worth_another_turn = 100e-6;

double stands_at(const BlockPlace& b) { return static_cast<double>(b.lag) + b.finer; }

/// Of pairs of blocks that both stand somewhere.
double slope_of(const std::vector<BlockPlace>& path, std::size_t apart) {
    std::vector<std::size_t> steps(path.size(), 0);
    for (std::size_t b = 1; b < path.size(); ++b) steps[b] = steps[b - 1] + path[b].stepped;
    std::vector<Weighted> slopes;
    for (std::size_t b = 0; b + apart < path.size(); ++b)
        // In a pause nothing stands: the next one that does.
        for (std::size_t c = b + apart; c < std::min(path.size(), b + 2 * apart); ++c) {
            const double x = path[b].weight, y = path[c].weight;
            if (x <= 0.0 || y <= 0.0 || steps[b] != steps[c]) continue;
            slopes.push_back(
                {(stands_at(path[c]) - stands_at(path[b])) / static_cast<double>(path[c].from - path[b].from),
                 x * y / (x + y)});
            break;
        }
    return slopes.size() > 2 ? weighted_median(std::move(slopes)) : 0.0;
}

}  // namespace

Line turned(const Line& line, const Turn& turn) {
    return {line.delay + turn.slope * (line.delay - turn.pivot), line.step * (1.0 + turn.slope)};
}

std::pair<std::size_t, std::size_t> longest_run(const std::vector<BlockPlace>& path) {
    std::pair<std::size_t, std::size_t> best{0, 0};
    for (std::size_t b = 0, first = 0; b < path.size(); ++b) {
        if (path[b].stepped) first = b;
        if (b - first > best.second - best.first) best = {first, b};
    }
    return best;
}

Line line_through(const Line& line, std::vector<BlockPlace>& path, double pair_blocks) {
    const double apart = std::max({2.0, pair_blocks, 0.125 * static_cast<double>(path.size())});
    const auto [first, last] = longest_run(path);
    const Turn turn{pair_blocks > 0.0 ? slope_of(path, static_cast<std::size_t>(apart)) : 0.0,
                    static_cast<double>(path[(first + last) / 2].from), 0.0};
    const auto moved = [&](const BlockPlace& b) {
        return stands_at(b) - turn.slope * (static_cast<double>(b.from) - turn.pivot);
    };
    std::vector<Weighted> offsets;
    for (std::size_t b = first; b <= last; ++b)
        if (path[b].weight > 0.0) offsets.push_back({moved(path[b]), path[b].weight});
    const double offset =
        offsets.empty() ? static_cast<double>(path[first].lag) : weighted_median(std::move(offsets));
    for (BlockPlace& b : path) {
        const double lag = moved(b) - offset;
        b.lag = std::lround(lag), b.finer = lag - std::round(lag);
    }
    Line out = turned(line, turn);
    out.delay += offset;
    return out;
}

}  // namespace fourpole
