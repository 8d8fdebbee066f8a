// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/model/fixture.hpp"
#include "rig/model/population.hpp"
#include "rig/profile/load.hpp"
#include "tests/bare_circuits.hpp"

#include <numbers>

using namespace fourpole;

namespace {

constexpr Side L = Side::left, R = Side::right;
constexpr double w = 2.0 * std::numbers::pi * 1000.0;

Contacts poles(double ohm) { return {figure(ohm), figure(ohm), figure(ohm), figure(ohm)}; }

Circuit player_of(double output_ohm, double driver_ohm = 16.0) {
    Circuit c = three_pole(driver_ohm);
    c.stage.output_resistance_ohm = figure(output_ohm);
    c.leakage_ohm = 0.0;
    return c;
}

}  // namespace

TEST_CASE("relay 0.1, sense 1 and jack 0.05 ohm stand in every pole, the tap before the jack") {
    FixtureCircuit x;
    x.relay_ohm = poles(0.1);
    x.sense_ohm = {figure(1.0), figure(1.0), figure(1.0), figure(0.0)};
    x.jack_ohm = poles(0.05);
    const Circuit c = with_fixture(player_of(2.0), x);
    // Zs = 2 + 0.1 + 1 + 0.05 + 16, Zg = 0.1 + 0.05, as in PHYSICS' shared return.
    const double zs = 19.15, zg = 0.15, below = zs * (zs + 2.0 * zg);
    const CircuitAt got = solved_at(c, 1000.0);
    CHECK(got.voltage[L][L].real() == Approx(16.0 * (zs + zg) / below).epsilon(1e-12));
    CHECK(got.voltage[L][R].real() == Approx(-16.0 * zg / below).epsilon(1e-12));
    // Between the taps: driver, both jack contacts of the own current, the sleeve's of the other's.
    const double own = (zs + zg) / below, cross = -zg / below;
    CHECK(got.tap[L][L].real() == Approx(own * 16.1 + cross * 0.05).epsilon(1e-12));
    CHECK(got.tap[L][R].real() == Approx(cross * 16.1 + own * 0.05).epsilon(1e-12));
}

TEST_CASE("a tap of 10 kohm and 1 nF loads its pole, through the other taps while the interface floats") {
    FixtureCircuit x;
    x.tap_resistance_ohm = figure(10e3);
    x.tap_capacitance_farad = figure(1e-9);
    x.ground_link_ohm = figure(0.0);
    const Complex tap = 1.0 / Complex(1e-4, w * 1e-9);
    const auto parallel = [](Complex a, Complex b) { return a * b / (a + b); };
    const Complex linked = parallel(16.0, tap);
    CHECK(std::abs(solved_at(with_fixture(player_of(100.0), x), 1000.0).voltage[L][L] -
                   linked / (100.0 + linked)) < 1e-13);
    // Floating: left tap in series with (right tap to the right output beside the sleeve's tap to
    // ground); the right pole stands on 100 || 16 ohm.
    x.ground_link_ohm.reset();
    const Complex onward = parallel(tap, tap + parallel(100.0, 16.0));
    const Complex floating = parallel(16.0, tap + onward);
    const CircuitAt got = solved_at(with_fixture(player_of(100.0), x), 1000.0);
    CHECK(std::abs(got.voltage[L][L] - floating / (100.0 + floating)) < 1e-13);
    CHECK(std::abs(got.voltage[L][R]) > 1e-6);  // and the sides meet in the interface's ground
}

TEST_CASE("a grounded interface shorts nothing of a bridge that its taps see through 100 kohm") {
    FixtureCircuit x;
    x.tap_resistance_ohm = figure(100e3);
    x.ground_link_ohm = figure(0.0);
    Circuit c = bridged(16.0);
    c.stage.output_resistance_ohm = figure(0.5);
    c.leakage_ohm = 0.0;
    // Each half sees 8 ohm to the middle, 0 V by symmetry, beside 100 kohm.
    const double half = 8.0 * 100e3 / 100008.0;
    CHECK(solved_at(with_fixture(c, x), 1000.0).voltage[L][L].real() ==
          Approx(half / (0.5 + half)).epsilon(1e-12));
}

TEST_CASE("a load bank of 32 ohm behind 0.1 ohm of relay: off, beside and in place of the earphone") {
    FixtureCircuit x;
    LoadBank bank;
    for (const Side s : sides) bank.resistance_ohm[s] = figure(32.0);
    bank.relay_contact_ohm = figure(0.1);
    bank.relay_open_farad = figure(1e-9);
    bank.switched = LoadBank::Switched::beside;
    x.load_bank = bank;
    const double beside = 16.0 * 32.1 / 48.1;
    CHECK(solved_at(with_fixture(player_of(10.0), x), 1000.0).voltage[L][L].real() ==
          Approx(beside / (10.0 + beside)).epsilon(1e-12));
    x.load_bank->switched = LoadBank::Switched::off;
    const Complex open(32.0, -1.0 / (w * 1e-9)), off = 16.0 * open / (16.0 + open);
    CHECK(std::abs(solved_at(with_fixture(player_of(10.0), x), 1000.0).voltage[L][L] - off / (10.0 + off)) <
          1e-13);
    x.load_bank->switched = LoadBank::Switched::in_place;
    const CircuitAt got = solved_at(with_fixture(player_of(10.0), x), 1000.0);
    CHECK(got.voltage[L][L].real() == Approx(32.0 / 42.1).epsilon(1e-12));
    CHECK(got.tap[L][L].real() == Approx(32.1 / 42.1).epsilon(1e-12));
}

