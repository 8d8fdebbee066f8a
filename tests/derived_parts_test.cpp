// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/model/clipping.hpp"
#include "rig/model/driver_noise.hpp"
#include "rig/model/effective_bits.hpp"
#include "rig/model/low_cutoff.hpp"
#include "rig/model/output_impedance.hpp"
#include "rig/model/port_impedance.hpp"
#include "rig/model/power.hpp"
#include "rig/units.hpp"
#include "tests/bare_circuits.hpp"

#include <cmath>
#include <numbers>

using namespace fourpole;

namespace {

constexpr Side L = Side::left, R = Side::right;

}  // namespace

TEST_CASE("a stage of 1 V peak and 4 ohm puts 20 mW into 16 ohm, limited by voltage") {
    Circuit c = three_pole(16.0);
    c.stage.output_resistance_ohm = figure(4.0);
    // 1 V / 20 ohm = 50 mA peak: 0.05^2 / 2 x 16 = 20 mW.
    const auto power = max_power(solved_at(c, 1000.0), 1.0, L, Driven::one, {1.0, 0.0501});
    REQUIRE(power.has_value());
    CHECK(power->watt == Approx(0.020).epsilon(1e-10));
    CHECK(power->limited_by == LimitedBy::voltage);
    CHECK(power->emf_v == 1.0);
}

TEST_CASE("30 mA into 16 ohm are 7.2 mW, bridged or not: the current limits") {
    for (Circuit c : {three_pole(16.0), bridged(16.0)}) {
        c.stage.output_resistance_ohm = figure(1.0);
        c.stage.emf_v = 0.7;  // whatever it was solved for
        const bool btl = c.stage.kind == OutputStage::Kind::btl;
        const auto power = max_power(solved_at(c, 1000.0), 0.7, R, Driven::one, {btl ? 2.0 : 1.0, 0.030});
        REQUIRE(power.has_value());
        CHECK(power->watt == Approx(0.0072).epsilon(1e-9));  // 0.03^2 / 2 x 16
        CHECK(power->limited_by == LimitedBy::current);
        CHECK(power->emf_v == Approx(0.030 * (btl ? 18.0 : 17.0)).epsilon(1e-9));
    }
}

TEST_CASE("bridging a voltage-limited stage of 5 ohm into 16 gives 4.17 dB, into 0 ohm output 6.02 dB") {
    const auto gain_db = [](double output_ohm) {
        Circuit se = three_pole(16.0), btl = bridged(16.0);
        se.stage.output_resistance_ohm = btl.stage.output_resistance_ohm = figure(output_ohm);
        const double one = max_power(solved_at(se, 1000.0), 1.0, L, Driven::one, {1.0, {}})->watt;
        const double two = max_power(solved_at(btl, 1000.0), 1.0, L, Driven::one, {2.0, {}})->watt;
        return AmplitudeRatio{std::sqrt(two / one)}.decibels();
    };
    CHECK(gain_db(5.0) == Approx(4.1655).margin(1e-4));   // 4 (21 / 26)^2
    CHECK(gain_db(22.0) == Approx(2.0532).margin(1e-4));  // 4 (38 / 60)^2
    CHECK(gain_db(1e-9) == Approx(6.0206).margin(1e-4));
}

TEST_CASE("both channels in phase share 2 ohm of ground: 16 mW where one alone has 19.35") {
    Circuit c = three_pole(16.0);
    c.stage.ground_path_ohm = figure(2.0);
    // One: 16 in series with 2 || 16 = 16/9 ohm; both: 16 in series with 2 x 2 ohm.
    const double one = 0.5 / ((16.0 + 16.0 / 9.0) * (16.0 + 16.0 / 9.0)) * 16.0;
    const auto alone = max_power(solved_at(c, 1000.0), 1.0, L, Driven::one, {1.0, {}});
    const auto both = max_power(solved_at(c, 1000.0), 1.0, L, Driven::both, {1.0, {}});
    REQUIRE(alone.has_value());
    REQUIRE(both.has_value());
    CHECK(alone->watt == Approx(one).epsilon(1e-10));
    CHECK(both->watt == Approx(0.5 / 400.0 * 16.0).epsilon(1e-10));
}

