// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/analysis/normal_equations.hpp"

#include <Eigen/Cholesky>

#include <cassert>

namespace fourpole {

namespace {

constexpr double worst_condition = 1e12;

}  // namespace

std::optional<NormalSolution> solve_normal(std::span<const double> gram, std::span<const double> b) {
    const auto n = static_cast<Eigen::Index>(b.size());
    assert(gram.size() == b.size() * b.size());
    using Square = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    const Eigen::Map<const Square> g(gram.data(), n, n);
    const Eigen::Map<const Eigen::VectorXd> rhs(b.data(), n);
    if (n > 0 && !(g.diagonal().minCoeff() > 0.0)) return {};
    const Eigen::VectorXd scale = g.diagonal().cwiseSqrt().cwiseInverse();
    const Eigen::LLT<Square> factor(scale.asDiagonal() * g * scale.asDiagonal());
    if (factor.info() != Eigen::Success || !(factor.rcond() * worst_condition > 1.0)) return {};
    NormalSolution out;
    out.x.resize(b.size());
    out.inverse_diagonal.resize(b.size());
    const Eigen::VectorXd scaled = scale.cwiseProduct(rhs);
    Eigen::Map<Eigen::VectorXd>(out.x.data(), n) = scale.cwiseProduct(factor.solve(scaled));
    const Square inverse = factor.solve(Square::Identity(n, n));
    Eigen::Map<Eigen::VectorXd>(out.inverse_diagonal.data(), n) =
        inverse.diagonal().cwiseProduct(scale.cwiseAbs2());
    return out;
}

}  // namespace fourpole
