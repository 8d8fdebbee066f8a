// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace fourpole {

/// Above this many degrees of freedom Student's t is the normal distribution to 3e-6;
/// stands for "unlimited" wherever nothing but type B uncertainty is left.
inline constexpr double most_degrees_of_freedom = 1e6;

/// Regularised incomplete beta function I_x(a, b), 0 <= x <= 1, a, b > 0, by its continued
/// fraction. Accuracy: 1e-9 for a, b up to `most_degrees_of_freedom`.
double incomplete_beta(double a, double b, double x);

/// P(T <= t) for Student's t. Accuracy: 1e-9.
double student_t_cdf(double t, double degrees_of_freedom);

/// The t with P(T <= t) = p, for 0 < p < 1; fractional degrees of freedom >= 1 are meant.
/// Accuracy: 1e-6 relative for 0.001 <= p <= 0.999.
double student_t_quantile(double p, double degrees_of_freedom);

}  // namespace fourpole
