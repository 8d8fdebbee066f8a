// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/hum_line.hpp"

#include <cmath>
#include <complex>

namespace fourpole {

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
