// SPDX-License-Identifier: GPL-3.0-or-later
// The one file of the comparison that sees Eigen: its solver takes seconds to compile.
#include "rig/compare/symmetric_parts.hpp"

#include <Eigen/Eigenvalues>

#include <cassert>
#include <cmath>

namespace fourpole {

std::optional<SymmetricParts> symmetric_parts(std::span<const double> matrix) {
    const auto n = static_cast<Eigen::Index>(std::lround(std::sqrt(static_cast<double>(matrix.size()))));
    assert(static_cast<std::size_t>(n * n) == matrix.size());
    const Eigen::MatrixXd given = Eigen::Map<const Eigen::MatrixXd>(matrix.data(), n, n);
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> parts(0.5 * (given + given.transpose()));
    if (parts.info() != Eigen::Success) return {};
    const auto& values = parts.eigenvalues();
    const auto& columns = parts.eigenvectors();
    return SymmetricParts{{values.data(), values.data() + n}, {columns.data(), columns.data() + n * n}};
}

}  // namespace fourpole
