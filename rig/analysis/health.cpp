// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/analysis/health.hpp"

#include "rig/wide.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace fourpole {

namespace {

constexpr std::int64_t least_count = 8;
constexpr int codes_below = 8;
constexpr double crowding = 20.0;

constexpr std::size_t lanes = 8;

/// Of at least one sample.
FOURPOLE_WIDE Extremes extremes_in_lanes(std::span<const double> x) {
    std::array<double, lanes> low, high;
    low.fill(x[0]), high.fill(x[0]);
    const std::size_t whole = x.size() - x.size() % lanes;
    for (std::size_t n = 0; n < whole; n += lanes)
        for (std::size_t l = 0; l < lanes; ++l) {
            low[l] = x[n + l] < low[l] ? x[n + l] : low[l];
            high[l] = x[n + l] > high[l] ? x[n + l] : high[l];
        }
    for (std::size_t n = whole; n < x.size(); ++n) {
        low[0] = std::min(low[0], x[n]);
        high[0] = std::max(high[0], x[n]);
    }
    return {*std::min_element(low.begin(), low.end()), *std::max_element(high.begin(), high.end())};
}

/// Samples within half a step of an extreme.
FOURPOLE_WIDE double samples_at(std::span<const double> x, double extreme, double sign, double step) {
    std::array<double, lanes> count{};
    const std::size_t whole = x.size() - x.size() % lanes;
    for (std::size_t n = 0; n < whole; n += lanes)
        for (std::size_t l = 0; l < lanes; ++l)
            count[l] += sign * (extreme - x[n + l]) / step < 0.5 ? 1.0 : 0.0;
    double sum = 0.0;
    for (std::size_t n = whole; n < x.size(); ++n) sum += sign * (extreme - x[n]) / step < 0.5 ? 1.0 : 0.0;
    for (const double c : count) sum += c;
    return sum;
}

/// Samples at one extreme (sign = +1 top, -1 bottom); 0 where it is no flat top.
std::int64_t at_extreme(std::span<const double> x, double extreme, double sign, double step) {
    // A wave that is not cut has a few samples there, and no second look.
    if (samples_at(x, extreme, sign, step) < static_cast<double>(least_count)) return 0;
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

Extremes extremes(std::span<const double> x) { return x.empty() ? Extremes{} : extremes_in_lanes(x); }

std::optional<Clipping> clipping(std::span<const double> x, const Extremes& of_x, double step) {
    const auto [low, high] = of_x;
    if (high - low <= 4.0 * step) return std::nullopt;  // silence has no top
    // Digital silence with a click in it stands at one code too, and that is no top: a wave is beyond it.
    const double farther = std::max(std::abs(low), std::abs(high));
    const auto cut = [&](double extreme, double sign) {
        const std::int64_t count = at_extreme(x, extreme, sign, step);
        const bool rests =
            2 * count > static_cast<std::int64_t>(x.size()) && std::abs(extreme) < 0.5 * farther;
        return rests ? 0 : count;
    };
    const std::int64_t top = cut(high, 1.0), bottom = cut(low, -1.0);
    if (top + bottom == 0) return std::nullopt;
    const double level = top > 0 && bottom > 0 ? std::max(high, -low) : (top > 0 ? high : -low);
    return Clipping{std::abs(level), top + bottom};
}

bool dead(const Extremes& of_x, double step) { return of_x.high - of_x.low <= step * 1.0001; }

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
    const auto [low, high] = extremes(x);
    return std::max(std::abs(low), std::abs(high));
}

FOURPOLE_WIDE double energy_of(std::span<const double> x) {
    std::array<double, lanes> sums{};
    const std::size_t whole = x.size() - x.size() % lanes;
    for (std::size_t n = 0; n < whole; n += lanes)
        for (std::size_t l = 0; l < lanes; ++l) sums[l] += x[n + l] * x[n + l];
    for (std::size_t n = whole; n < x.size(); ++n) sums[n - whole] += x[n] * x[n];
    double sum = 0.0;
    for (const double s : sums) sum += s;
    return sum;
}

}  // namespace fourpole