TEST_CASE("both driven, the heavier side of 8 ohm stops the other at 30 mA too") {
    Circuit c = three_pole(16.0);
    c.drivers[R].coil_resistance_ohm = figure(8.0);
    // 0.24 V bring 30 mA to the right side, 15 mA to the left: 0.015^2 / 2 x 16 = 1.8 mW.
    const auto both = max_power(solved_at(c, 1000.0), 1.0, L, Driven::both, {1.0, 0.030});
    REQUIRE(both.has_value());
    CHECK(both->watt == Approx(0.0018).epsilon(1e-9));
    CHECK(both->limited_by == LimitedBy::current);
    CHECK(max_power(solved_at(c, 1000.0), 1.0, L, Driven::one, {1.0, 0.030})->watt ==
          Approx(0.0072).epsilon(1e-9));
}

TEST_CASE("10 mA of an output that feeds two drivers leave each half: 0.4 mW into 32 ohm for 1.6") {
    Circuit c = three_pole(32.0);
    c.stage.output_resistance_ohm = figure(2.0);
    const DriveLimits limits{1.0, 0.010};
    CHECK(max_power(solved_at(c, 1000.0), 1.0, R, Driven::one, limits)->watt == Approx(1.6e-3).epsilon(1e-6));
    // A mono jack: tip and ring both carry the right output.
    c.jack.springs = {{"T", "aR"}, {"R1", "aR"}, {"S", "G"}};
    const auto shared = max_power(solved_at(c, 1000.0), 1.0, R, Driven::one, limits);
    CHECK(shared->watt == Approx(0.4e-3).epsilon(1e-6));
    CHECK(shared->emf_v == Approx(0.010 * 18.0).epsilon(1e-6));
    CHECK(shared->limited_by == LimitedBy::current);
}

TEST_CASE("without any limit there is no largest power") {
    CHECK_FALSE(max_power(solved_at(three_pole(16.0), 1000.0), 1.0, L, Driven::one, {}).has_value());
}

TEST_CASE("a sine clipped at half its height has b1 = 0.609 and a third harmonic of 0.1378") {
    // c = 1/2: a = pi/6; b1 = (2/pi)(pi/6 + sqrt(3)/4), b3 = (4/pi)(sqrt(3)/8 - sqrt(3)/16).
    const double pi = std::numbers::pi, root3 = std::numbers::sqrt3;
    CHECK(clipped_harmonic(0.5, 1) == Approx(2.0 / pi * (pi / 6.0 + root3 / 4.0)).epsilon(1e-14));
    CHECK(clipped_harmonic(0.5, 3) == Approx(root3 / (4.0 * pi)).epsilon(1e-14));
    CHECK(clipped_harmonic(0.5, 2) == 0.0);
    CHECK(clipped_harmonic(1.0, 1) == Approx(1.0).epsilon(1e-15));
    CHECK(clipped_harmonic(1.0, 3) == Approx(0.0).margin(1e-15));
    // A square wave is what is left of a sine at c -> 0: THD = sqrt(pi^2 / 8 - 1) = 48.34 %.
    CHECK(clipped_thd(1e-6) == Approx(std::sqrt(pi * pi / 8.0 - 1.0)).epsilon(1e-5));
    CHECK(clipped_thd(1.0) == Approx(0.0).margin(1e-7));
}

TEST_CASE("all harmonics of a clipped sine add up to its THD within 1e-6") {
    const double c = 0.9;
    double power = 0.0;
    for (int n = 3; n < 4001; n += 2) power += clipped_harmonic(c, n) * clipped_harmonic(c, n);
    CHECK(std::sqrt(power) / clipped_harmonic(c, 1) == Approx(clipped_thd(c)).epsilon(1e-6));
}

