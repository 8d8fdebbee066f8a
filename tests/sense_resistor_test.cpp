// SPDX-License-Identifier: GPL-3.0-or-later
// An impedance at one frequency, by the circuit's own closed form.
#include "rig/analysis/sense_resistor.hpp"
#include "tests/catch.hpp"
#include "tests/sense_take.hpp"

#include <array>

using namespace fourpole;

namespace {

using Complex = std::complex<double>;
constexpr double hz = 3000.0;
const Complex load(8.2, 8.86);

/// What the bench gives with its standards in place; noiseless.
struct Case {
    bool reference, open, shorted;
};
SenseStandards standards(const SenseBench& bench, const Case& c, double u = 0.0) {
    SenseStandards out{.sense = {bench.sense, 0.0},
                       .input = {{bench.input, 0.0}},
                       .reference = {},
                       .open = {},
                       .shorted = {}};
    if (c.reference) out.reference = {{bench.ratio(hz, 33.0), u}, {33.0, 0.0}};
    if (c.open) out.open = Estimate{bench.ratio(hz, open_plug), u};
    if (c.shorted) out.shorted = Estimate{bench.ratio(hz, 0.0), u};
    return out;
}

constexpr std::array all_cases{Case{true, false, false}, Case{true, true, false},  Case{true, false, true},
                               Case{true, true, true},   Case{false, true, false}, Case{false, true, true}};

}  // namespace

TEST_CASE("8.2 + j8.86 ohm behind 47 ohm and beside 2 kohm comes back to 1e-11 by every set of standards") {
    for (const Case& c : all_cases) {
        SenseBench bench{.sense = 47.0, .input = 2000.0, .contact = c.shorted ? 0.25 : 0.0};
        const auto z = sensed_impedance({bench.ratio(hz, load), 0.0}, standards(bench, c));
        INFO(c.reference << c.open << c.shorted);
        REQUIRE(z.state == State::exact);
        CHECK(std::abs(z.ohm - load) < 1e-11 * std::abs(load));
        CHECK(z.u() == 0.0);
    }
}

TEST_CASE("without a short a contact of 0.25 ohm scales 10 ohm to 33 * 10.25 / 33.25") {
    // The line through reference and open starts at -r: what is told is (Z + r) / (R + r).
    SenseBench bench{.sense = 10.0, .input = 1e12, .contact = 0.25};
    const auto z = sensed_impedance({bench.ratio(hz, 10.0), 0.0}, standards(bench, {true, true, false}));
    CHECK(z.ohm.real() == Approx(33.0 * 10.25 / 33.25).epsilon(1e-9));
}

TEST_CASE(
    "a stated gain of 0.97 and delay of 0.42 samples take themselves out, nothing stated is no figure") {
    SenseBench bench{.sense = 47.0, .input = 2000.0};
    SenseStandards at = standards(bench, {false, false, false});
    CHECK(sensed_impedance({bench.ratio(hz, load), 0.0}, at).state == State::not_measured);
    at.channels = {0.97, 0.0, -2.0 * std::numbers::pi * hz * 0.42 / 48000.0, 0.0};
    const auto z = sensed_impedance({bench.ratio(hz, load), 0.0}, at);
    REQUIRE(z.state == State::exact);
    CHECK(std::abs(z.ohm - load) < 1e-11 * std::abs(load));
    CHECK(z.u() == 0.0);
    // Beside a contact of 0.25 ohm a short takes that out too.
    bench.contact = 0.25;
    at.shorted = Estimate{bench.ratio(hz, 0.0), 0.0};
    CHECK(std::abs(sensed_impedance({bench.ratio(hz, load), 0.0}, at).ohm - load) < 1e-11 * std::abs(load));
}

TEST_CASE("30 ohm through 10 ohm with a gain known to 0.5 %: 2 % of Z, over 4000 draws 1.00 u") {
    // To first order dZ/Z = (1 + Z/Rs) dg/g along Z, and a phase of g turns a resistor's size not at all.
    SenseStandards at{.sense = {10.0, 0.0}, .input = {}, .reference = {}, .open = {}, .shorted = {}};
    at.channels = {1.0, 0.005, 0.0, 0.01};
    CHECK(sensed_impedance({0.75, 0.0}, at).u() == Approx(30.0 * 4.0 * 0.005).epsilon(5e-3));
    // Of a coil the phase is all of it: |dZ| = |1 + Z/Rs| |Z| sin = Z^2 / Rs x 0.01.
    at.channels = {1.0, 0.0, 0.0, 0.01};
    const Complex coil(0.0, 30.0);
    CHECK(sensed_impedance({coil / (10.0 + coil), 0.0}, at).u() == Approx(90.0 * 0.01).epsilon(5e-3));
    std::mt19937_64 random(3);
    std::normal_distribution<double> normal;
    at.channels = {1.0, 0.001, 0.0, 0.002};
    const Complex z(20.0, 15.0), true_ratio = z / (10.0 + z);
    double sum = 0.0;
    for (int i = 0; i < 4000; ++i) {
        const Complex g = std::polar(1.0 + 0.001 * normal(random), 0.002 * normal(random));
        const auto found = sensed_impedance({g * true_ratio, 0.0}, at);
        sum += std::pow((std::abs(found.ohm) - 25.0) / found.u(), 2);
    }
    CHECK(std::sqrt(sum / 4000) == Approx(1.0).margin(0.04));
}

TEST_CASE("a short alone corrects nothing and gives no figure") {
    const SenseBench bench;
    CHECK(sensed_impedance({bench.ratio(hz, load), 0.0}, standards(bench, {false, false, true})).state ==
          State::not_measured);
}

