// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/compare/student_t.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

namespace fourpole {
namespace {

/// The continued fraction of I_x(a, b) (DLMF 8.17.22), by Lentz's method. Converges within
/// O(sqrt(max(a, b))) terms for x < (a + 1) / (a + b + 2).
double beta_fraction(double a, double b, double x) {
    constexpr double tiny = 1e-300;
    constexpr double enough = 1e-15;
    constexpr int most_terms = 20000;
    const auto away_from_zero = [](double v) { return std::abs(v) < tiny ? tiny : v; };

    double c = 1.0;
    double d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    double fraction = d;
    for (int m = 1; m <= most_terms; ++m) {
        const double k = m;
        const double even = k * (b - k) * x / ((a + 2 * k - 1.0) * (a + 2 * k));
        d = 1.0 / away_from_zero(1.0 + even * d);
        c = away_from_zero(1.0 + even / c);
        fraction *= d * c;
        const double odd = -(a + k) * (a + b + k) * x / ((a + 2 * k) * (a + 2 * k + 1.0));
        d = 1.0 / away_from_zero(1.0 + odd * d);
        c = away_from_zero(1.0 + odd / c);
        const double step = d * c;
        fraction *= step;
        if (std::abs(step - 1.0) < enough) break;
    }
    return fraction;
}

}  // namespace

double incomplete_beta(double a, double b, double x) {
    assert(a > 0.0 && b > 0.0 && x >= 0.0 && x <= 1.0);
    if (x <= 0.0) return 0.0;
    if (x >= 1.0) return 1.0;
    const double front =
        std::exp(std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) + a * std::log(x) + b * std::log1p(-x));
    if (x < (a + 1.0) / (a + b + 2.0)) return front * beta_fraction(a, b, x) / a;
    return 1.0 - front * beta_fraction(b, a, 1.0 - x) / b;
}

double student_t_cdf(double t, double degrees_of_freedom) {
    const double dof = std::min(degrees_of_freedom, most_degrees_of_freedom);
    const double tail = 0.5 * incomplete_beta(dof / 2.0, 0.5, dof / (dof + t * t));
    return t >= 0.0 ? 1.0 - tail : tail;
}

double student_t_quantile(double p, double degrees_of_freedom) {
    assert(p > 0.0 && p < 1.0 && degrees_of_freedom > 0.0);
    if (p < 0.5) return -student_t_quantile(1.0 - p, degrees_of_freedom);
    if (p <= 0.5) return 0.0;
    double low = 0.0, high = 1.0;
    while (student_t_cdf(high, degrees_of_freedom) < p && high < 1e12) high *= 2.0;
    // Halving a double's range: 60 steps reach the last bit of `high`.
    for (int i = 0; i < 60; ++i) {
        const double middle = 0.5 * (low + high);
        (student_t_cdf(middle, degrees_of_freedom) < p ? low : high) = middle;
    }
    return 0.5 * (low + high);
}

}  // namespace fourpole