TEST_CASE("14 bits are 84.29, 86.05 or 81.28 dB, as they are defined") {
    CHECK(dynamic_range_db(14, BitsDefinition::step_ratio) == Approx(84.288).margin(5e-4));
    CHECK(dynamic_range_db(14, BitsDefinition::ideal_quantizer) == Approx(86.049).margin(5e-4));
    CHECK(dynamic_range_db(14, BitsDefinition::tpdf_dithered) == Approx(81.278).margin(5e-4));
    for (const auto d :
         {BitsDefinition::step_ratio, BitsDefinition::ideal_quantizer, BitsDefinition::tpdf_dithered})
        CHECK(effective_bits(dynamic_range_db(11.3, d), d) == Approx(11.3).epsilon(1e-13));
}

TEST_CASE("the output impedance of 2 ohm and 100 uF at 159 Hz is 10.2 ohm, its return 0.05 ohm") {
    OutputStage stage;
    stage.output_resistance_ohm = figure(2.0);
    stage.coupling_capacitance_f = figure(100e-6);
    stage.ground_path_ohm = figure(0.05);
    const OutputImpedance z = output_impedance(stage, 500.0 / std::numbers::pi);  // 1/(wC) = 10 ohm
    CHECK(std::abs(z.signal) == Approx(std::sqrt(104.0)).epsilon(1e-12));
    CHECK(z.signal.imag() == Approx(-10.0).epsilon(1e-12));
    CHECK(z.back.real() == 0.05);
    CHECK(z.loop().real() == Approx(2.05).epsilon(1e-12));
    stage.kind = OutputStage::Kind::btl;
    stage.output_inductance_h = figure(1e-3);
    const OutputImpedance bridge = output_impedance(stage, 1000.0 / std::numbers::pi);  // w = 2000
    CHECK(bridge.loop().real() == Approx(4.0).epsilon(1e-12));
    CHECK(bridge.loop().imag() == Approx(4.0).epsilon(1e-12));  // two halves, no capacitor
}

TEST_CASE("a driver of 16 ohm behind 4 + 1 ohm shows 3.81 ohm between its terminals") {
    Circuit c = three_pole(16.0);
    c.stage.output_resistance_ohm = figure(4.0);
    c.cable.signal_ohm[L] = figure(1.0);
    const auto net = network_of(c);
    REQUIRE(net.has_value());
    const auto z = PortImpedance(*net, c.drivers, L).at(1000.0);
    REQUIRE(z.has_value());
    CHECK(z->real() == Approx(16.0 * 5.0 / 21.0).epsilon(1e-10));
    CHECK(z->imag() == Approx(0.0).margin(1e-9));
}

TEST_CASE("4kT of 3.81 ohm over 19.98 kHz are 35.5 nV") {
    Circuit c = three_pole(16.0);
    c.stage.output_resistance_ohm = figure(5.0);
    const auto noise = driver_noise(c, {});
    REQUIRE(noise.has_value());
    const double expected = std::sqrt(4.0 * 1.380649e-23 * 300.15 * (80.0 / 21.0) * 19980.0);
    CHECK((*noise)[L].thermal_v == Approx(expected).epsilon(1e-7));
    CHECK(expected == Approx(35.5e-9).epsilon(2e-3));
    CHECK_FALSE((*noise)[L].player_v.has_value());
}

TEST_CASE("40 uV of player noise become 32 uV behind a divider of 4 + 16 ohm") {
    Circuit c = three_pole(16.0);
    c.stage.output_resistance_ohm = figure(4.0);
    c.stage.emf_v = 2.5;
    const auto noise = driver_noise(c, 40e-6);
    REQUIRE(noise.has_value());
    CHECK((*noise)[R].player_v.value() == Approx(32e-6).epsilon(1e-7));
    CHECK((*noise)[R].total_v() == Approx(32e-6).epsilon(1e-5));
}