TEST_CASE(
    "100 ohm through 10 ohm: u is 121 dq Rs by the load's noise, 7.7519 and 15.5814 of the resistors'") {
    SenseBench bench{.sense = 10.0, .input = 1e15, .contact = 0.0, .gain = 1.0, .delay_samples = 0.0};
    SenseStandards at{.sense = {10.0, 0.0},
                      .input = {},
                      .reference = {{{bench.ratio(hz, 33.0), 0.0}, {33.0, 0.0}}},
                      .open = {},
                      .shorted = {}};
    const Complex m = bench.ratio(hz, 100.0);
    // dZ/dq = Rs / (1 - q)^2, q = 100/110.
    const auto noisy = sensed_impedance({m, 1e-6}, at);
    CHECK(noisy.noise == Approx(10.0 * 121.0 * 1e-6).epsilon(1e-6));
    CHECK(noisy.u_common == 0.0);
    CHECK(noisy.u() == Approx(10.0 * 121.0 * 1e-6 / std::sqrt(2.0)).epsilon(1e-6));
    // dZ/dR = Z (Rs + Z) / (R (Rs + R)) = 100 * 110 / (33 * 43).
    at.reference->load.u = 0.003;
    CHECK(sensed_impedance({m, 0.0}, at).u_common == Approx(0.003 * 7.751938).epsilon(1e-6));
    CHECK(sensed_impedance({m, 0.0}, at).noise == 0.0);
    // dZ/dRs = Z (R - Z) / (Rs (Rs + R)) = 100 * (-67) / 430.
    at.reference->load.u = 0.0;
    at.sense.u = 0.001;
    CHECK(sensed_impedance({m, 0.0}, at).u_common == Approx(0.001 * 15.581395).epsilon(1e-6));
    // Noise of the reference: dq/q = dm_r/m_r, q / m_r = (10/11) / (33/43).
    at.sense.u = 0.0;
    at.reference->ratio.noise = 1e-6;
    CHECK(sensed_impedance({m, 0.0}, at).noise ==
          Approx(10.0 * 121.0 * 1e-6 * (100.0 / 110.0) / (33.0 / 43.0)).epsilon(1e-6));
}

TEST_CASE("over 4000 noisy draws of every set of standards the errors of size and phase are 1.00 u") {
    std::mt19937_64 random(11);
    std::normal_distribution<double> normal(0.0, 1.0 / std::sqrt(2.0));
    constexpr double u = 1e-5;
    constexpr int draws = 4000;
    for (const Case& c : all_cases) {
        SenseBench bench{.sense = 47.0, .input = 2000.0, .contact = c.shorted ? 0.25 : 0.0};
        double sizes = 0.0, phases = 0.0;
        for (int i = 0; i < draws; ++i) {
            const auto shaken = [&](Estimate e) {
                e.value += u * Complex(normal(random), normal(random));
                return e;
            };
            SenseStandards at = standards(bench, c, u);
            if (at.reference) at.reference->ratio = shaken(at.reference->ratio);
            if (at.open) at.open = shaken(*at.open);
            if (at.shorted) at.shorted = shaken(*at.shorted);
            const auto z = sensed_impedance(shaken({bench.ratio(hz, load), u}), at);
            sizes += std::pow((std::abs(z.ohm) - std::abs(load)) / z.u(), 2);
            phases += std::pow(std::arg(z.ohm / load) * std::abs(load) / z.u(), 2);
        }
        INFO(c.reference << c.open << c.shorted);
        // The rms of 4000 draws scatters by 1.1 %.
        CHECK(std::sqrt(sizes / draws) == Approx(1.0).margin(0.04));
        CHECK(std::sqrt(phases / draws) == Approx(1.0).margin(0.04));
    }
}

TEST_CASE("an open plug through 10 ohm in noise of 1e-5 is at least 203 kohm, a short at most 0.3 mohm") {
    SenseBench bench{.sense = 10.0, .input = 1e15, .contact = 0.0, .gain = 1.0, .delay_samples = 0.0};
    SenseStandards at{.sense = {10.0, 0.0},
                      .input = {},
                      .reference = {{{bench.ratio(hz, 33.0), 1e-5}, {33.0, 0.0}}},
                      .open = {},
                      .shorted = {}};
    // m_o = m_r 43/33 is as unsure: u(m_o - m) = 1e-5 hypot(1, 43/33) = 1.6426e-5; Z = Rs / (3 u).
    const auto open = sensed_impedance({1.0, 1e-5}, at);
    CHECK(open.state == State::at_least);
    CHECK(open.ohm.real() == Approx(10.0 / (3.0 * 1.6426e-5)).epsilon(1e-3));
    // Z = Rs q (1 + ...), q at most 3e-5.
    const auto shorted = sensed_impedance({0.0, 1e-5}, at);
    CHECK(shorted.state == State::at_most);
    CHECK(shorted.ohm.real() == Approx(10.0 * 3e-5).epsilon(1e-3));
    // Not even noise: still no infinity.
    at.reference->ratio.noise = 0.0;
    CHECK(sensed_impedance({bench.ratio(hz, open_plug), 0.0}, at).state == State::at_least);
    CHECK(std::isfinite(sensed_impedance({bench.ratio(hz, open_plug), 0.0}, at).ohm.real()));
    CHECK(sensed_impedance({0.0, 0.0}, at).state == State::at_most);
}

TEST_CASE("a reference that is no more than its noise of 1e-3 off the short says nothing") {
    SenseBench bench{.sense = 10.0, .input = 1e6, .contact = 0.0};
    SenseStandards at = standards(bench, {true, true, true});
    at.reference->ratio = {bench.ratio(hz, 0.02), 1e-3};
    at.reference->load.ohm = 0.02;
    CHECK(sensed_impedance({bench.ratio(hz, load), 0.0}, at).state == State::not_measured);
}
