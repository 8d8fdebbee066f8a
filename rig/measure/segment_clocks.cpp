// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/segment_clocks.hpp"

#include <algorithm>
#include <cmath>

namespace fourpole {

namespace {

constexpr double beyond_chance = 3.0;

/// The most that any segment's wander does to its pace, times the square of its time.
double wander_elsewhere(const std::vector<SegmentClock>& clocks) {
    double most = 0.0;
    for (const SegmentClock& c : clocks)
        if (c.known && c.wander) most = std::max(most, c.wander->u_pace * std::pow(c.wander->seconds, 2));
    return most;
}

/// By how much the segments' clocks differ beside their own u: the variance that makes chi-square what it
/// should be (Paule and Mandel 1982); none where chance explains them.
double variance_between(const std::vector<double>& scale, const std::vector<double>& u) {
    const double free = static_cast<double>(scale.size()) - 1.0;
    const auto chi2 = [&](double between) {
        double weight = 0.0, sum = 0.0, out = 0.0;
        for (std::size_t i = 0; i < u.size(); ++i)
            weight += 1.0 / (u[i] * u[i] + between), sum += scale[i] / (u[i] * u[i] + between);
        for (std::size_t i = 0; i < u.size(); ++i)
            out += std::pow(scale[i] - sum / weight, 2) / (u[i] * u[i] + between);
        return out;
    };
    if (free < 1.0 || chi2(0.0) < free + beyond_chance * std::sqrt(2.0 * free)) return 0.0;
    const auto [low, high] = std::minmax_element(scale.begin(), scale.end());
    double none = 0.0, much = std::pow(*high - *low, 2);
    for (int halving = 0; halving < 60; ++halving) {
        const double middle = 0.5 * (none + much);
        (chi2(middle) > free ? none : much) = middle;
    }
    return much;
}

}  // namespace

double SegmentClock::u_alone() const { return std::hypot(u, u_by_hum); }

std::optional<CommonClock> common_clock(const std::vector<SegmentClock>& clocks) {
    CommonClock out;
    const double elsewhere = wander_elsewhere(clocks);
    std::vector<double> scale, u, by_wander;
    double from_s = 0.0, to_s = 0.0;
    for (const SegmentClock& c : clocks) {
        if (!c.known) continue;
        by_wander.push_back(c.scale *
                            (c.wander ? c.wander->u_pace : elsewhere / std::pow(c.to_s - c.from_s, 2)));
        from_s = scale.empty() ? c.from_s : std::min(from_s, c.from_s);
        to_s = std::max(to_s, c.to_s);
        scale.push_back(c.scale), u.push_back(std::max({c.u_alone(), by_wander.back(), 1e-15}));
        if (c.wander && (!out.wander || c.wander->seconds > out.wander->seconds)) out.wander = c.wander;
    }
    if (scale.empty()) return {};
    const double between = variance_between(scale, u);
    double weight = 0.0, sum = 0.0, wander = 0.0;
    for (std::size_t i = 0; i < u.size(); ++i) {
        const double w = 1.0 / (u[i] * u[i] + between);
        weight += w, sum += w * (scale[i] - 1.0), wander += w * by_wander[i];
    }
    out.ppm = 1e6 * sum / weight;
    out.u_ppm = 1e6 * std::max(1.0 / std::sqrt(weight), wander / weight);
    out.seconds = to_s - from_s;
    return out;
}

}  // namespace fourpole
