// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/steadiness.hpp"

#include "rig/analysis/tone_fit.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <vector>

namespace fourpole {

namespace {

constexpr double block_s = 0.1, least_periods = 10.0, silent = 0.01;

}  // namespace

std::optional<Steadiness> steadiness(std::span<const double> y, double rate_hz, double frequency_hz) {
    // Whole periods: the image at twice the frequency then adds next to nothing.
    const double periods = std::max(least_periods, std::ceil(block_s * frequency_hz));
    const auto block = static_cast<std::size_t>(std::lround(periods / frequency_hz * rate_hz));
    const auto sums = demodulated(y, 2.0 * std::numbers::pi * frequency_hz / rate_hz, block);
    double loudest = 0.0;
    for (const auto& sum : sums) loudest = std::max(loudest, std::abs(sum));
    const auto sounds = [&](const std::complex<double>& sum) { return std::abs(sum) > silent * loudest; };
    const auto first = std::find_if(sums.begin(), sums.end(), sounds);
    const auto last = std::find_if(sums.rbegin(), sums.rend(), sounds).base();
    if (last - first < 5) return std::nullopt;
    const auto [least, most] = std::minmax_element(
        first + 1, last - 1, [](const auto& x, const auto& z) { return std::abs(x) < std::abs(z); });
    const double low = std::abs(*least), high = std::abs(*most);
    return Steadiness{(high - low) / (high + low),
                      static_cast<double>(block) * static_cast<double>(last - first - 2) / rate_hz};
}

}  // namespace fourpole
