// SPDX-License-Identifier: GPL-3.0-or-later
// A fixture is in the circuit of the bench and in no figure that the record judges.
#include "rig/measure/remove_fixture.hpp"
#include "drivers/simulated_bench.hpp"
#include "rig/flow/conclude.hpp"
#include "rig/model/population.hpp"
#include "rig/units.hpp"
#include "tests/bare_circuits.hpp"
#include "tests/scratch_run.hpp"

#include <cmath>

using namespace fourpole;

namespace {

constexpr Side L = Side::left, R = Side::right;
constexpr std::array grid{100.0, 1000.0, 10000.0};

Contacts poles(double ohm, double tolerance) {
    const Figure f = figure(ohm, tolerance);
    return {f, f, f, f};
}

/// Half an ohm of sense resistor in every pole, taps of 10 kohm and 200 pF.
FixtureCircuit sensing(double relative_tolerance) {
    FixtureCircuit x;
    x.relay_ohm = poles(0.05, 0.05 * relative_tolerance);
    x.sense_ohm = poles(0.5, 0.5 * relative_tolerance);
    x.jack_ohm = poles(0.03, 0.03 * relative_tolerance);
    x.tap_resistance_ohm = figure(10e3, 10e3 * relative_tolerance);
    x.tap_capacitance_farad = figure(200e-12, 200e-12 * relative_tolerance);
    x.ground_link_ohm = figure(0.1);
    return x;
}

Circuit earphone(double driver_ohm) {
    Circuit c = three_pole(driver_ohm);
    c.stage.output_resistance_ohm = figure(22.0);
    c.contacts = poles(0.05, 0.0);
    for (const Side s : sides) c.drivers[s].coil_inductance_h = figure(1e-4);
    return c;
}

Point point(double f, Complex value, double u) {
    return {.at = f,
            .value = AmplitudeRatio{std::abs(value)}.decibels(),
            .phase_deg = std::arg(value) * degrees_per_radian,
            .u = u};
}

/// What a perfect capture reads at the taps, or (without a fixture) at the drivers.
Readings captured(const Circuit& circuit, double u) {
    const auto solved = solve(circuit, grid);
    REQUIRE(solved.has_value());
    Readings out;
    for (const char* name : {"response", "transfer", "crosstalk"})
        for (const Side from : sides)
            for (const Side to : sides) {
                const std::string_view kind = name;
                if ((kind == "response" && from != to) || (kind == "crosstalk" && from == to)) continue;
                Reading r;
                r.name = name;
                r.definition = std::string(name) + ".sweep@1";
                r.unit = "dB";
                r.from = from;
                r.to = to;
                r.curve = true;
                for (std::size_t i = 0; i < grid.size(); ++i) {
                    const auto& tap = (*solved)[i].tap;
                    r.points.push_back(point(
                        grid[i], kind == "crosstalk" ? tap[from][to] / tap[from][from] : tap[from][to], u));
                }
                out.push_back(std::move(r));
            }
    return out;
}

Reading& at(Readings& all, std::string_view name, Side from, Side to) {
    for (Reading& r : all)
        if (r.name == name && r.from == from && r.to == to) return r;
    FAIL("no " << name);
    return all.front();
}

Readings removed(const Circuit& on_bench, Readings readings) {
    const auto removal = FixtureRemoval::of(on_bench, captured_frequencies(readings));
    REQUIRE(removal.has_value());
    removal->apply(readings);
    return readings;
}

}  // namespace

TEST_CASE("an exact fixture leaves no trace: 1e-9 dB, 1e-9 degrees, and the capture's own u") {
    const Circuit bare = earphone(16.0), on_bench = with_fixture(bare, sensing(0.0));
    const Readings truth = captured(bare, 0.01), tapped = captured(on_bench, 0.01);
    const Readings got = removed(on_bench, tapped);
    REQUIRE(got.size() == truth.size());
    double moved = 0.0;
    for (std::size_t k = 0; k < got.size(); ++k) {
        INFO(truth[k].name << " " << name(*truth[k].from) << " to " << name(*truth[k].to));
        CHECK(got[k].definition == truth[k].name + ".sweep.without_fixture@1");
        for (std::size_t i = 0; i < grid.size(); ++i) {
            const Point &p = got[k].points[i], &t = truth[k].points[i];
            CHECK(p.state == State::exact);
            CHECK(std::abs(*p.value - *t.value) < 1e-9);
            CHECK(std::abs(std::remainder(*p.phase_deg - *t.phase_deg, 360.0)) < 1e-9);
            CHECK(*p.u >= 0.0099);
            if (truth[k].from == truth[k].to) CHECK(*p.u == Approx(0.01).epsilon(0.02));
            moved = std::max(moved, std::abs(*tapped[k].points[i].value - *t.value));
        }
    }
    CHECK(moved > 10.0);  // what would have been read off the taps
}