TEST_CASE("220 uF into 16 ohm take 0.26 % of the power of white noise") {
    Circuit c = three_pole(16.0);
    c.stage.coupling_capacitance_f = figure(220e-6);
    const double fc = 1.0 / (2.0 * std::numbers::pi * 220e-6 * 16.0);
    // mean over f of 1 / (1 + (fc/f)^2) = 1 - fc (atan(f2/fc) - atan(f1/fc)) / (f2 - f1)
    const double mean = 1.0 - fc * (std::atan(20000.0 / fc) - std::atan(20.0 / fc)) / 19980.0;
    const auto noise = driver_noise(c, 1e-5);
    REQUIRE(noise.has_value());
    CHECK((*noise)[L].player_v.value() == Approx(1e-5 * std::sqrt(mean)).epsilon(1e-6));
}

TEST_CASE("noise 6.02 dB above the interface's is resolved, 5.9 dB is not") {
    const NoiseAtInterface twice = at_interface(std::sqrt(3.0), 1.0);  // reading 2
    CHECK(twice.reading_v == Approx(2.0).epsilon(1e-14));
    CHECK(twice.margin_db == Approx(6.0206).margin(1e-4));
    CHECK(twice.resolved);
    CHECK_FALSE(at_interface(1.70, 1.0).resolved);  // 1.972: 5.90 dB
}

TEST_CASE("220 uF into 17 ohm end at 42.55 Hz, 10 nF at 936 kHz, and without a capacitor nowhere") {
    Circuit c = three_pole(16.0);
    c.stage.output_resistance_ohm = figure(1.0);
    auto none = low_cutoff(c);
    REQUIRE(none.has_value());
    CHECK((*none)[L].kind == LowCutoff::Kind::none);
    const auto cutoff = [&](double farad, double driver_ohm) {
        c.stage.coupling_capacitance_f = figure(farad);
        for (const Side s : sides) c.drivers[s].coil_resistance_ohm = figure(driver_ohm);
        const auto found = low_cutoff(c);
        REQUIRE(found.has_value());
        REQUIRE((*found)[R].kind == LowCutoff::Kind::found);
        return (*found)[R].hz;
    };
    const auto expected = [](double farad, double ohm) {
        return 1.0 / (2.0 * std::numbers::pi * farad * ohm);
    };
    for (const double farad : {100e-6, 220e-6, 470e-6})
        for (const double driver : {16.0, 33.0})
            CHECK(cutoff(farad, driver) == Approx(expected(farad, driver + 1.0)).epsilon(1e-8));
    CHECK(cutoff(220e-6, 16.0) == Approx(42.55).margin(0.005));
    CHECK(cutoff(1e-6, 16.0) == Approx(9362.0).margin(0.5));
    CHECK(cutoff(10e-9, 16.0) == Approx(936'200.0).margin(50.0));
    // A coil of 3 mH in the driver makes 1 kHz louder, and moves nothing.
    c.drivers[R].coil_inductance_h = figure(3e-3);
    const double w = 2.0 * std::numbers::pi * cutoff(100e-6, 16.0);
    const auto whole = std::complex(17.0, w * 3e-3), less = whole - std::complex(0.0, 1.0 / (w * 100e-6));
    CHECK(std::norm(whole / less) == Approx(0.5).epsilon(1e-8));
}

TEST_CASE("1 farad has its cut-off below 0.1 Hz and a silent side has none to look for") {
    Circuit c = three_pole(16.0);
    c.stage.coupling_capacitance_f = figure(1.0);
    auto out = low_cutoff(c);
    REQUIRE(out.has_value());
    CHECK((*out)[L].kind == LowCutoff::Kind::below_search);
    c.stage.coupling_capacitance_f = figure(1e-9);
    CHECK((*low_cutoff(c))[L].kind == LowCutoff::Kind::above_search);
    c.stage.coupling_capacitance_f = figure(1.0);
    c.touch = {{"R1", {"R1"}}, {"S", {"S"}}};  // the left spring touches nothing
    out = low_cutoff(c);
    REQUIRE(out.has_value());
    CHECK((*out)[L].kind == LowCutoff::Kind::silent);
    CHECK((*out)[R].kind == LowCutoff::Kind::below_search);
}
