// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/fit/combinations.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace fourpole {
namespace {

/// Coefficients below this are what noise leaves of 0; the sum's own u judges the choice.
constexpr double least_coefficient = 0.02;
constexpr double whole_within = 0.1;
/// A sum is worth a sentence where it is known this much better than its terms.
constexpr double much_better = 0.2;
constexpr double least_pivot = 1e-3;

double column_norm(const LeastSquares& numbers, std::size_t i) {
    const std::size_t n = numbers.values.size();
    double squared = 0.0;
    for (std::size_t k = i; k < numbers.jacobian.size(); k += n)
        squared += numbers.jacobian[k] * numbers.jacobian[k];
    return std::sqrt(squared);
}

/// The determined directions in reduced row echelon form.
struct Echelon {
    std::size_t n = 0;
    std::vector<std::vector<double>> rows;
    std::vector<std::size_t> pivots;  ///< of the first rows, in order
};

Echelon determined(const LeastSquares& numbers, const std::vector<std::size_t>& order) {
    Echelon out;
    out.n = numbers.values.size();
    for (std::size_t k = 0; k < out.n; ++k) {
        if (numbers.strengths[k] * most_relative_u < 1.0) break;
        const auto row = numbers.directions.begin() + static_cast<std::ptrdiff_t>(k * out.n);
        out.rows.emplace_back(row, row + static_cast<std::ptrdiff_t>(out.n));
    }
    for (const std::size_t column : order) {
        const std::size_t done = out.pivots.size();
        if (done == out.rows.size()) break;
        const auto best = std::max_element(
            out.rows.begin() + static_cast<std::ptrdiff_t>(done), out.rows.end(),
            [column](const auto& a, const auto& b) { return std::abs(a[column]) < std::abs(b[column]); });
        if (std::abs((*best)[column]) < least_pivot) continue;
        std::swap(out.rows[done], *best);
        auto& pivot = out.rows[done];
        const double by = pivot[column];
        for (double& v : pivot) v /= by;
        for (auto& row : out.rows) {
            if (&row == &pivot) continue;
            const double times = row[column];
            for (std::size_t j = 0; j < out.n; ++j) row[j] -= times * pivot[j];
        }
        out.pivots.push_back(column);
    }
    return out;
}

/// First what is known by itself; then, unit by unit, what weighs least: a leg's own wires
/// before the output resistance that both legs share, so that a row is a leg.
std::vector<std::size_t> pivot_order(const std::vector<Unknown>& unknowns, const LeastSquares& numbers) {
    std::vector<std::size_t> order(unknowns.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    // In steps of 2 %: what weighs the same keeps the order of the circuit.
    const auto weight = [&](std::size_t i) {
        return std::round(50.0 * std::log(column_norm(numbers, i) / std::abs(numbers.slope[i])));
    };
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        if (unknowns[a].known != unknowns[b].known) return unknowns[a].known;
        if (unknowns[a].known) return false;
        if (unknowns[a].seen != unknowns[b].seen) return unknowns[a].seen;
        if (unknowns[a].unit != unknowns[b].unit) return unknowns[a].unit > unknowns[b].unit;
        return weight(a) < weight(b);
    });
    return order;
}

/// Value and u of the terms; nothing where the sum is not known either.
std::optional<Combination> judged(Combination c, const std::vector<Unknown>& unknowns,
                                  const LeastSquares& numbers) {
    std::vector<double> gradient(unknowns.size(), 0.0);
    double least_alone = INFINITY, size = 0.0;
    for (const auto& term : c.terms) {
        const std::size_t i = term.unknown;
        gradient[i] = term.coefficient * numbers.slope[i];
        c.value += term.coefficient * numbers.values[i];
        least_alone = std::min(least_alone, std::abs(gradient[i]) * numbers.u_of_x(i));
        size = std::max(size, std::abs(gradient[i]));
    }
    c.u = numbers.u_of(gradient);
    const double against =
        std::max(std::abs(c.value), unknowns[c.terms.front().unknown].unit.empty() ? size : 0.0);
    if (c.terms.size() < 2 || c.u > most_relative_u * against || c.u > much_better * least_alone) return {};
    return c;
}

}  // namespace

std::vector<Combination> combinations_of(const std::vector<Unknown>& unknowns, const LeastSquares& numbers) {
    std::vector<Combination> out;
    const Echelon echelon = determined(numbers, pivot_order(unknowns, numbers));
    for (std::size_t k = 0; k < echelon.pivots.size(); ++k) {
        const std::size_t pivot = echelon.pivots[k];
        if (unknowns[pivot].known) continue;
        Combination whole, exact;
        whole.unit = exact.unit = unknowns[pivot].unit;
        for (std::size_t j = 0; j < echelon.n; ++j) {
            const double c = echelon.rows[k][j] * numbers.slope[pivot] / numbers.slope[j];
            if (unknowns[j].known || unknowns[j].unit != unknowns[pivot].unit) continue;
            if (std::abs(c) < least_coefficient) continue;
            exact.terms.push_back({j, c});
            const double nearest = std::round(c);
            if (std::abs(c - nearest) > whole_within)
                whole.terms.push_back({j, c});
            else if (nearest != 0.0)
                whole.terms.push_back({j, nearest});
        }
        if (auto good = judged(whole, unknowns, numbers))
            out.push_back(std::move(*good));
        else if (auto other = judged(exact, unknowns, numbers))
            out.push_back(std::move(*other));
    }
    return out;
}

std::optional<std::size_t> reference_of(const std::vector<Unknown>& unknowns, const LeastSquares& numbers) {
    const std::size_t n = unknowns.size();
    if (n == 0) return {};
    // J t for t = d ln(value) where every impedance grows by one factor.
    double squared = 0.0;
    for (std::size_t k = 0; k < numbers.jacobian.size(); k += n) {
        double along = 0.0;
        for (std::size_t i = 0; i < n; ++i) along += numbers.jacobian[k + i] * unknowns[i].impedance_power;
        squared += along * along;
    }
    if (std::sqrt(squared) * most_relative_u >= 1.0) return {};
    std::optional<std::size_t> best;
    for (std::size_t i = 0; i < n; ++i)
        if (unknowns[i].unit == "ohm" && unknowns[i].seen &&
            (!best || unknowns[i].start > unknowns[*best].start))
            best = i;
    return best;
}

}  // namespace fourpole
