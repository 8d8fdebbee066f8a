// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/recorded_device.hpp"

#include "rig/analysis/normal_equations.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace fourpole {

namespace {

using Index = std::ptrdiff_t;

constexpr Index reach = 32;
constexpr std::size_t taps = 2 * reach + 1;
constexpr std::array slow_hz{5.0, 20.0, 80.0};
constexpr std::size_t columns = taps + slow_hz.size();
constexpr std::size_t most_samples = 1U << 16U, chunk = 512;
constexpr double least_part = 1e-3;  ///< of the power, beyond either end of the loud part
constexpr double ridge = 1e-8;       ///< of the diagonal

std::vector<double> low_passed(std::span<const double> x, double corner_hz, double rate_hz) {
    const double a = 1.0 - std::exp(-2.0 * std::numbers::pi * corner_hz / rate_hz);
    std::vector<double> out(x.size());
    double v = 0.0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        v += a * (x[i] - v);
        // Long after a file a subnormal would be a hundred times as slow.
        if (std::abs(v) < 1e-30) v = 0.0;
        out[i] = v;
    }
    return out;
}

/// Upper triangle of the Gram matrix and products with y, sample by sample.
class Sums {
public:
    void add(const std::array<double, columns>& row, double y) {
        for (std::size_t a = 0; a < columns; ++a) {
            double* g = gram_.data() + a * columns;
            for (std::size_t b = a; b < columns; ++b) g[b] += row[a] * row[b];
            product_[a] += row[a] * y;
        }
    }
    std::vector<double> solved() {
        for (std::size_t a = 0; a < columns; ++a) {
            double& own = gram_[a * columns + a];
            own = own > 0.0 ? own * (1.0 + ridge) : 1.0;
            for (std::size_t b = a + 1; b < columns; ++b) gram_[b * columns + a] = gram_[a * columns + b];
        }
        const auto found = solve_normal(gram_, product_);
        return found ? found->x : std::vector<double>{};
    }

private:
    std::vector<double> gram_ = std::vector<double>(columns * columns, 0.0);
    std::vector<double> product_ = std::vector<double>(columns, 0.0);
};

}  // namespace

std::vector<double> raised(std::span<const double> x) {
    std::vector<double> out(x.size(), 0.0);
    for (std::size_t i = 1; i < x.size(); ++i) out[i] = x[i] - x[i - 1];
    return out;
}

std::pair<double, double> loud_part(std::span<const double> played) {
    const auto x = raised(played);
    double all = 0.0, sum = 0.0;
    for (const double v : x) all += v * v;
    std::size_t first = 0, last = x.size();
    for (std::size_t i = 0; i < x.size(); ++i) {
        sum += x[i] * x[i];
        if (sum <= least_part * all) first = i;
        if (sum < (1.0 - least_part) * all) last = i + 1;
    }
    return {static_cast<double>(first), static_cast<double>(last)};
}

OnLine through_device(const OnLine& x, std::span<const double> y, std::span<const Stand> stands,
                      double rate_hz) {
    std::array<std::vector<double>, slow_hz.size()> slow;
    for (std::size_t m = 0; m < slow.size(); ++m) slow[m] = low_passed(x.x, slow_hz[m], rate_hz);
    const auto row_at = [&](Index i) {
        std::array<double, columns> row{};
        for (std::size_t j = 0; j < taps; ++j) row[j] = x.x[static_cast<std::size_t>(i - reach) + j];
        for (std::size_t m = 0; m < slow.size(); ++m) row[taps + m] = slow[m][static_cast<std::size_t>(i)];
        return row;
    };
    std::size_t total = 0;
    for (const Stand& s : stands) total += static_cast<std::size_t>(std::max<Index>(0, s.to - s.from));
    const std::size_t every = chunk * std::max<std::size_t>(1, (total + most_samples - 1) / most_samples);
    Sums sums;
    for (const Stand& s : stands)
        for (Index from = s.from; from < s.to; from += static_cast<Index>(every))
            for (Index n = from; n < std::min(s.to, from + static_cast<Index>(chunk)); ++n) {
                const Index i = n - s.later + x.before;
                if (i >= reach && i + reach < static_cast<Index>(x.x.size()))
                    sums.add(row_at(i), y[static_cast<std::size_t>(n)]);
            }
    const auto h = sums.solved();
    OnLine out;
    if (h.empty()) return out;
    out.before = x.before;
    out.x.assign(x.x.size(), 0.0);
    for (Index i = reach; i + reach < static_cast<Index>(x.x.size()); ++i) {
        const double* at = x.x.data() + (i - reach);
        double sum = 0.0;
        for (std::size_t j = 0; j < taps; ++j) sum += h[j] * at[j];
        for (std::size_t m = 0; m < slow.size(); ++m)
            sum += h[taps + m] * slow[m][static_cast<std::size_t>(i)];
        out.x[static_cast<std::size_t>(i)] = sum;
    }
    return out;
}

}  // namespace fourpole
