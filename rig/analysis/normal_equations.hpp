// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <span>
#include <vector>

namespace fourpole {

/// x of G x = b for a symmetric positive definite n x n Gram matrix, row by row, and the diagonal of
/// its inverse (the variances of x for unit noise). Cholesky of the matrix scaled to a unit diagonal.
/// Accuracy: 1e-15 times the condition of the scaled matrix, relative.
/// Nothing where that condition exceeds 1e12: two columns that say the same.
struct NormalSolution {
    std::vector<double> x, inverse_diagonal;
};
std::optional<NormalSolution> solve_normal(std::span<const double> gram, std::span<const double> b);

}  // namespace fourpole
