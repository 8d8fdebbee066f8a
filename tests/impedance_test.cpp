// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/model/model.hpp"
#include "tests/catch.hpp"

#include <numbers>

using namespace fourpole;

namespace {

Figure figure(double value) {
    Figure f;
    f.value = value;
    return f;
}

}  // namespace

TEST_CASE("at its resonance a driver of 15 + 5 ohm is 20 ohm, given by Q or by L and C") {
    Driver by_q;
    by_q.coil_resistance_ohm = figure(15.0);
    Resonance r;
    r.resistance_ohm = figure(5.0);
    r.resonance_hz = figure(100.0);
    r.mechanical_q = figure(2.0);
    r.by_q = true;
    by_q.resonances = {r};
    CHECK(impedance(by_q, 100.0).real() == Approx(20.0).epsilon(1e-12));
    CHECK(impedance(by_q, 100.0).imag() == Approx(0.0).margin(1e-12));
    // An octave up, R / (1 + jQ(2 - 1/2)) = 5 / (1 + 3j) = 0.5 - 1.5j, by hand.
    CHECK(impedance(by_q, 200.0).real() == Approx(15.5).epsilon(1e-12));
    CHECK(impedance(by_q, 200.0).imag() == Approx(-1.5).epsilon(1e-12));
    Driver by_parts = by_q;
    const double w0 = 200.0 * std::numbers::pi;
    by_parts.resonances[0].by_q = false;
    by_parts.resonances[0].inductance_h = figure(5.0 / (w0 * 2.0));
    by_parts.resonances[0].capacitance_f = figure(2.0 / (w0 * 5.0));
    CHECK(std::abs(impedance(by_parts, 330.0) - impedance(by_q, 330.0)) < 1e-12);
}

TEST_CASE("a coil of 8 ohm, 8 ohm || j8 ohm of lossy inductance and 12 + 4j across make 6 + 2j ohm") {
    const double w = 2.0 * std::numbers::pi * 1000.0;
    Driver d;
    d.coil_resistance_ohm = figure(8.0);
    d.lossy_inductance = LossyInductance{figure(8.0 / w), figure(8.0)};
    // 8 || 8j = 4 + 4j; 8 + 4 + 4j = 12 + 4j; halved by an equal branch.
    CHECK(std::abs(impedance(d, 1000.0) - Complex(12.0, 4.0)) < 1e-12);
    d.parallel_branches.push_back({figure(12.0), figure(4.0 / w), {}});
    CHECK(std::abs(impedance(d, 1000.0) - Complex(6.0, 2.0)) < 1e-12);
    d.parallel_branches[0] = {figure(12.0), figure(8.0 / w), figure(1.0 / (4.0 * w))};  // 8 - 4 = 4 again
    CHECK(std::abs(impedance(d, 1000.0) - Complex(6.0, 2.0)) < 1e-12);
}

TEST_CASE("Leach's 2 (jw)^0.5 is a resistance and a reactance of 2 sqrt(w/2) each") {
    const double w = 2.0 * std::numbers::pi * 1000.0;
    Driver d;
    d.coil_resistance_ohm = figure(8.0);
    d.leach_inductance = LeachInductance{figure(2.0), figure(0.5)};
    const double part = 2.0 * std::sqrt(w / 2.0);
    CHECK(std::abs(impedance(d, 1000.0) - Complex(8.0 + part, part)) < 1e-11);
    // n = 1 is an inductance of K, n = 0 a resistance of K.
    d.leach_inductance = LeachInductance{figure(1e-3), figure(1.0)};
    CHECK(std::abs(impedance(d, 1000.0) - Complex(8.0, w * 1e-3)) < 1e-12);
    d.leach_inductance = LeachInductance{figure(3.0), figure(0.0)};
    CHECK(std::abs(impedance(d, 1000.0) - 11.0) < 1e-12);
}

TEST_CASE("Wright's 0.01 w^0.5 + j 0.002 w^1 adds to coil and resonance, a branch lies across all") {
    const double w = 2.0 * std::numbers::pi * 1000.0;
    Driver d;
    d.coil_resistance_ohm = figure(8.0);
    d.wright_inductance = WrightInductance{figure(0.01), figure(0.5), figure(0.002), figure(1.0)};
    const Complex z(8.0 + 0.01 * std::sqrt(w), 0.002 * w);
    CHECK(std::abs(impedance(d, 1000.0) - z) < 1e-12);
    d.parallel_branches.push_back({figure(10.0), figure(0.0), {}});
    CHECK(std::abs(impedance(d, 1000.0) - 10.0 * z / (10.0 + z)) < 1e-12);
}
