// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/model/clipping.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>

namespace fourpole {

using std::numbers::pi;

double clipped_harmonic(double c, int n) {
    assert(c > 0.0 && c <= 1.0 && n >= 1);
    if (n % 2 == 0) return 0.0;
    const double a = std::asin(c);
    // sin x sin nx = (cos (n-1)x - cos (n+1)x) / 2; for n = 1 the first term is x itself.
    const double below = n == 1 ? a : std::sin((n - 1) * a) / (n - 1);
    const double followed = 0.5 * (below - std::sin((n + 1) * a) / (n + 1));
    return 4.0 / pi * (followed + c * std::cos(n * a) / n);
}

double clipped_thd(double c) {
    const double a = std::asin(c);
    const double b1 = clipped_harmonic(c, 1);
    const double mean_square = 2.0 / pi * (0.5 * a - 0.25 * std::sin(2.0 * a) + c * c * (0.5 * pi - a));
    return std::sqrt(std::max(0.0, 2.0 * mean_square / (b1 * b1) - 1.0));
}

}  // namespace fourpole
