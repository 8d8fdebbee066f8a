// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/analysis/mains_frequency.hpp"

#include "rig/analysis/normal_equations.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>
#include <vector>

namespace fourpole {

namespace {

constexpr double pi = std::numbers::pi;
constexpr int steps = 4;          ///< Gauss-Newton: the first is within 1e-2 of its way, the next within 1e-4
constexpr double highest = 0.45;  ///< of the values' rate
constexpr double enough_hz = 1e-7;

/// The columns at one time: the stretch's constant, cos and sin of each order; and last what the sum of the
/// lines changes by when the frequency does.
class Columns {
public:
    Columns(std::size_t stretches, std::size_t orders)
        : stretches_(stretches), row_(stretches + 2 * orders + 1, 0.0) {}

    const std::vector<double>& at(double time_s, std::size_t stretch, double hz,
                                  std::span<const double> lines) {
        std::fill(row_.begin(), row_.begin() + static_cast<std::ptrdiff_t>(stretches_), 0.0);
        row_[stretch] = 1.0;
        double slope = 0.0;
        for (std::size_t k = 0; 2 * k + 1 < row_.size() - stretches_; ++k) {
            const double order = static_cast<double>(k + 1);
            const double turn = 2.0 * pi * std::remainder(order * hz * time_s, 1.0);
            const double c = std::cos(turn), s = std::sin(turn);
            row_[stretches_ + 2 * k] = c, row_[stretches_ + 2 * k + 1] = s;
            if (!lines.empty())
                slope += 2.0 * pi * order * time_s *
                         (lines[stretches_ + 2 * k + 1] * c - lines[stretches_ + 2 * k] * s);
        }
        row_.back() = slope;
        return row_;
    }

private:
    std::size_t stretches_;
    std::vector<double> row_;
};

}  // namespace

double sharpened_mains(std::span<const double> value, std::span<const double> time_s,
                       std::span<const std::size_t> stretch_from, double value_rate_hz, double rough_hz,
                       double most_hz) {
    const auto orders = static_cast<std::size_t>(highest * value_rate_hz / rough_hz);
    if (orders == 0 || value.empty() || stretch_from.empty()) return rough_hz;
    // Times about their middle: the frequency is then all but independent of the phases.
    const double middle = 0.5 * (time_s.front() + time_s.back());
    Columns columns(stretch_from.size(), orders);
    double hz = rough_hz;
    std::vector<double> lines;
    for (int step = 0; step <= steps; ++step) {
        // First the lines alone; from then on the frequency with them.
        const std::size_t n = stretch_from.size() + 2 * orders + (step > 0 ? 1 : 0);
        std::vector<double> gram(n * n, 0.0), wanted(n, 0.0);
        std::size_t stretch = 0;
        for (std::size_t i = 0; i < value.size(); ++i) {
            while (stretch + 1 < stretch_from.size() && i >= stretch_from[stretch + 1]) ++stretch;
            const auto& row = columns.at(time_s[i] - middle, stretch, hz, lines);
            for (std::size_t a = 0; a < n; ++a) {
                wanted[a] += row[a] * value[i];
                for (std::size_t b = 0; b < n; ++b) gram[a * n + b] += row[a] * row[b];
            }
        }
        const auto solved = solve_normal(gram, wanted);
        if (!solved) return rough_hz;
        lines = solved->x;
        if (step == 0) continue;
        hz += lines.back();
        if (!(std::abs(hz - rough_hz) <= most_hz)) return rough_hz;
        if (std::abs(lines.back()) < enough_hz) break;
    }
    return hz;
}

}  // namespace fourpole