TEST_CASE("a load bank of 16 ohm is a load and no short: 52 mA a volt are no hazard, a bridged plug is one") {
    FixtureCircuit x;
    LoadBank bank;
    for (const Side s : sides) bank.resistance_ohm[s] = figure(16.0);
    bank.switched = LoadBank::Switched::beside;
    x.load_bank = bank;
    CHECK(wiring(with_fixture(player_of(3.0), x))->hazards.empty());
    // Halves of 15 ohm would let 33 mA a volt through a short: it is one all the same.
    Circuit c = bridged(16.0);
    c.stage.output_resistance_ohm = figure(15.0);
    CHECK(wiring(c)->hazards.empty());
    c.plug = {"trs", "", {{"T", "L+"}, {"R1", "R+"}, {"S", "C"}}};
    c.cable.kind = Cable::Kind::shared_return;
    c.touch = {{"T", {"T"}}, {"R1", {"R1"}}, {"R2", {"S"}}, {"S", {"S"}}};
    CHECK_FALSE(wiring(c)->hazards.empty());
}

TEST_CASE("what the taps hear becomes what the drivers would hear alone, to 1e-12") {
    FixtureCircuit x;
    x.relay_ohm = poles(0.08);
    x.sense_ohm = poles(0.5);
    x.jack_ohm = poles(0.03);
    x.tap_resistance_ohm = figure(47e3);
    x.tap_capacitance_farad = figure(330e-12);
    Circuit c = player_of(3.0);
    c.cable.common_return_ohm = figure(0.3);
    c.drivers[R].coil_inductance_h = figure(40e-6);
    const Circuit within = with_fixture(c, x);
    const std::array f{1000.0, 15000.0};
    const auto effect = fixture_effect(within, f);
    REQUIRE(effect.has_value());
    // A bench whose channels have other gains, and whose amplifier leaks: D must not mind.
    Circuit other_gain = within, bare = c;
    other_gain.amplifier_leak = bare.amplifier_leak = figure(0.02);
    other_gain.stage.emf_v = bare.stage.emf_v = 1.7;
    for (std::size_t i = 0; i < f.size(); ++i) {
        const auto alone = de_embedded(solved_at(other_gain, f[i]).tap, (*effect)[i]);
        REQUIRE(alone.has_value());
        const CircuitAt truth = solved_at(bare, f[i]);
        for (const Side driven : sides)
            for (const Side s : sides)
                CHECK(std::abs((*alone)[driven][s] - truth.voltage[driven][s]) < 1e-12);
        // It did change something: 1 ohm of sense resistors in a loop of 20.
        CHECK(std::abs(solved_at(other_gain, f[i]).tap[L][L] / truth.voltage[L][L]) < 0.99);
    }
    CHECK_FALSE(de_embedded({}, FixtureEffect{}).has_value());
}

TEST_CASE("all 19 figures of a fixture are drawn, behind those of cable and drivers") {
    Circuit c = three_pole(16.0);
    std::size_t bare = 0, within = 0;
    for_each_figure(c, [&](Figure&) { ++bare; });
    FixtureCircuit x;
    x.tap_resistance_ohm = figure(1e5);
    x.ground_link_ohm = figure(1.0);
    x.load_bank.emplace();
    c.fixture = x;
    const Figure* last = nullptr;
    for_each_figure(c, [&](Figure& f) { ++within, last = &f; });
    CHECK(within - bare == 19);  // 3 x 4 poles, tap R and C, link, 2 loads, relay closed and open
    CHECK(last == &c.fixture->load_bank->relay_open_farad);
}

TEST_CASE("fixture_effect is the taps re the drivers alone: 1 ohm of sense resistor before 16 is -0.5 dB") {
    FixtureCircuit x;
    x.sense_ohm.tip_ohm = x.sense_ohm.ring1_ohm = figure(1.0);
    Circuit c = player_of(0.0);
    const std::array f{1000.0};
    CHECK(fixture_readings(c, f)->empty());
    const auto readings = fixture_readings(with_fixture(c, x), f);
    REQUIRE(readings.has_value());
    REQUIRE(readings->size() == 4);
    const Reading& own = readings->front();
    CHECK(own.name == "fixture_effect");
    CHECK(*own.scalar().value == Approx(-0.52658).margin(1e-5));  // 20 log10(16 / 17), by hand
    CHECK(*own.scalar().phase_deg == Approx(0.0).margin(1e-9));
    CHECK((*readings)[1].scalar().state == State::not_measured);  // nothing crosses
}
