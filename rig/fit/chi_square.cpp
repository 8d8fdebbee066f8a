// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/fit/chi_square.hpp"

#include <cassert>
#include <cmath>

namespace fourpole {
namespace {

constexpr int most_terms = 100'000;  // sqrt(dof) of them are needed

/// x^a e^-x / Gamma(a), without overflow.
double front(double a, double x) { return std::exp(a * std::log(x) - x - std::lgamma(a)); }

/// P(a, x) by its power series, for x < a + 1 (DLMF 8.7.1).
double by_series(double a, double x) {
    double term = 1.0 / a, sum = term;
    for (int k = 1; k < most_terms && term > 1e-17 * sum; ++k) sum += term *= x / (a + k);
    return front(a, x) * sum;
}

/// Q(a, x) by its continued fraction, for x >= a + 1 (DLMF 8.9.2, Lentz's way).
double by_fraction(double a, double x) {
    double b = x + 1.0 - a, c = 1e300, d = 1.0 / b, h = d;
    for (int k = 1; k < most_terms; ++k) {
        const double numerator = -k * (k - a);
        b += 2.0;
        d = 1.0 / (numerator * d + b);
        c = b + numerator / c;
        const double factor = c * d;
        h *= factor;
        if (std::abs(factor - 1.0) < 1e-16) break;
    }
    return front(a, x) * h;
}

}  // namespace

double chi_square_below(double x, double dof) {
    assert(dof > 0.0 && x >= 0.0);
    if (x <= 0.0) return 0.0;
    const double a = 0.5 * dof, half = 0.5 * x;
    return half < a + 1.0 ? by_series(a, half) : 1.0 - by_fraction(a, half);
}

double chi_square_quantile(double q, double dof) {
    assert(q > 0.0 && q < 1.0);
    double low = 0.0, high = dof + 10.0;
    while (chi_square_below(high, dof) < q) high *= 2.0;
    while (high - low > 1e-13 * high) {
        const double middle = 0.5 * (low + high);
        (chi_square_below(middle, dof) < q ? low : high) = middle;
    }
    return 0.5 * (low + high);
}

}  // namespace fourpole
