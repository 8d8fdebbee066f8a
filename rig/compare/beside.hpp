// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/compare/comparison.hpp"

#include <span>
#include <string>

namespace fourpole {

/// From so many combined standard uncertainties on, see beside().
inline constexpr double violated_from_u = 3.5;

/// Puts a measured reading beside its prediction.
///
/// The prediction and its 95 % band (`low`, `high`, one per predicted point) are taken at the
/// measured points: the same frequency within 1e-9, else linear in ln f between the two
/// neighbours. Measured points outside the predicted range are left out, never extrapolated.
///
///     z = (measured - predicted) / sqrt(u_m^2 + u_p^2),  u_p = |measured - predicted| / s
///
/// s is how rare the distance is among the predicted units, as a normal score: 1.96 at the band's edge
/// on the measured side, 3 at that of `three_sigma`, straight through 0 and these and on beyond. A lopsided
/// band is thus not taken for a narrow one, nor a long tail for a short one. The inner edge is at least
/// half of the band's width away (without a band 1.96 of the prediction's u) and the outer one 3 / 1.96 of
/// the inner, so that a population that ends soon is judged like a normal one. Without `three_sigma` that is
/// where the outer edge stands. `inside` is plain: the share of exact points with low <= measured <= high.
///
/// Rule for `state`: "model violated" when more than 10 % of the testable points lie more than
/// violated_from_u combined standard uncertainties off, or when the mean of z^2 exceeds its square. A unit of
/// the population moves its whole curve at once, so a band is missed by all points together or by none: with
/// fully correlated points both halves of the rule are |z| > 3.5 of one number, a false alarm in 0.05 % of
/// good units a curve; with independent points far less. A run holds ten to thirty curves beside their
/// models, and 3 would call 3 to 8 % of good runs violated. A point that is at_most counts against the model
/// when its bound lies where s exceeds violated_from_u (at_least: above). "not testable" when no point can be
/// tested.
Beside beside(const std::string& arm, const Reading& measured, const Reading& predicted,
              std::span<const double> low, std::span<const double> high, const Band& three_sigma = {});

}  // namespace fourpole
