// SPDX-License-Identifier: GPL-3.0-or-later
// Units solved eight at a time are the units solved alone.
#include "rig/model/drawn_units.hpp"
#include "rig/model/model.hpp"
#include "rig/profile/load.hpp"
#include "tests/catch.hpp"
#include "tests/random_circuits.hpp"

#include <array>
#include <cmath>

using namespace fourpole;

namespace {

const std::array frequencies{10.0, 130.0, 1000.0, 4321.0, 20'000.0, 90'000.0};

/// |V|^2 re the EMF squared: [from, to][frequency][unit].
std::vector<double> side_by_side(const Population& population, const BlockPlan& plan) {
    const auto units = DrawnUnits::of(population, plan);
    if (!units) FAIL(units.error().what);
    std::vector<double> out(4 * frequencies.size() * plan.draws, -1.0);
    if (const auto fault = units->solve(frequencies, out)) FAIL(fault->what);
    return out;
}

/// Largest difference to every unit solved by itself: amplitudes, re the larger of a driver's two or a
/// thousandth of the EMF: of what is left over from a balance, both lose 2^-53 of what passes there.
double worst_difference(const Circuit& circuit, const BlockPlan& plan) {
    const auto population = Population::of(circuit);
    REQUIRE(population.has_value());
    const auto squared = side_by_side(*population, plan);
    double worst = 0.0;
    for (std::size_t unit = 0; unit < plan.draws; ++unit) {
        const auto alone = solve(population->unit(plan.first_unit + unit, plan.seed), frequencies);
        if (!alone) FAIL(alone.error().what);
        for (std::size_t i = 0; i < frequencies.size(); ++i)
            for (const Side to : sides) {
                const auto& v = (*alone)[i].voltage;
                const double larger = std::max(std::abs(v[Side::left][to]), std::abs(v[Side::right][to]));
                for (const Side from : sides) {
                    const std::size_t pair =
                        2 * static_cast<std::size_t>(from) + static_cast<std::size_t>(to);
                    const double got =
                        circuit.stage.emf_v *
                        std::sqrt(squared[(pair * frequencies.size() + i) * plan.draws + unit]);
                    const double off =
                        std::abs(got - std::abs(v[from][to])) / std::max(larger, 1e-3 * circuit.stage.emf_v);
                    worst = off <= worst ? worst : off;
                }
            }
    }
    return worst;
}

Circuit with_tolerances(Circuit c, double share) {
    const auto keep = [](Figure& f) { f.tolerance = 0.0; };
    for_each_figure(c, [&](Figure& f) { f.tolerance = share * f.value; });
    for (Figure* k : {&c.cable.signal_to_return_coupling, &c.cable.signal_to_signal_coupling,
                      &c.cable.return_to_return_coupling, &c.cable.signal_to_other_return_coupling,
                      &c.cable.signal_to_common_coupling})
        keep(*k);
    return c;
}

BlockPlan units_of(std::size_t draws, std::uint64_t from = 0) {
    BlockPlan plan;
    plan.draws = draws;
    plan.first_unit += from;
    return plan;
}

}  // namespace

TEST_CASE("units of 120 random circuits of every kind come out as each would alone, to 1e-11") {
    RandomCircuits random(5);
    for (int k = 0; k < 120; ++k) {
        const Circuit circuit = with_tolerances(random.next(), 0.1);
        INFO("circuit " << k);
        CHECK(worst_difference(circuit, units_of(19)) < 1e-11);
    }
}

TEST_CASE("drivers of a power law and of a table are solved side by side as well") {
    Circuit c = three_pole(16.0);
    c.stage.output_resistance_ohm = figure(10.0);
    c.drivers[Side::left].leach_inductance = LeachInductance{figure(0.02), figure(0.6)};
    c.drivers[Side::right].wright_inductance =
        WrightInductance{figure(0.01), figure(0.5), figure(0.02), figure(0.7)};
    CHECK(worst_difference(with_tolerances(c, 0.1), units_of(16)) < 1e-11);

    c.drivers[Side::left].impedance_table = std::make_shared<const ImpedanceTable>(
        "made up", std::vector{5.0, 100.0, 1000.0, 100'000.0},
        std::vector<Complex>{{16.0, 1.0}, {30.0, 4.0}, {16.5, 1.0}, {40.0, 60.0}});
    c.drivers[Side::left].parallel_branches.push_back({figure(8.0), figure(1e-4), {}});
    CHECK(worst_difference(with_tolerances(c, 0.1), units_of(16)) < 1e-11);
}

TEST_CASE("a unit whose parts make another circuit is solved with its own") {
    // Below 0 ohm a lossy inductance is a wire; half of the units are.
    Circuit c = with_tolerances(three_pole(16.0), 0.1);
    c.drivers[Side::left].lossy_inductance = LossyInductance{figure(1e-4, 1e-5), figure(0.0, 20.0)};
    CHECK(worst_difference(c, units_of(41)) < 1e-11);
}

TEST_CASE("units that lie decades apart keep their accuracy, whoever set the order of elimination") {
    RandomCircuits random(11);
    for (int k = 0; k < 40; ++k) {
        Circuit c = random.next();
        for_each_figure(c, [](Figure& f) { f.tolerance = 1e5, f.spread = Figure::Spread::log_normal; });
        for (Figure* f : {&c.cable.signal_to_return_coupling, &c.cable.signal_to_signal_coupling,
                          &c.amplifier_leak, &c.cable.return_to_return_coupling,
                          &c.cable.signal_to_other_return_coupling, &c.cable.signal_to_common_coupling})
            *f = {};
        INFO("circuit " << k);
        // Parts five decades apart cost either way some 1e-7; the reference's pivots alone cost 7 %.
        CHECK(worst_difference(c, units_of(60)) < 1e-5);
    }
}

TEST_CASE("a unit has the same bits in any group, block and thread") {
    RandomCircuits random(9);
    for (int k = 0; k < 12; ++k) {
        const auto population = Population::of(with_tolerances(random.next(), 0.2));
        REQUIRE(population.has_value());
        BlockPlan plan = units_of(29);
        plan.threads = 1;
        const auto whole = side_by_side(*population, plan);
        plan = units_of(10, 13);
        plan.threads = 3;
        const auto part = side_by_side(*population, plan);
        for (std::size_t row = 0; row < 4 * frequencies.size(); ++row)
            for (std::size_t unit = 0; unit < 10; ++unit)
                CHECK(part[row * 10 + unit] == whole[row * 29 + 13 + unit]);
    }
}