TEST_CASE("a fixture known to 2 % gives its part of u: 200 units lie within 1 u in 50 to 75 %") {
    const Circuit bare = earphone(32.0), on_bench = with_fixture(bare, sensing(0.02));
    int within = 0, all = 0;
    for (std::uint64_t unit = 1; unit <= 200; ++unit) {
        const Circuit one = unit_of(on_bench, unit);
        Circuit without = one;
        without.fixture.reset();
        Readings truth = captured(without, 1e-4), got = removed(on_bench, captured(one, 1e-4));
        for (const char* name : {"crosstalk", "transfer"}) {
            const Point &p = at(got, name, L, R).points[1], &t = at(truth, name, L, R).points[1];
            REQUIRE(p.state == State::exact);
            CHECK(*p.u < 3.0);
            within += std::abs(*p.value - *t.value) < *p.u;
            ++all;
        }
    }
    // Uniform tolerances: 58 % where one part decides, 68 % where many do.
    CHECK(within >= 0.5 * all);
    CHECK(within <= 0.75 * all);
}

TEST_CASE("a bound at the taps is a bound without them, and never below what the fixture may hide") {
    const Circuit bare = earphone(16.0), on_bench = with_fixture(bare, sensing(0.0));
    Readings tapped = captured(on_bench, 0.01);
    for (const char* name : {"crosstalk", "transfer"})
        for (Point& p : at(tapped, name, L, R).points) {
            p.state = State::at_most;
            p.phase_deg.reset();
            p.u.reset();
        }
    Readings truth = captured(bare, 0.01), got = removed(on_bench, tapped);
    for (std::size_t i = 0; i < grid.size(); ++i) {
        const Point& p = at(got, "crosstalk", L, R).points[i];
        CHECK(p.state == State::at_most);
        CHECK_FALSE(p.u.has_value());
        CHECK(*p.value > *at(truth, "crosstalk", L, R).points[i].value);
        // The other direction and the driven side itself lose nothing but the leak's share.
        CHECK(at(got, "crosstalk", R, L).points[i].state == State::exact);
        CHECK(at(got, "response", L, L).points[i].state == State::exact);
    }
    at(tapped, "crosstalk", L, R).points[1] = {.at = grid[1], .state = State::not_measured};
    got = removed(on_bench, tapped);
    CHECK(at(got, "crosstalk", L, R).points[1].state == State::not_measured);
}

TEST_CASE("a session on a fixture with sense resistors reads the earphone and not the fixture") {
    Session session = session_with(1);
    session.fixture.circuit = sensing(0.01);
    session.fixture.replug_contact_ohm = figure(0.0);
    auto bench = SimulatedBench::open(session, 11, "");
    REQUIRE(bench.has_value());
    int compared = 0;
    for (const Arm& arm : session.arms) {
        const auto take = (*bench)->play_and_record({arm.id, 1}, {});
        REQUIRE(take.has_value());
        const auto record = record_of(*take, session.programme, false);
        REQUIRE(record.has_value());
        const RunRecord run = conclude(session, {"simulated", true, 11, ""}, {}, {*record});
        REQUIRE(run.takes.front().valid);
        Circuit without = (*bench)->truth(arm.id).plugged;
        REQUIRE(without.fixture.has_value());
        without.fixture.reset();
        for (const char* name : {"response", "crosstalk"}) {
            const bool response = std::string_view(name) == "response";
            Readings taken = run.takes.front().readings, raw = record->readings;
            const Reading& r = at(taken, name, L, response ? L : R);
            INFO(arm.id << " " << name);
            CHECK(r.definition.find("without_fixture") != std::string::npos);
            for (const Point& p : r.points) {
                if (*p.at < 100.0 || *p.at > 10000.0 || p.state != State::exact) continue;
                const auto h = solved_at(without, *p.at).voltage[L];
                // A silent driver plays what leaks in the interface, which no circuit holds.
                if (std::abs(h[L]) < 1e-2 * std::abs(h[R])) continue;
                ++compared;
                const Complex true_value = response ? h[L] / std::numbers::sqrt2 : h[R] / h[L];
                INFO(*p.at << " Hz, read " << *p.value << " u " << *p.u);
                CHECK(std::abs(*p.value - AmplitudeRatio{std::abs(true_value)}.decibels()) < 4.0 * *p.u);
            }
        }
    }
    CHECK(compared > 400);
}

TEST_CASE("a fixture that switches the earphone off is no fixture of a session") {
    const Scratch scratch;
    fs::create_directories(scratch.path() / "fixtures");
    const std::string shipped = file_text(fs::path(FOURPOLE_SOURCE) / "profiles/fixtures/driver_taps.json");
    const std::string circuit =
        R"(, "circuit": {"load_bank": {"switched": "WHERE", "left_ohm": 32, "right_ohm": 32}}})";
    for (const std::string where : {"in place of the earphone", "beside the earphone", "off"}) {
        std::string with = shipped.substr(0, shipped.rfind('}')) + circuit;
        with.replace(with.find("WHERE"), 5, where);
        const fs::path file = scratch.path() / "bank.json";
        REQUIRE(write_atomic(file, with).has_value());
        std::string text = file_text(session_file);
        const auto at = text.find("\"driver_taps\"");
        REQUIRE(at != std::string::npos);
        text.replace(at, 13, "\"./bank.json\"");
        REQUIRE(write_atomic(scratch.path() / "session.json", text).has_value());
        const auto session = load_session(scratch.path() / "session.json");
        INFO((session ? "" : session.error().what));
        CHECK(session.has_value() == (where != "in place of the earphone"));
        if (!session)
            CHECK(session.error().what.find("/fixture: found \"driver_taps\", which") != std::string::npos);
    }
}
