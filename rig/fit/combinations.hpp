// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/fit/circuit_fit.hpp"

#include <optional>
#include <string>
#include <vector>

namespace fourpole {

/// Above this share of its value (of its scale, where the sign is open) nobody should read a
/// figure: it is called unknown.
inline constexpr double most_relative_u = 0.5;

/// What the data say about unknowns that they do not tell apart. The directions that the
/// weighted Jacobian determines (strength above 1 / most_relative_u) span the functions of the
/// circuit that are known; brought to reduced row echelon form, each row is one unknown plus
/// what it cannot be told from. Rows with whole coefficients in one unit are sums.
/// Given only where the sum itself is known, to a fifth of what its terms are.
std::vector<Combination> combinations_of(const std::vector<Unknown>& unknowns, const LeastSquares& numbers);

/// Where all impedances may grow by one factor and the data do not object, the unknown that
/// should stay where it is: the largest resistance that they see, as a rule a driver's coil.
/// Nothing where the data (or what was not free) set the scale.
std::optional<std::size_t> reference_of(const std::vector<Unknown>& unknowns, const LeastSquares& numbers);

/// Sentences for people: what is known only as a sum, in proportion, hardly or not at all.
std::vector<std::string> what_cannot_be_known(const CircuitFit& fit);

/// "0.3500 +- 0.0012 ohm": two digits of the uncertainty; engineering prefixes for F, H and s.
std::string value_with_u(double value, double u, const std::string& unit);

}  // namespace fourpole
