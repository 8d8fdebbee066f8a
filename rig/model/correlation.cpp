// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/model/correlation.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <cmath>
#include <map>
#include <numbers>
#include <string>

namespace fourpole {
namespace {

std::string shortest(double number) {
    std::array<char, 32> text{};
    return {text.data(), std::to_chars(text.data(), text.data() + text.size(), number).ptr};
}

/// What rounding may leave of a zero pivot, per unit of the diagonal.
constexpr double pivot_floor = 1e-10;

}  // namespace

Result<std::vector<double>> cholesky(std::span<const double> matrix, std::size_t n) {
    assert(matrix.size() == n * n);
    const auto refuse = [](std::size_t row, const std::string& why) {
        return Fault{Fault::Kind::bad_input, "correlation matrix",
                     "row " + std::to_string(row + 1) + ": " + why};
    };
    double scale = 0.0;
    for (std::size_t i = 0; i < n; ++i) scale = std::max(scale, std::abs(matrix[i * n + i]));
    std::vector<double> lower(n * n, 0.0);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j <= i; ++j) {
            if (!(std::abs(matrix[i * n + j] - matrix[j * n + i]) <= 1e-12 * scale))
                return refuse(i, "differs from its column; allowed: a symmetric matrix");
            double rest = matrix[i * n + j];
            for (std::size_t k = 0; k < j; ++k) rest -= lower[i * n + k] * lower[j * n + k];
            if (i == j) {
                if (!(rest >= -pivot_floor * scale))
                    return refuse(i, "contradicts the rows above it (what is left of its variance is " +
                                         shortest(rest) + "); allowed: a positive semidefinite matrix");
                lower[i * n + i] = rest > pivot_floor * scale ? std::sqrt(rest) : 0.0;
            } else if (lower[j * n + j] > 0.0) {
                lower[i * n + j] = rest / lower[j * n + j];
            } else if (std::abs(rest) > std::sqrt(pivot_floor) * scale) {
                // Row j leaves nothing of its own to vary with, yet row i would have to.
                return refuse(i, "contradicts row " + std::to_string(j + 1) +
                                     "; allowed: a positive semidefinite matrix");
            }
        }
    return lower;
}

Result<Correlation> Correlation::of(std::span<const Figure> figures) {
    std::map<std::string, std::vector<std::size_t>> by_name;
    for (std::size_t i = 0; i < figures.size(); ++i)
        if (!figures[i].group.empty()) by_name[figures[i].group].push_back(i);
    Correlation out;
    for (auto& [name, members] : by_name) {
        const double r = figures[members.front()].correlation;
        const auto refuse = [&name = name](const std::string& why) {
            return Fault{Fault::Kind::bad_input, "group \"" + name + "\"", why};
        };
        for (const std::size_t m : members)
            if (figures[m].correlation != r)
                return refuse("has the correlations " + shortest(r) + " and " +
                              shortest(figures[m].correlation) + "; allowed: one for the whole group");
        const std::size_t n = members.size();
        if (n < 2) continue;
        const double least = -1.0 / static_cast<double>(n - 1);
        if (!(r >= least && r <= 1.0))
            return refuse("a correlation of " + shortest(r) + " between any two of " + std::to_string(n) +
                          " figures is not positive semidefinite; allowed: " + shortest(least) + " to 1");
        Group group{std::move(members), std::vector<double>(n * n, r), {}};
        for (std::size_t i = 0; i < n; ++i) group.matrix[i * n + i] = 1.0;
        auto lower = cholesky(group.matrix, n);
        if (!lower) return refuse(lower.error().what);
        group.lower = std::move(*lower);
        if (r != 0.0) out.groups_.push_back(std::move(group));
    }
    return out;
}

Result<Correlation> Correlation::of_matrix(std::span<const double> matrix, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i)
        if (matrix[i * n + i] != 1.0)
            return Fault{Fault::Kind::bad_input, "correlation matrix",
                         "row " + std::to_string(i + 1) + ": " + shortest(matrix[i * n + i]) +
                             " on the diagonal; allowed: 1"};
    auto lower = cholesky(matrix, n);
    if (!lower) return lower.error();
    Correlation out;
    Group all{std::vector<std::size_t>(n), {matrix.begin(), matrix.end()}, std::move(*lower)};
    for (std::size_t i = 0; i < n; ++i) all.members[i] = i;
    out.groups_.push_back(std::move(all));
    return out;
}

void Correlation::apply(std::span<double> z) const {
    for (const Group& group : groups_) {
        const std::size_t n = group.members.size();
        // From the last row up: each one needs only scores that are still independent.
        for (std::size_t i = n; i-- > 0;) {
            double sum = 0.0;
            for (std::size_t k = 0; k <= i; ++k) sum += group.lower[i * n + k] * z[group.members[k]];
            z[group.members[i]] = sum;
        }
    }
}

double Correlation::between(std::size_t i, std::size_t j) const {
    if (i == j) return 1.0;
    for (const Group& group : groups_) {
        const auto place = [&](std::size_t figure) {
            return static_cast<std::size_t>(std::find(group.members.begin(), group.members.end(), figure) -
                                            group.members.begin());
        };
        const std::size_t n = group.members.size(), a = place(i), b = place(j);
        if (a < n && b < n) return group.matrix[a * n + b];
    }
    return 0.0;
}

bool Correlation::contains(std::size_t figure) const {
    return std::any_of(groups_.begin(), groups_.end(), [figure](const Group& group) {
        return std::find(group.members.begin(), group.members.end(), figure) != group.members.end();
    });
}

double correlation_of_values(Figure::Spread a, Figure::Spread b, double of_scores) {
    const bool flat_a = a == Figure::Spread::uniform, flat_b = b == Figure::Spread::uniform;
    if (flat_a && flat_b) return 6.0 / std::numbers::pi * std::asin(0.5 * of_scores);
    if (flat_a || flat_b) return std::sqrt(3.0 / std::numbers::pi) * of_scores;
    return of_scores;
}

}  // namespace fourpole
