// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/reading.hpp"

#include <optional>
#include <span>
#include <vector>

namespace fourpole {

/// (a - b) / sqrt(u_a^2 + u_b^2 - 2 cov): a difference in its own standard uncertainty. `covariance` is of
/// what the two share (one level calibration behind both). nullopt where nothing is uncertain.
std::optional<double> z_score(double a, double u_a, double b, double u_b, double covariance = 0.0);

/// E_n = (a - b) / sqrt(U_a^2 + U_b^2 - 2 k^2 cov) with expanded uncertainties U = k u; |E_n| <= 1
/// is consistent (ISO 13528, ISO/IEC 17043). nullopt where nothing is uncertain.
std::optional<double> en_number(double a, double expanded_a, double b, double expanded_b,
                                double covariance = 0.0, double k = 2.0);

/// P(chi^2 > value) for a number of degrees of freedom > 0, Q(dof/2, value/2), by its series or
/// its continued fraction. Accuracy: 1e-12 relative down to 1e-300.
double chi_square_exceeded(double value, double degrees_of_freedom);

/// chi^2 = d^T C^+ d with the full covariance C of the differences d.
struct ChiSquare {
    double value = 0.0;
    int points = 0;
    int degrees_of_freedom = 0;  ///< rank of C: directions that C lets vary at all
    double p = 1.0;              ///< P(a larger chi^2 | the model holds)
    /// The part of d along directions that C has no variance for, in standard uncertainties
    /// (root sum of squares). It should be 0: C calls anything else impossible.
    double impossible = 0.0;
};

/// C (points x points, row after row) is taken apart in units of its own standard deviations:
/// R = D^-1 C D^-1, eigenvalues of R below 1e-10 of the largest are cut, and the rank is what
/// is left (pseudo-inverse). A point without variance that differs makes `impossible`
/// infinite. nullopt where C has no variance at all, or is no covariance (an eigenvalue below
/// -1e-9 of the largest, a negative diagonal).
///
/// Normal differences are assumed for p. A C estimated from N draws makes chi^2 too large by
/// about (N - 1) / (N - points - 2) where C comes from the draws alone: 3 % for 121 points, 4096 draws.
std::optional<ChiSquare> chi_square(std::span<const double> differences, std::span<const double> covariance);

/// How far one measured curve and its prediction agree as a whole.
struct Consistency {
    ChiSquare chi_square;
    double largest_en = 0.0;  ///< the largest |E_n| of the points, k = 2
};

/// Measured exact points with a value, u and a prediction at the same frequency (1e-9) go in:
///     C = C_model + S^2 1 1^T + diag(max(u_i^2 - S^2, (0.002 dB)^2))
/// S is what moves the whole curve at once: the detail "systematic_u" where the analysis knows it;
/// else, for a reading in volts (calibration nominal or calibrated), the smallest u of the curve,
/// since the level calibration and the re-plugging are in every point and noise comes on top;
/// 0 for a raw one. 0.002 dB: what a sweep's points differ by at the band's ends without any
/// noise. `model`: covariance over the points of `predicted`, row after row. nullopt without a
/// point, or without any uncertainty.
std::optional<Consistency> consistency(const Reading& measured, const Reading& predicted,
                                       std::span<const double> model);

}  // namespace fourpole
