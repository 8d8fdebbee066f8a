// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/compare/comparison.hpp"

#include <optional>
#include <string>
#include <vector>

namespace fourpole {

/// One number for one arm: the mean of a reading over a band, then over the takes.
///
///     x_k  = integral of value d(ln f) / integral d(ln f)   over the points of the band (trapezia),
///            then the plain mean over all readings called `reading` of take k (both directions)
///     value = mean of x_k, scatter = their standard deviation, u^2 = scatter^2 / n + B^2
///
/// B is the readings' own u, taken as fully correlated along the curve, between the
/// directions and from take to take (conservative); only the detail "systematic_u", where the
/// analysis gives it, makes B smaller. A point without u counts with the largest u of its
/// curve. Curves are used where there are any, else scalars; no band = every point.
/// Points not measured are left out; any at_most (at_least) point makes the figure at_most
/// (at_least), for which the mean of bounds is still a bound; both together, or a take
/// without a single point, leave it not_measured.
ArmFigure band_mean(const std::vector<Readings>& takes, const std::string& reading,
                    std::optional<double> from_hz, std::optional<double> to_hz);

/// a - b with its two-sided interval: Welch-Satterthwaite, with the part of each u that
/// takes do not average (type B, unlimited degrees of freedom) added in.
///
///     u^2 = u_a^2 + u_b^2,  dof = u^4 / sum((scatter^2 / n)^2 / (n - 1)),  value +- t u
///
/// One take in an arm shows no scatter: only its type B part is in the interval then.
Difference difference(const ArmFigure& a, const ArmFigure& b, double confidence);

/// Half of the interval that `n` takes per arm with the scatter and the type B part seen
/// here would give.
double half_width_with(const Difference& seen, int n);

}  // namespace fourpole
