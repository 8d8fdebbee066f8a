// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/profile/profile.hpp"
#include "rig/result.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace fourpole {

/// Lower triangular L with L L^T = C for a symmetric C of n x n (row by row), positive
/// semidefinite: a column without a remainder (fully correlated figures) becomes zero.
/// L L^T = C within 1e-10 of the largest diagonal element. Fault bad_input: C is not symmetric, or
/// not positive semidefinite to that accuracy; says which row contradicts the ones above it.
Result<std::vector<double>> cholesky(std::span<const double> matrix, std::size_t n);

/// How the normal scores of a list of figures hang together (a Gaussian copula): figures of one
/// group have their group's correlation, all others none.
///
/// The correlation is of the scores z = Phi^-1(q). Of the values themselves it is the same for
/// two normal (or log-normal, in logarithms) figures, 6/pi asin(r/2) for two uniform ones (0.891
/// for 0.9), sqrt(3/pi) r = 0.977 r for one of each.
class Correlation {
public:
    /// Fault bad_input: a group whose members state different correlations, or one that no
    /// n figures can have.
    static Result<Correlation> of(std::span<const Figure> figures);
    /// Any matrix of the scores, n x n, row by row, ones on the diagonal.
    static Result<Correlation> of_matrix(std::span<const double> matrix, std::size_t n);

    /// Independent standard normals in, correlated ones out, in place. z has a place per figure.
    void apply(std::span<double> z) const;
    /// Of the scores of two figures; 1 for i = j.
    double between(std::size_t i, std::size_t j) const;
    /// Whether a figure hangs together with any other.
    bool contains(std::size_t figure) const;
    bool none() const { return groups_.empty(); }

private:
    struct Group {
        std::vector<std::size_t> members;
        std::vector<double> matrix, lower;
    };
    std::vector<Group> groups_;
};

/// Correlation of the values (of their logarithms where log-normal) for one of the scores.
double correlation_of_values(Figure::Spread a, Figure::Spread b, double of_scores);

}  // namespace fourpole
