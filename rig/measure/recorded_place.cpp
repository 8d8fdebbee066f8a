// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/recorded_place.hpp"

#include "rig/analysis/normal_equations.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace fourpole {

namespace {

using Index = std::ptrdiff_t;

constexpr double as_likely = 16.0;  ///< variances
constexpr Index around = 512, longest_correlation = 64;
constexpr Index small_count = 2;
constexpr double surely = 50.0;  ///< variances by which a break explains more than a wander
constexpr std::size_t terms = 3;

double power(const std::vector<double>& e, std::size_t from, std::size_t to) {
    double sum = 0.0;
    to = std::min(to, e.size());
    for (std::size_t i = from; i < to; ++i) sum += e[i] * e[i];
    return to > from ? sum / static_cast<double>(to - from) : 0.0;
}

/// How many samples are one by the correlation of what is left over.
double alike_samples(const std::vector<double>& e) {
    const double own = power(e, 0, e.size());
    double sum = 1.0;
    for (std::size_t lag = 1; lag <= static_cast<std::size_t>(longest_correlation) && lag < e.size(); ++lag) {
        double r = 0.0;
        for (std::size_t i = lag; i < e.size(); ++i) r += e[i] * e[i - lag];
        r /= static_cast<double>(e.size());
        if (own <= 0.0 || r < 0.1 * own) break;
        sum += 2.0 * r / own;
    }
    return sum;
}

/// What is left of e when a delay that moves by a + b t + c t^2 may explain it.
double less_wander(const std::vector<double>& e, const std::vector<double>& slope) {
    std::vector<double> gram(terms * terms, 0.0), product(terms, 0.0);
    double all = 0.0;
    for (std::size_t i = 0; i < e.size(); ++i) {
        const double t = 2.0 * static_cast<double>(i) / static_cast<double>(e.size()) - 1.0;
        const std::array row{slope[i], t * slope[i], t * t * slope[i]};
        for (std::size_t a = 0; a < terms; ++a) {
            for (std::size_t b = 0; b < terms; ++b) gram[a * terms + b] += row[a] * row[b];
            product[a] += row[a] * e[i];
        }
        all += e[i] * e[i];
    }
    const auto found = solve_normal(gram, product);
    if (!found) return all;
    for (std::size_t a = 0; a < terms; ++a) all -= found->x[a] * product[a];
    return std::max(0.0, all);
}

}  // namespace

Placing place_of(const Standing& standing, const Crossing& crossing) {
    const auto size = static_cast<std::size_t>(crossing.last - crossing.first);
    const auto inserted = static_cast<std::size_t>(std::max<Index>(0, crossing.behind - crossing.before));
    std::vector<double> early(size), late(size), slope(size);
    for (std::size_t i = 0; i < size; ++i) {
        const Index n = crossing.first + static_cast<Index>(i);
        const double y = standing.y[static_cast<std::size_t>(n)];
        early[i] = y - standing.made.at(n - crossing.before);
        late[i] = y - standing.made.at(n - crossing.behind);
        slope[i] =
            0.5 * (standing.made.at(n + 1 - crossing.before) - standing.made.at(n - 1 - crossing.before));
    }
    // The first raised sample of either side holds some of the other: of each break one is left out.
    const std::size_t skipped = inserted + 1;
    if (size < skipped + 8) return {crossing.first, crossing.first, crossing.last, true};
    double sum = 0.0;
    for (std::size_t i = skipped; i < size; ++i) sum += late[i] * late[i];
    std::vector<double> cost{sum};
    for (std::size_t k = 0; k + skipped < size; ++k)
        cost.push_back(cost.back() + early[k] * early[k] - late[k + skipped] * late[k + skipped]);
    const auto best = static_cast<std::size_t>(std::min_element(cost.begin(), cost.end()) - cost.begin());
    std::vector<double> over(early.begin(), early.begin() + static_cast<Index>(best));
    over.insert(over.end(), late.begin() + static_cast<Index>(best + skipped), late.end());
    const std::size_t near = best - std::min<std::size_t>(best, static_cast<std::size_t>(around));
    const double alike = alike_samples(over);
    const double variance =
        std::max(power(over, 0, over.size()), power(over, near, best + static_cast<std::size_t>(around)));
    const double limit = cost[best] + as_likely * variance * alike;
    Placing out;
    std::size_t lowest = best, highest = best;
    for (std::size_t k = 0; k < cost.size(); ++k)
        if (cost[k] <= limit) lowest = std::min(lowest, k), highest = std::max(highest, k);
    out.at = crossing.first + static_cast<Index>(best);
    out.lowest = crossing.first + static_cast<Index>(lowest);
    out.highest = crossing.first + static_cast<Index>(highest);
    const Index count = std::abs(crossing.behind - crossing.before);
    // Of a wander the longer part is known best; the other one's delay is the same but for a sample or two.
    out.is_break =
        count > small_count || std::min(less_wander(early, slope), less_wander(late, slope)) >
                                   std::max(1.5 * cost[best], cost[best] + surely * variance * alike);
    return out;
}

}  // namespace fourpole
