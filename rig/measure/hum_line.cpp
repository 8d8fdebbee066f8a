// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/hum_line.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

namespace fourpole {

double LineLeft::leak(double f, double seconds) const {
    constexpr double nearest = 0.1;  ///< bins: where a line of so little of itself left is seen
    const double bins = std::max(nearest, std::abs(f - hz) * seconds), turn = std::numbers::pi * bins;
    const double s = std::sin(turn) / turn;
    return amplitude *
           (bins < 1.0 ? std::max(1.0 / std::numbers::pi, s / std::sqrt(1.0 - s * s)) : 1.0 / turn);
}

double HiddenLine::leak(double f, double seconds) const {
    const double x = std::numbers::pi * std::max(0.0, std::abs(f - hz) - u_hz) * seconds;
    if (x < 1e-6) return amplitude;
    return amplitude * (x < 0.5 * std::numbers::pi ? std::sin(x) / x : 1.0 / x);
}

BandPower with_hum(BandPower noise, const std::vector<HumLine>& hum, double from_hz, double to_hz,
                   const std::function<double(double)>& gain) {
    double variance = noise.u * noise.u;
    for (const HumLine& h : hum) {
        if (h.hz < from_hz || h.hz > to_hz) continue;
        const double g2 = gain(h.hz) * gain(h.hz), power = std::norm(h.line.value);
        noise.mean_square += 0.5 * g2 * power;
        variance += g2 * g2 * (0.5 * power * h.line.noise * h.line.noise + 0.25 * h.aside * h.aside);
    }
    noise.u = std::sqrt(variance);
    return noise;
}

}  // namespace fourpole
