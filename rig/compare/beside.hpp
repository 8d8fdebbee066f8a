// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/compare/comparison.hpp"

#include <span>
#include <string>

namespace fourpole {

/// Puts a measured reading beside its prediction.
///
/// The prediction and its 95 % band (`low`, `high`, one per predicted point) are taken at the
/// measured points: the same frequency within 1e-9, else linear in ln f between the two
/// neighbours. Measured points outside the predicted range are left out, never extrapolated.
///
///     z = (measured - predicted) / sqrt(u_m^2 + u_p^2)
///     u_p = max(the prediction's u, (band edge on the measured side - predicted) / 1.96)
///
/// so that a lopsided band is not taken for a narrow one. `inside` is plain: the share of
/// exact points with low <= measured <= high.
///
/// Rule for `state`: "model violated" when more than 10 % of the testable points lie more than
/// 3 combined standard uncertainties off, or when the mean of z^2 exceeds 9. A unit of the
/// population moves its whole curve at once, so a band is missed by all points together or by
/// none: with fully correlated points both halves of the rule are |z| > 3 of one number, a false
/// alarm in 0.3 % of good units; with independent points far less. A point that is at_most
/// counts against the model when its bound lies below `low` and 3 u_p below the prediction
/// (at_least: mirrored). "not testable" when no point can be tested.
Beside beside(const std::string& arm, const Reading& measured, const Reading& predicted,
              std::span<const double> low, std::span<const double> high);

}  // namespace fourpole
