// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <complex>
#include <vector>

namespace fourpole {

/// A cubic spline through complex values over a rising real axis, with "not-a-knot" ends: the
/// first two intervals share one cubic, and so do the last two. 2 points give the straight
/// line, 3 the parabola; cubics come out exactly.
///
/// Accuracy: 5/384 h^4 max|d4y/dx4| inside, h the widest interval (de Boor, A Practical Guide
/// to Splines, ch. IV). The packaged candidates end "naturally" (GSL: second derivative 0 at
/// the ends, an error of order h^2 there) or choose their own parameter (Eigen).
class CubicSpline {
public:
    using Value = std::complex<double>;

    /// `x` strictly rising, 2 points or more, as many values; all finite.
    CubicSpline(std::vector<double> x, std::vector<Value> y);

    double first() const { return x_.front(); }
    double last() const { return x_.back(); }

    /// The curve at `x`; outside first()..last() the end's cubic goes on, so ask before.
    Value at(double x) const;

private:
    void bend();

    std::vector<double> x_;
    std::vector<Value> y_, second_;  ///< second derivative at each point
};

}  // namespace fourpole
