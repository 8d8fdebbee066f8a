// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/profile/cubic_spline.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace fourpole {

CubicSpline::CubicSpline(std::vector<double> x, std::vector<Value> y)
    : x_(std::move(x)), y_(std::move(y)), second_(x_.size(), Value{}) {
    assert(x_.size() >= 2 && x_.size() == y_.size());
    if (x_.size() > 2) bend();
}

/// With h the intervals and m the second derivatives, at each inner point
///     h[i-1] m[i-1] + 2 (h[i-1] + h[i]) m[i] + h[i] m[i+1] = 6 (slope[i] - slope[i-1]),
/// and at the ends one cubic through two intervals:
///     m[0] = m[1] + (m[1] - m[2]) h[0] / h[1],  likewise from the other end.
/// The ends are put into the first and last inner row; what is left is tridiagonal and
/// diagonally dominant enough to be swept without pivoting.
void CubicSpline::bend() {
    const std::size_t n = x_.size();
    std::vector<double> h(n - 1);
    for (std::size_t i = 0; i + 1 < n; ++i) h[i] = x_[i + 1] - x_[i];
    const auto slope = [&](std::size_t i) { return (y_[i + 1] - y_[i]) / h[i]; };
    if (n == 3) {  // both ends ask for the same: the parabola
        std::fill(second_.begin(), second_.end(), 2.0 * (slope(1) - slope(0)) / (h[0] + h[1]));
        return;
    }
    const double start = h[0] / h[1], end = h[n - 2] / h[n - 3];
    std::vector<double> upper(n, 0.0);
    for (std::size_t i = 1; i + 1 < n; ++i) {
        double below = h[i - 1], diagonal = 2.0 * (h[i - 1] + h[i]), above = h[i];
        if (i == 1) diagonal += h[0] * (1.0 + start), above -= h[0] * start, below = 0.0;
        if (i == n - 2) diagonal += h[n - 2] * (1.0 + end), below -= h[n - 2] * end, above = 0.0;
        const double pivot = diagonal - below * upper[i - 1];
        upper[i] = above / pivot;
        second_[i] = (6.0 * (slope(i) - slope(i - 1)) - below * second_[i - 1]) / pivot;
    }
    for (std::size_t i = n - 2; i-- > 1;) second_[i] -= upper[i] * second_[i + 1];
    second_[0] = second_[1] + (second_[1] - second_[2]) * start;
    second_[n - 1] = second_[n - 2] + (second_[n - 2] - second_[n - 3]) * end;
}

CubicSpline::Value CubicSpline::at(double x) const {
    const auto above = std::upper_bound(x_.begin() + 1, x_.end() - 1, x);
    const auto i = static_cast<std::size_t>(above - x_.begin()) - 1;
    const double h = x_[i + 1] - x_[i];
    const double b = (x - x_[i]) / h, a = (x_[i + 1] - x) / h;
    return a * y_[i] + b * y_[i + 1] +
           ((a * a * a - a) * second_[i] + (b * b * b - b) * second_[i + 1]) * (h * h / 6.0);
}

}  // namespace fourpole
