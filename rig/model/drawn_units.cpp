// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/model/drawn_units.hpp"

#include "rig/model/nodal.hpp"
#include "rig/model/solve.hpp"
#include "rig/share_out.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

namespace fourpole {
namespace {

PerSide<DriverImpedance> impedances(const Circuit& circuit) {
    return {{DriverImpedance(circuit.drivers[Side::left]), DriverImpedance(circuit.drivers[Side::right])}};
}

std::vector<Complex> row_by_row(const Nodal::Square& y) {
    std::vector<Complex> out;
    for (Eigen::Index r = 0; r < y.rows(); ++r)
        for (Eigen::Index c = 0; c < y.cols(); ++c) out.push_back(y(r, c));
    return out;
}

/// The first of them that is one.
std::optional<Fault> first_of(const std::vector<std::optional<Fault>>& faults) {
    for (const auto& fault : faults)
        if (fault) return fault;
    return {};
}

}  // namespace

Result<DrawnUnits> DrawnUnits::of(const Population& population, const BlockPlan& plan) {
    DrawnUnits out(population, plan);
    if (const auto fault = out.draw()) return *fault;
    return out;
}

std::optional<Fault> DrawnUnits::draw() {
    const Circuit reference = population_.unit(first_predicted_unit, plan_.seed);
    auto net = network_of(reference);
    if (!net) return net.error();
    reference_ = std::move(*net);
    reference_drivers_ = reference.drivers;
    const auto drivers = impedances(reference);
    shape_ = shape_of(reference_, drivers);
    per_unit_ = numbers_of(reference_, drivers).size();
    // A unit of another shape stays without numbers, so that no figure comes of it side by side.
    numbers_.resize(groups() * per_unit_, Lanes::all(std::numeric_limits<double>::quiet_NaN()));
    std::vector<std::optional<Fault>> faults(groups());
    share_out(plan_.threads, groups(), [&](std::size_t g) { faults[g] = draw_group(g); });
    return first_of(faults);
}

std::optional<Fault> DrawnUnits::draw_group(std::size_t group) {
    for (std::size_t lane = 0; lane < lane_count; ++lane) {
        const std::size_t number = group * lane_count + lane;
        if (number >= plan_.draws) break;
        const Circuit circuit = unit(number);
        const auto net = network_of(circuit);
        if (!net) return net.error();
        const auto drivers = impedances(circuit);
        if (!(shape_of(*net, drivers) == shape_)) continue;
        const std::vector<double> numbers = numbers_of(*net, drivers);
        for (std::size_t k = 0; k < per_unit_; ++k) numbers_[group * per_unit_ + k].set(lane, numbers[k]);
    }
    return {};
}

std::vector<std::optional<Elimination>> DrawnUnits::orders_at(std::span<const double> frequency_hz) const {
    std::vector<std::optional<Elimination>> out(frequency_hz.size());
    if (shape_.unknowns() > most_unknowns) return out;
    const auto pattern = SideBySide::pattern_of(shape_);
    const auto asked = SideBySide::asked_of(shape_);
    NodalSolver solver(reference_, reference_drivers_);
    for (std::size_t i = 0; i < frequency_hz.size(); ++i) {
        solver.at(frequency_hz[i]);
        out[i] = Elimination::of(shape_.unknowns(), row_by_row(solver.matrices().y), pattern, asked);
    }
    return out;
}

std::optional<Fault> DrawnUnits::solve(std::span<const double> frequency_hz, std::span<double> out) const {
    const auto orders = orders_at(frequency_hz);
    std::vector<std::optional<Fault>> faults(groups());
    share_out(plan_.threads, groups(),
              [&](std::size_t g) { faults[g] = solve_group(g, frequency_hz, orders, out); });
    return first_of(faults);
}

std::optional<Fault> DrawnUnits::solve_group(std::size_t group, std::span<const double> frequency_hz,
                                             const std::vector<std::optional<Elimination>>& orders,
                                             std::span<double> out) const {
    const std::size_t first = group * lane_count, lanes = std::min(lane_count, plan_.draws - first);
    const double per_emf_squared = 1.0 / std::pow(population_.nominal().stage.emf_v, 2);
    const auto numbers = std::span(numbers_).subspan(group * per_unit_, per_unit_);
    std::vector<std::vector<bool>> alone(lanes, std::vector<bool>(frequency_hz.size(), false));
    SideBySide solver(shape_);
    SideBySide::Answer answer;
    for (std::size_t i = 0; i < frequency_hz.size(); ++i) {
        if (!orders[i]) {
            for (auto& unit : alone) unit[i] = true;
            continue;
        }
        solver.solve(2.0 * std::numbers::pi * frequency_hz[i], *orders[i], numbers, answer);
        for (const Side from : sides)
            for (const Side to : sides) {
                const Lanes& squared =
                    answer.squared_v[static_cast<std::size_t>(from)][static_cast<std::size_t>(to)];
                double* here = &out[(pair_of(from, to) * frequency_hz.size() + i) * plan_.draws + first];
                for (std::size_t lane = 0; lane < lanes; ++lane) here[lane] = squared[lane] * per_emf_squared;
            }
        for (std::size_t lane = 0; lane < lanes; ++lane)
            if (!(answer.pivot_margin[lane] > 0.0)) alone[lane][i] = true;
    }
    for (std::size_t lane = 0; lane < lanes; ++lane)
        if (std::find(alone[lane].begin(), alone[lane].end(), true) != alone[lane].end())
            if (auto fault = solve_alone(first + lane, frequency_hz, alone[lane], out)) return fault;
    return {};
}

std::optional<Fault> DrawnUnits::solve_alone(std::size_t number, std::span<const double> frequency_hz,
                                             const std::vector<bool>& wanted, std::span<double> out) const {
    const Circuit circuit = unit(number);
    const auto net = network_of(circuit);
    if (!net) return net.error();
    NodalSolver solver(*net, circuit.drivers);
    for (std::size_t i = 0; i < frequency_hz.size(); ++i) {
        if (!wanted[i]) continue;
        const auto at = solver.at(frequency_hz[i]);
        if (!at)
            return Fault{Fault::Kind::bad_input, circuit.name,
                         "the tolerances allow a circuit without a solution"};
        for (const Side from : sides)
            for (const Side to : sides)
                out[(pair_of(from, to) * frequency_hz.size() + i) * plan_.draws + number] =
                    std::norm(at->voltage[from][to] / circuit.stage.emf_v);
    }
    return {};
}

}  // namespace fourpole
