// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/points.hpp"

#include "rig/units.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace fourpole {

Point decibel_point(double at, const Estimate& estimate, const Reference& reference, double relative_u,
                    double systematic_db) {
    const double size = std::abs(estimate.value) / reference.size, noise = estimate.noise / reference.size;
    Point p{.at = at};
    if (size <= 0.0 && noise <= 0.0) {
        p.state = State::not_measured;
        return p;
    }
    if (noise > 0.0 && size < least_over_noise * noise) {
        p.value = AmplitudeRatio{std::max(least_over_noise * noise, size + 2.0 * noise)}.decibels();
        p.state = State::at_most;
        return p;
    }
    p.value = AmplitudeRatio{size}.decibels();
    p.phase_deg = std::arg(estimate.value) * degrees_per_radian;
    // Half of a complex error's power lies along the amplitude.
    const double relative = std::hypot(noise / size, reference.relative_noise) / std::numbers::sqrt2;
    p.u = std::hypot(db_per_relative * std::hypot(relative, relative_u), systematic_db);
    return p;
}

void PowerSum::add(const Estimate& e, double gain) {
    const double noise2 = e.noise * e.noise, g2 = gain * gain;
    sum += g2 * (std::norm(e.value) - noise2);
    variance += g2 * g2 * (2.0 * std::norm(e.value) * noise2 + noise2 * noise2);
}

Point power_point(double power, double u_power, const Reference& reference, double relative_u) {
    Point p;
    const double most = std::max(power, 0.0) + 2.0 * u_power;
    if (most <= 0.0) {
        p.state = State::not_measured;
        return p;
    }
    const bool seen = power > 2.0 * u_power;
    p.state = seen ? State::exact : State::at_most;
    p.value = AmplitudeRatio{std::sqrt(seen ? power : most) / reference.size}.decibels();
    if (seen)
        p.u = db_per_relative *
              std::hypot(0.5 * u_power / power, reference.relative_noise / std::numbers::sqrt2, relative_u);
    return p;
}

}  // namespace fourpole
