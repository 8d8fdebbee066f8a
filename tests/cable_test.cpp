// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/profile/cable_couplings.hpp"
#include "rig/profile/load.hpp"
#include "rig/units.hpp"
#include "tests/bare_circuits.hpp"

#include <numbers>

using namespace fourpole;

namespace {

constexpr Side L = Side::left, R = Side::right;
constexpr double w = 2.0 * std::numbers::pi * 1e6;  // 1 MHz, where a wire's microhenry is some ohms

/// 1 uH and 0.5 ohm a wire.
Circuit braided() {
    Circuit c = grounded(16.0);
    c.leakage_ohm = 0.0;
    for (const Side s : sides) {
        c.cable.signal_ohm[s] = c.cable.return_ohm[s] = figure(0.5);
        c.cable.signal_h[s] = c.cable.return_h[s] = figure(1e-6);
    }
    return c;
}

}  // namespace

TEST_CASE("signal and return of 1 uH each, coupled by 0.75, are 2 (1 - 0.75) uH in the loop") {
    Circuit c = braided();
    CHECK(std::abs(solved_at(c, 1e6).voltage[L][L] - 16.0 / Complex(17.0, w * 2e-6)) < 1e-12);
    c.cable.signal_to_return_coupling = figure(0.75);
    // The return's current runs against the signal's: L + L - 2 M.
    CHECK(std::abs(solved_at(c, 1e6).voltage[L][L] - 16.0 / Complex(17.0, w * 0.5e-6)) < 1e-12);
    CHECK(std::abs(solved_at(c, 1e6).voltage[L][R]) < 1e-12);
}

TEST_CASE("two pairs hear each other by Mss + Mrr - 2 Msr': the field of one loop in the other") {
    Circuit c = braided();
    c.cable.signal_to_return_coupling = figure(0.5);
    c.cable.signal_to_signal_coupling = figure(0.4);
    c.cable.return_to_return_coupling = figure(0.3);
    c.cable.signal_to_other_return_coupling = figure(0.2);
    // Loop inductance 2 (1 - 0.5) uH, mutual (0.4 + 0.3 - 2 x 0.2) uH; two loops, by Cramer:
    // Z i1 + jwM i2 = e, jwM i1 + Z i2 = 0.
    const Complex z(17.0, w * 1e-6), m(0.0, w * 0.3e-6);
    const CircuitAt got = solved_at(c, 1e6);
    CHECK(std::abs(got.current[L][L] - z / (z * z - m * m)) < 1e-13);
    CHECK(std::abs(got.current[L][R] + m / (z * z - m * m)) < 1e-13);
    CHECK(std::abs(got.voltage[R][L] + 16.0 * m / (z * z - m * m)) < 1e-12);
    c.cable.signal_to_other_return_coupling = figure(0.35);  // the two pairs' fields cancel
    CHECK(std::abs(solved_at(c, 1e6).voltage[L][R]) < 1e-12);
}

TEST_CASE("a common return of 1 uH coupled to both signals leaves jw (Lc - M) in common") {
    Circuit c = three_pole(16.0);
    c.leakage_ohm = 0.0;
    for (const Side s : sides) c.cable.signal_h[s] = figure(4e-6);
    c.cable.common_return_h = figure(1e-6);
    c.cable.signal_to_common_coupling = figure(0.25);  // M = 0.25 sqrt(4 x 1) = 0.5 uH
    // Loops: own = 16 + jw (Ls + Lc - 2 M), both = jw (Lc - M - M) since each signal meets the
    // other's current in the return once: Lc - 2 M.
    const Complex own(16.0, w * (4e-6 + 1e-6 - 1e-6)), both(0.0, w * (1e-6 - 1e-6));
    const CircuitAt got = solved_at(c, 1e6);
    CHECK(std::abs(got.current[L][L] - own / (own * own - both * both)) < 1e-13);
    CHECK(std::abs(got.current[L][R]) < 1e-13);
    c.cable.signal_to_common_coupling = figure(0.0);
    const Complex apart(16.0, w * 5e-6), shared(0.0, w * 1e-6);
    CHECK(std::abs(solved_at(c, 1e6).current[L][R] + shared / (apart * apart - shared * shared)) < 1e-13);
}

TEST_CASE("a coupled wire whose far end hangs in the air carries nothing and has a voltage all the same") {
    Circuit c = braided();
    c.leakage_ohm = 1e12;
    c.cable.signal_to_signal_coupling = figure(0.5);
    c.touch = {{"T", {"T"}}, {"S", {"S"}}, {"R2", {"R2"}}};  // ring 1 touches nothing
    const CircuitAt got = solved_at(c, 1e6);
    // Left: 17 + jw 2 uH. The right signal wire is open: no current in its driver, and none felt.
    CHECK(std::abs(got.current[L][L] - 1.0 / Complex(17.0, w * 2e-6)) < 1e-11);
    CHECK(std::abs(got.current[L][R]) < 1e-11);
}

