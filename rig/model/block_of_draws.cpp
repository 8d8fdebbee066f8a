// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/model/block_of_draws.hpp"

#include "rig/model/circuit.hpp"
#include "rig/model/solve.hpp"
#include "rig/units.hpp"

#include <Eigen/Core>

#include <cassert>
#include <cmath>

namespace fourpole {
namespace {

constexpr std::size_t most_cells = std::size_t{1} << 20U;  ///< frequencies x draws, 4 transfers each

double decibels_of(double ratio) { return AmplitudeRatio{std::max(ratio, arithmetic_floor)}.decibels(); }

std::size_t pair_of(Side from, Side to) {
    return 2 * static_cast<std::size_t>(from) + static_cast<std::size_t>(to);
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

std::optional<Fault> BlockOfDraws::draw_one(const Population& population,
                                            std::span<const double> frequency_hz, std::size_t draw) {
    const Circuit unit = population.unit(plan_.first_unit + draw, plan_.seed);
    const auto net = network_of(unit);
    if (!net) return net.error();
    NodalSolver solver(*net, unit.drivers);
    for (std::size_t i = 0; i < frequency_hz.size(); ++i) {
        const auto at = solver.at(frequency_hz[i]);
        if (!at)
            return Fault{Fault::Kind::bad_input, unit.name,
                         "the tolerances allow a circuit without a solution"};
        for (const Side from : sides)
            for (const Side to : sides)
                db_[(pair_of(from, to) * frequencies_ + i) * plan_.draws + draw] =
                    decibels_of(std::abs(at->voltage[from][to]) / unit.stage.emf_v);
    }
    return {};
}

std::optional<Fault> BlockOfDraws::draw(const Population& population, std::span<const double> frequency_hz) {
    assert(frequency_hz.size() == frequencies_);
    std::vector<std::optional<Fault>> faults(plan_.draws);
    share_out(plan_.threads, plan_.draws,
              [&](std::size_t d) { faults[d] = draw_one(population, frequency_hz, d); });
    for (auto& fault : faults)
        if (fault) return fault;
    return {};
}

void BlockOfDraws::decibels(const Curve& curve, std::size_t frequency, std::span<double> out) const {
    const auto to = transfer(curve.from, curve.to, frequency);
    std::copy(to.begin(), to.end(), out.begin());
    if (curve.kind != Curve::Kind::crosstalk) return;
    const auto own = transfer(curve.from, curve.from, frequency);
    for (std::size_t d = 0; d < out.size(); ++d) out[d] -= own[d];
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

double quantile(std::span<double> values, double q) {
    const auto n = static_cast<double>(values.size());
    const double place = std::clamp(q * n - 0.5, 0.0, n - 1.0);
    const auto below = static_cast<std::ptrdiff_t>(place);
    std::nth_element(values.begin(), values.begin() + below, values.end());
    const double lower = values[static_cast<std::size_t>(below)];
    if (below + 1 == static_cast<std::ptrdiff_t>(values.size())) return lower;
    const double upper = *std::min_element(values.begin() + below + 1, values.end());
    return lower + (place - static_cast<double>(below)) * (upper - lower);
}

}  // namespace fourpole
