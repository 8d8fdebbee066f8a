// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/model/block_of_draws.hpp"

#include "rig/share_out.hpp"
#include "rig/units.hpp"

#include <Eigen/Core>

#include <cassert>
#include <cmath>

namespace fourpole {
namespace {

constexpr std::size_t most_cells = std::size_t{1} << 20U;  ///< frequencies x draws, 4 transfers each

/// Of a ratio of amplitudes that is squared: 10 lg, by the natural logarithm, the fastest there is.
double decibels_of(double squared) {
    return 0.5 * db_per_relative * std::log(std::max(squared, arithmetic_floor * arithmetic_floor));
}

}  // namespace

BlockOfDraws::BlockOfDraws(std::size_t frequencies, const BlockPlan& plan)
    : plan_(plan), frequencies_(frequencies), db_(4 * frequencies * plan.draws) {}

std::size_t BlockOfDraws::chunk(std::size_t draws) {
    return std::max<std::size_t>(1, most_cells / std::max<std::size_t>(draws, 1));
}

std::span<const double> BlockOfDraws::transfer(Side from, Side to, std::size_t frequency) const {
    return std::span(db_).subspan((pair_of(from, to) * frequencies_ + frequency) * plan_.draws, plan_.draws);
}

std::optional<Fault> BlockOfDraws::solve(const DrawnUnits& units, std::span<const double> frequency_hz) {
    assert(frequency_hz.size() == frequencies_);
    if (auto fault = units.solve(frequency_hz, db_)) return fault;
    // Once for all curves: a crosstalk is the difference of two of them.
    share_out(plan_.threads, 4 * frequencies_, [&](std::size_t row) {
        for (double& v : std::span(db_).subspan(row * plan_.draws, plan_.draws)) v = decibels_of(v);
    });
    return {};
}

void BlockOfDraws::decibels(const Curve& curve, std::size_t frequency, std::span<double> out) const {
    const auto to = transfer(curve.from, curve.to, frequency);
    if (curve.kind != Curve::Kind::crosstalk) {
        std::copy(to.begin(), to.end(), out.begin());
        return;
    }
    const auto own = transfer(curve.from, curve.from, frequency);
    for (std::size_t d = 0; d < out.size(); ++d) out[d] = to[d] - own[d];
}

void BlockOfDraws::add_products(const Curve& curve, std::span<const Point> nominal, std::span<double> sum,
                                std::span<double> products) const {
    const auto n = static_cast<Eigen::Index>(frequencies_);
    using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    std::vector<double> values(plan_.draws);
    std::vector<double> all(frequencies_ * plan_.draws, 0.0);
    for (std::size_t i = 0; i < frequencies_; ++i) {
        if (!nominal[i].value) continue;
        decibels(curve, i, values);
        for (std::size_t d = 0; d < values.size(); ++d) {
            all[i * plan_.draws + d] = values[d] - *nominal[i].value;
            sum[i] += values[d] - *nominal[i].value;
        }
    }
    const Eigen::Map<const Rows> x(all.data(), n, static_cast<Eigen::Index>(plan_.draws));
    Eigen::Map<Rows>(products.data(), n, n).noalias() += x * x.transpose();
}

}  // namespace fourpole