TEST_CASE("a cable split at 0.9 of 1.2 m lets the sides meet up to there only") {
    Circuit c = braided();
    c.cable.split = Cable::Split{1.2, 0.9};
    c.cable.signal_to_return_coupling = figure(0.75);
    c.cable.signal_to_signal_coupling = figure(0.4);
    // Own loop: both parts are coupled to their return, so as without a split. Between the
    // sides: three quarters of a microhenry of wire each, M = 0.4 x 0.75 uH.
    const Complex z(17.0, w * 0.5e-6), m(0.0, w * 0.4 * 0.75e-6);
    const CircuitAt got = solved_at(c, 1e6);
    CHECK(std::abs(got.current[L][L] - z / (z * z - m * m)) < 1e-12);
    CHECK(std::abs(got.current[L][R] + m / (z * z - m * m)) < 1e-12);
}

TEST_CASE("a split shares 200 pF out by length: a quarter behind it, three quarters at it") {
    Circuit c = grounded(16.0);
    c.leakage_ohm = 0.0;
    for (const Side s : sides) c.cable.signal_ohm[s] = figure(1000.0);
    c.cable.signal_to_return_farad = figure(200e-12);
    c.cable.split = Cable::Split{1.2, 0.9};
    // 750 ohm, 150 pF across, 250 ohm, 50 pF beside 16 ohm; a ladder by hand.
    const Complex end = 16.0 / (1.0 + Complex(0.0, w * 50e-12) * 16.0), behind = 250.0 + end;
    const Complex middle = behind / (1.0 + Complex(0.0, w * 150e-12) * behind);
    CHECK(std::abs(solved_at(c, 1e6).voltage[L][L] - middle / (750.0 + middle) * end / behind) < 1e-13);
    c.cable.split.reset();
    const Complex lumped = 16.0 / (1.0 + Complex(0.0, w * 200e-12) * 16.0);
    CHECK(std::abs(solved_at(c, 1e6).voltage[L][L] - lumped / (1000.0 + lumped)) < 1e-13);
}

TEST_CASE("60 pF from signal to signal lie at the split, 750 of 1000 ohm down the wire") {
    Circuit c = three_pole(16.0);
    c.leakage_ohm = 0.0;
    for (const Side s : sides) c.cable.signal_ohm[s] = figure(1000.0);
    c.cable.left_to_right_signal_farad = figure(60e-12);
    c.cable.split = Cable::Split{1.0, 0.75};
    // Each split node sees 750 ohm to its source beside 266 ohm to ground; the driver hears 16/266.
    const double node = 750.0 * 266.0 / 1016.0, open = 266.0 / 1016.0;
    const Complex through = open * node / (2.0 * node + 1.0 / Complex(0.0, w * 60e-12));
    CHECK(std::abs(solved_at(c, 1e6).voltage[L][R] - through * 16.0 / 266.0) < 1e-13);
}

TEST_CASE("a shared cable split at 0.9 of 1.2 m couples 3/4 of the signal wire to the common return") {
    Circuit c = three_pole(16.0);
    c.leakage_ohm = 0.0;
    for (const Side s : sides) {
        c.cable.signal_h[s] = figure(1e-6);
        c.cable.return_h[s] = figure(0.25e-6);
    }
    c.cable.common_return_h = figure(0.75e-6);
    c.cable.split = Cable::Split{1.2, 0.9};
    c.cable.signal_to_common_coupling = figure(0.5);
    c.cable.signal_to_return_coupling = figure(0.8);
    // Before: sqrt(0.75 x 0.75) x 0.5 = 0.375 uH to the common return; behind: 0.25 x 0.8 = 0.2 uH.
    const Complex own(16.0, w * (1e-6 + 0.25e-6 + 0.75e-6 - 2.0 * 0.375e-6 - 2.0 * 0.2e-6));
    const Complex both(0.0, w * (0.75e-6 - 2.0 * 0.375e-6));
    const CircuitAt got = solved_at(c, 1e6);
    CHECK(std::abs(got.current[L][L] - own / (own * own - both * both)) < 1e-12);
    CHECK(std::abs(got.current[L][R]) < 1e-12);
}

TEST_CASE("three wires coupled by 0.9, 0.9 and 0 cannot be wound, and the circuit says so") {
    Circuit c = braided();
    c.cable.signal_to_return_coupling = figure(0.9);
    c.cable.signal_to_signal_coupling = figure(0.9);
    CHECK_FALSE(couplings_can_exist(c.cable));
    const auto solved = solve(c, std::array{1000.0});
    REQUIRE_FALSE(solved.has_value());
    CHECK(solved.error().kind == Fault::Kind::bad_input);
    CHECK(solved.error().what.find("couplings") != std::string::npos);
    // All four beside each other with 0.9 each can: the matrix has 1 + 3 x 0.9 and 0.1 thrice.
    c.cable.return_to_return_coupling = c.cable.signal_to_other_return_coupling = figure(0.9);
    CHECK(couplings_can_exist(c.cable));
    CHECK(solve(c, std::array{1000.0}).has_value());
}
