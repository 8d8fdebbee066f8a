// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/analysis/deconvolve.hpp"
#include "rig/reading.hpp"

namespace fourpole {

/// Below this multiple of the noise a figure is a bound (3: a tone 9.5 dB over its noise).
inline constexpr double least_over_noise = 3.0;

/// What a level is held against: its size, and the rms of its complex error re itself.
struct Reference {
    double size = 1.0;
    double relative_noise = 0.0;
};

/// 20 lg |value| / reference with its phase in degrees, or a bound where the noise rules:
///     at_most  max(3 noise, |value| + 2 noise),  exact otherwise,
///     u = 8.686 dB times the relative error along the amplitude (half of a complex error's power),
///         with `relative_u` (of a calibration) and `systematic_db` beside it.
/// not_measured where value and noise are both nothing.
Point decibel_point(double at, const Estimate& estimate, const Reference& reference, double relative_u = 0.0,
                    double systematic_db = 0.0);

/// Power of estimates (squares of peak amplitudes), free of the noise's own share, and its variance.
struct PowerSum {
    double sum = 0.0, variance = 0.0;
    void add(const Estimate& e, double gain = 1.0);
};

/// A sum of powers, as decibels re `reference`: value = 10 lg (power / reference^2), u from `u_power`.
/// at_most where the power is less than 2 u_power.
Point power_point(double power, double u_power, const Reference& reference, double relative_u = 0.0);

}  // namespace fourpole
