// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/steady_part.hpp"

#include "rig/analysis/health.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>

namespace fourpole {

namespace {

constexpr double steady_block_s = 0.005;
constexpr double unsteady = 1.25;  ///< rms of a block re the middle ones': 5 sigma of 240 samples

/// Sum of squares of the rest in a block, less what the wave moved in time explains: rest = -d x' + ...
double energy_without_turn(const ToneFit& fit, const std::vector<double>& hz, double rate_hz,
                           std::size_t from, std::size_t count) {
    double own = 0.0, slope = 0.0, both = 0.0;
    for (std::size_t n = from; n < from + count; ++n) {
        double x = 0.0;
        for (std::size_t k = 0; k < hz.size(); ++k) {
            const double omega = 2.0 * std::numbers::pi * fit.scale * hz[k] / rate_hz;
            const auto turned =
                fit.phasors[k] *
                std::polar(1.0, std::remainder(omega * (static_cast<double>(n) - fit.centre()),
                                               2.0 * std::numbers::pi));
            x -= omega * turned.imag();
        }
        own += fit.rest[n] * fit.rest[n], slope += x * x, both += fit.rest[n] * x;
    }
    return slope > 0.0 ? own - both * both / slope : own;
}

}  // namespace

SteadyPart steady_part(const ToneFit& fit, const std::vector<double>& hz, double rate_hz) {
    const std::vector<double>& rest = fit.rest;
    const auto block = static_cast<std::size_t>(steady_block_s * rate_hz);
    std::vector<double> power;
    for (std::size_t from = 0; from + block <= rest.size(); from += block) {
        power.push_back(energy_of(std::span(rest).subspan(from, block)));
    }
    SteadyPart out{0, rest.size()};
    if (power.size() < 8) return out;
    std::vector<double> sorted = power;
    std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2),
                     sorted.end());
    // Hum makes blocks unlike each other throughout: the ends are held against the loudest of the middle.
    const auto quarter_of = static_cast<std::ptrdiff_t>(power.size() / 4);
    const double most = std::max(unsteady * unsteady * sorted[sorted.size() / 2],
                                 *std::max_element(power.begin() + quarter_of, power.end() - quarter_of));
    // Not more than a quarter at each end: beyond that it is the middle that is odd.
    const std::size_t quarter = power.size() / 4;
    std::size_t first = 0, last = power.size();
    const auto odd = [&](std::size_t b) {
        return power[b] > most && energy_without_turn(fit, hz, rate_hz, b * block, block) > most;
    };
    while (first < quarter && odd(first)) ++first;
    while (last > power.size() - quarter && odd(last - 1)) --last;
    if (first > 0) out.from = first * block;
    // What is left over behind the last whole block is judged with as much of that block as makes one.
    const bool odd_end = energy_of(std::span(rest).last(block)) > most &&
                         energy_without_turn(fit, hz, rate_hz, rest.size() - block, block) > most;
    if (last < power.size() || odd_end) out.to = last * block;
    return out;
}

}  // namespace fourpole
