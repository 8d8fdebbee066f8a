// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace fourpole {

/// Probability that a chi-square with `dof` > 0 degrees of freedom stays below x >= 0:
/// the regularised incomplete gamma function P(dof/2, x/2). Absolute accuracy 1e-13.
double chi_square_below(double x, double dof);

/// The x that a chi-square stays below with probability q in (0, 1); relative accuracy 1e-12.
double chi_square_quantile(double q, double dof);

}  // namespace fourpole
