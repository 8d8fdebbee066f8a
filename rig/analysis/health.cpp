// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/analysis/health.hpp"

#include <algorithm>
#include <cmath>

namespace fourpole {

namespace {

constexpr std::int64_t least_count = 8;
constexpr int codes_below = 8;
constexpr double crowding = 20.0;

/// Samples at one extreme (sign = +1 top, -1 bottom); 0 where it is no flat top.
std::int64_t at_extreme(std::span<const double> x, double extreme, double sign, double step) {
    std::int64_t at = 0, below = 0;
    bool neighbours = false, previous = false;
    for (const double v : x) {
        const double under = sign * (extreme - v) / step;
        const bool here = under < 0.5;
        if (here) ++at;
        if (here && previous) neighbours = true;
        if (!here && under < codes_below + 0.5) ++below;
        previous = here;
    }
    const double average_below = static_cast<double>(below) / codes_below;
    const bool flat = at >= least_count && neighbours && static_cast<double>(at) > crowding * average_below;
    return flat ? at : 0;
}

}  // namespace

std::optional<Clipping> clipping(std::span<const double> x, double step) {
    if (x.empty()) return std::nullopt;
    const auto [low, high] = std::minmax_element(x.begin(), x.end());
    if (*high - *low <= 4.0 * step) return std::nullopt;  // silence has no top
    const std::int64_t top = at_extreme(x, *high, 1.0, step);
    const std::int64_t bottom = at_extreme(x, *low, -1.0, step);
    if (top + bottom == 0) return std::nullopt;
    const double level = top > 0 && bottom > 0 ? std::max(*high, -*low) : (top > 0 ? *high : -*low);
    return Clipping{std::abs(level), top + bottom};
}

bool dead(std::span<const double> x, double step) {
    if (x.empty()) return true;
    const auto [low, high] = std::minmax_element(x.begin(), x.end());
    return *high - *low <= step * 1.0001;
}

void Mean::add(std::span<const double> piece) {
    for (const double v : piece) {
        const double y = v - carry_;
        const double t = sum_ + y;
        carry_ = (t - sum_) - y;
        sum_ = t;
    }
    count_ += piece.size();
}

double mean(std::span<const double> x) {
    Mean out;
    out.add(x);
    return out.value();
}

double peak(std::span<const double> x) {
    double top = 0.0;
    for (const double v : x) top = std::max(top, std::abs(v));
    return top;
}

}  // namespace fourpole
