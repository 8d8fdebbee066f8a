// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/result.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace fourpole {

/// One unknown of a least-squares problem. Inside it is counted on a scale of its own:
///     positive:    x = ln(value / start), so that it can never reach 0 and 0.01 means 1 %
///     either sign: x = (value - start) / scale
struct FitParameter {
    std::string name;
    double start = 1.0;
    bool positive = true;
    double scale = 1.0;             ///< either sign only; > 0
    std::optional<double> prior_u;  ///< standard uncertainty of x around the start, if it counts as data
    /// Pulls x to the start as a prior of this u would, on the way to the minimum only: where the data
    /// do not object, x stays about where it began.
    std::optional<double> leash = std::nullopt;
    /// Where the search begins, in the parameter's own unit; default: at the start.
    std::optional<double> begin = std::nullopt;
};

/// Residuals are (model - measured) / standard uncertainty, independent of each other and of
/// unit variance; a complex one is two.
struct FitProblem {
    std::vector<FitParameter> parameters;
    std::size_t residuals = 0;
    /// Fills `residuals` for these values (one a parameter, in its own unit); false where the
    /// model has no answer there.
    std::function<bool(std::span<const double> values, std::span<double> residuals)> evaluate;
    /// The fit has settled where an iteration changes chi-square by less than this share of it:
    /// 1e-12 of 1000 is 1e-9, that is 3e-5 standard uncertainties of the worst parameter.
    double settled = 1e-12;
    /// Called once an iteration with its number; false stops. May be empty.
    std::function<bool(int iteration)> go_on;
};

/// A direction is called unknown where it may move by this much of x (a factor of 20) and the
/// data do not object: instead of infinity its standard uncertainty is taken as this.
inline constexpr double farthest = 3.0;

/// The minimum and what is known about it. n parameters, m residuals; all matrices by rows.
struct LeastSquares {
    std::vector<double> values;      ///< n, in their own units
    std::vector<double> slope;       ///< n, d value / d x: turns u of x into u of the value
    std::vector<double> covariance;  ///< n x n, of x; unknown directions count with `farthest`
    std::vector<double> jacobian;    ///< m x n, d residual / d x, without the priors
    /// Singular values of the jacobian (with priors), largest first, and their directions in x:
    /// 1 / strength is the standard uncertainty along that direction.
    std::vector<double> strengths;   ///< n
    std::vector<double> directions;  ///< n x n, row k belongs to strengths[k]
    double chi_square = 0.0;         ///< sum of squared residuals, priors included
    int dof = 0;                     ///< residuals + priors - directions that the data determine
    int iterations = 0;
    int stages = 0;  ///< fits on the way, to residuals that were made small first
    bool converged = false;

    double u_of_x(std::size_t i) const;
    /// Standard uncertainty of sum_i gradient_i x_i.
    double u_of(std::span<const double> gradient) const;
};

/// Levenberg-Marquardt (Ceres Solver, http://ceres-solver.org, BSD-3) from the given start; where
/// chi-square stays above twice the degrees of freedom, again by other ways, and the deepest
/// minimum counts.
/// Derivatives: five-point differences over steps of 3e-4 in x, relative accuracy about 1e-11
/// where the model bends on a scale of 0.1 in x. Covariance: pseudo-inverse of J'J by singular
/// values (ceres::Covariance, DENSE_SVD), directions weaker than 1 / farthest left to
/// `farthest`. Accuracy: 6 digits of NIST's certified values (tests/nist_test.cpp).
/// Fault bad_input: the model has no answer at the start. Fault stopped: go_on said so.
Result<LeastSquares> least_squares(const FitProblem& problem);

}  // namespace fourpole
