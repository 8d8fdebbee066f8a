// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <span>
#include <vector>

namespace fourpole {

/// A symmetric matrix as its principal parts: matrix = sum over k of value_k direction_k direction_k^T.
struct SymmetricParts {
    std::vector<double> values;      ///< n eigenvalues, the smallest first
    std::vector<double> directions;  ///< n x n: direction k of unit length in [k n, (k + 1) n)

    std::span<const double> direction(std::size_t k) const {
        return std::span(directions).subspan(k * values.size(), values.size());
    }
};

/// The parts of a symmetric n x n matrix, row by row; what differs from its mirror image is taken as the
/// mean of both. Accuracy: a few 1e-16 of the largest value. Nothing where the iteration does not end
/// (a matrix that is not finite). Cost n^3.
std::optional<SymmetricParts> symmetric_parts(std::span<const double> matrix);

}  // namespace fourpole
