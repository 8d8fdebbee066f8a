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

constexpr double beyond_three_sigma = 0.0013498980316301;  ///< of a normal population, on either side

/// Of a ratio of amplitudes that is squared: 10 lg, by the natural logarithm, the fastest there is.
double decibels_of(double squared) {
    return 0.5 * db_per_relative * std::log(std::max(squared, arithmetic_floor * arithmetic_floor));
}

/// Where the quantile stands among n values in order.
double place_of(std::size_t n, double q) {
    const auto count = static_cast<double>(n);
    return std::clamp(q * count - 0.5, 0.0, count - 1.0);
}

/// The value at that place once they are in order, linear between two.
double at_place(std::span<double> values, double place) {
    const auto below = static_cast<std::ptrdiff_t>(place);
    std::nth_element(values.begin(), values.begin() + below, values.end());
    const double lower = values[static_cast<std::size_t>(below)];
    if (below + 1 == static_cast<std::ptrdiff_t>(values.size())) return lower;
    const double upper = *std::min_element(values.begin() + below + 1, values.end());
    return lower + (place - static_cast<double>(below)) * (upper - lower);
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

double quantile(std::span<double> values, double q) { return at_place(values, place_of(values.size(), q)); }

BandEnds band_ends(std::span<double> values) {
    const std::size_t n = values.size();
    BandEnds out;
    out.median = quantile(values, 0.5);
    const auto middle = static_cast<std::size_t>(place_of(n, 0.5));
    // What is left of the middle is not larger than it, what is right of it not smaller.
    const auto lower = values.first(std::min(middle + 1, n));
    const double low = place_of(n, 0.025), lowest = place_of(n, beyond_three_sigma);
    out.low = at_place(lower, low);
    // The same again: what stands before that place is not larger. The last of it has no neighbour left.
    const auto below_low = static_cast<std::size_t>(low) + 1;
    out.lowest = at_place(lowest + 1.0 < low ? lower.first(below_low) : lower, lowest);
    const double high = place_of(n, 0.975);
    out.high = at_place(values.subspan(middle), high - static_cast<double>(middle));
    const auto from_high = static_cast<std::size_t>(high);
    out.highest = at_place(values.subspan(from_high),
                           place_of(n, 1.0 - beyond_three_sigma) - static_cast<double>(from_high));
    return out;
}

void raise_scores(std::span<const double> values, const BandEnds& ends, std::span<double> largest) {
    const double above = std::max(ends.high - ends.median, 1e-9),
                 below = std::max(ends.median - ends.low, 1e-9);
    for (std::size_t d = 0; d < values.size(); ++d) {
        const double off = values[d] - ends.median;
        largest[d] = std::max(largest[d], off > 0.0 ? off / above : -off / below);
    }
}

}  // namespace fourpole
