// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/analysis/slowed.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace fourpole {

namespace {

constexpr int means = 4;

/// The running means as one: a spline of the third degree, its sum 1.
std::vector<double> weights(std::size_t step) {
    std::vector<double> out{1.0};
    for (int mean = 0; mean < means; ++mean) {
        std::vector<double> wider(out.size() + step - 1, 0.0);
        for (std::size_t i = 0; i < out.size(); ++i)
            for (std::size_t k = 0; k < step; ++k) wider[i + k] += out[i] / static_cast<double>(step);
        out = std::move(wider);
    }
    return out;
}

}  // namespace

double Slowed::gain(double frequency_hz) const {
    if (step == 1) return 1.0;
    const auto r = static_cast<double>(step);
    const double half = std::numbers::pi * frequency_hz / (rate_hz * r);
    if (std::abs(half) < 1e-9) return 1.0;
    return std::pow(std::abs(std::sin(half * r) / (r * std::sin(half))), means);
}

Slowed slowed(std::span<const double> x, double rate_hz, double least_rate_hz) {
    Slowed out;
    out.step = static_cast<std::size_t>(std::max(1.0, std::floor(rate_hz / least_rate_hz)));
    out.rate_hz = rate_hz / static_cast<double>(out.step);
    const auto w = weights(out.step);
    for (std::size_t from = 0; from + w.size() <= x.size(); from += out.step) {
        double sum = 0.0;
        for (std::size_t k = 0; k < w.size(); ++k) sum += w[k] * x[from + k];
        out.y.push_back(sum);
    }
    return out;
}

}  // namespace fourpole
