// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/recorded_turn.hpp"

#include "rig/measure/recorded_path.hpp"

#include <algorithm>
#include <cmath>

namespace fourpole {

namespace {

using Index = std::ptrdiff_t;

constexpr std::size_t pool = 4;
constexpr double most_work = 3e8, fastest = 1500e-6, floor_of_rows = 1e-2;

/// What the likeliest path explains when lags move along the take by `turn`.
double explained_at(const std::vector<LagRow>& rows, const Turn& turn) {
    const auto lanes = static_cast<Index>(rows.front().scores.size());
    std::vector<float> sum(rows.front().scores.size(), 0.0F);
    for (const LagRow& row : rows) {
        const float least = *std::max_element(sum.begin(), sum.end()) - static_cast<float>(step_penalty);
        const Index shift = std::lround(turn.slope * (row.at - turn.pivot) / static_cast<double>(pool));
        for (Index i = 0; i < lanes; ++i) {
            float& v = sum[static_cast<std::size_t>(i)];
            v = std::max(v, least) +
                row.scores[static_cast<std::size_t>(std::clamp<Index>(i + shift, 0, lanes - 1))];
        }
    }
    return static_cast<double>(*std::max_element(sum.begin(), sum.end()));
}

}  // namespace

LagRow lag_row(std::span<const float> unlike, Index at) {
    LagRow out{static_cast<double>(at), {}};
    for (std::size_t i = 0; i < unlike.size(); i += pool) {
        const auto some = unlike.subspan(i, std::min(pool, unlike.size() - i));
        out.scores.push_back(
            static_cast<float>(score_of(*std::min_element(some.begin(), some.end()), floor_of_rows)));
    }
    return out;
}

Turn likeliest_turn(const std::vector<LagRow>& rows) {
    const double span = rows.back().at - rows.front().at;
    const double finest = static_cast<double>(pool) / std::max(1.0, span);
    const auto cells = static_cast<double>(rows.size() * rows.front().scores.size());
    const int each_way = static_cast<int>(std::min(fastest / finest, 0.5 * most_work / cells));
    Turn out{0.0, 0.5 * (rows.front().at + rows.back().at), 0.0};
    out.explained = explained_at(rows, out);
    // From slow to fast: of equal ones the slowest.
    for (int i = 1; i <= each_way; ++i)
        for (const double slope : {finest * i, -finest * i}) {
            Turn turn{slope, out.pivot, 0.0};
            turn.explained = explained_at(rows, turn);
            if (turn.explained > out.explained) out = turn;
        }
    return out;
}

}  // namespace fourpole
