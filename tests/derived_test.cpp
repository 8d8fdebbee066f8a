// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/model/derived.hpp"
#include "rig/model/clipping.hpp"
#include "rig/model/effective_bits.hpp"
#include "rig/model/output_impedance.hpp"
#include "rig/model/port_impedance.hpp"
#include "rig/profile/load.hpp"
#include "rig/units.hpp"
#include "tests/catch.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

using namespace fourpole;

namespace {

constexpr Side L = Side::left, R = Side::right;
constexpr double root2 = std::numbers::sqrt2;

Figure figure(double value, double tolerance = 0.0) {
    Figure f;
    f.value = value;
    f.tolerance = tolerance;
    return f;
}

/// Plug, cable and contacts of 0 ohm: only stage and drivers count.
Circuit three_pole(double driver_ohm) {
    Circuit c;
    c.name = "three pole";
    c.plug = {"trs", "", {{"T", "L+"}, {"R1", "R+"}, {"S", "C"}}};
    c.jack = {"3-contact", "", {{"T", "aL"}, {"R1", "aR"}, {"S", "G"}}};
    for (const Side s : sides) c.drivers[s].coil_resistance_ohm = figure(driver_ohm);
    return c;
}

Circuit bridged(double driver_ohm) {
    Circuit c = three_pole(driver_ohm);
    c.stage.kind = OutputStage::Kind::btl;
    c.cable.kind = Cable::Kind::separate_returns;
    c.plug = {"trrs", "", {{"T", "L+"}, {"R1", "R+"}, {"R2", "R-"}, {"S", "L-"}}};
    c.jack = {"4-contact", "", {{"T", "aL"}, {"R1", "aR"}, {"R2", "aR-"}, {"S", "aL-"}}};
    return c;
}

CircuitAt at_1khz(const Circuit& c) {
    const auto solved = solve(c, std::array{1000.0});
    REQUIRE(solved.has_value());
    return solved->front();
}

std::vector<PredictedCurve> derived(const Circuit& c, const Drive& drive, int draws = 0) {
    auto out = derived_readings(c, drive, std::array{1000.0}, draws);
    REQUIRE(out.has_value());
    return std::move(*out);
}

const PredictedCurve& find(const std::vector<PredictedCurve>& all, const std::string& definition, Side side) {
    const auto found = std::find_if(all.begin(), all.end(), [&](const PredictedCurve& c) {
        return c.nominal.definition == definition && c.nominal.side == side;
    });
    REQUIRE(found != all.end());
    return *found;
}

std::string words(const PredictedCurve& curve, const char* key) {
    const Detail* detail = curve.nominal.detail(key);
    if (detail == nullptr) return "";
    const auto* text = std::get_if<std::string>(detail);
    return text ? *text : "";
}

double value(const PredictedCurve& curve) {
    REQUIRE(curve.nominal.points.front().value.has_value());
    return *curve.nominal.points.front().value;
}

}  // namespace

TEST_CASE("a stage of 1 V peak and 4 ohm puts 20 mW into 16 ohm, limited by voltage") {
    Circuit c = three_pole(16.0);
    c.stage.output_resistance_ohm = figure(4.0);
    // 1 V / 20 ohm = 50 mA peak: 0.05^2 / 2 x 16 = 20 mW.
    const auto power = max_power(at_1khz(c), 1.0, L, Driven::one, {1.0, 0.0501});
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
        const auto power = max_power(at_1khz(c), 0.7, R, Driven::one, {btl ? 2.0 : 1.0, 0.030});
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
        const double one = max_power(at_1khz(se), 1.0, L, Driven::one, {1.0, {}})->watt;
        const double two = max_power(at_1khz(btl), 1.0, L, Driven::one, {2.0, {}})->watt;
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
    const auto alone = max_power(at_1khz(c), 1.0, L, Driven::one, {1.0, {}});
    const auto both = max_power(at_1khz(c), 1.0, L, Driven::both, {1.0, {}});
    REQUIRE(alone.has_value());
    REQUIRE(both.has_value());
    CHECK(alone->watt == Approx(one).epsilon(1e-10));
    CHECK(both->watt == Approx(0.5 / 400.0 * 16.0).epsilon(1e-10));
}

TEST_CASE("both driven, the heavier side of 8 ohm stops the other at 30 mA too") {
    Circuit c = three_pole(16.0);
    c.drivers[R].coil_resistance_ohm = figure(8.0);
    // 0.24 V bring 30 mA to the right side, 15 mA to the left: 0.015^2 / 2 x 16 = 1.8 mW.
    const auto both = max_power(at_1khz(c), 1.0, L, Driven::both, {1.0, 0.030});
    REQUIRE(both.has_value());
    CHECK(both->watt == Approx(0.0018).epsilon(1e-9));
    CHECK(both->limited_by == LimitedBy::current);
    CHECK(max_power(at_1khz(c), 1.0, L, Driven::one, {1.0, 0.030})->watt == Approx(0.0072).epsilon(1e-9));
}

TEST_CASE("without any limit there is no largest power") {
    CHECK_FALSE(max_power(at_1khz(three_pole(16.0)), 1.0, L, Driven::one, {}).has_value());
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

TEST_CASE("220 uF into 17 ohm end at 42.5 Hz, re 1 kHz, and without a capacitor nowhere") {
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
        const double fc = 1.0 / (2.0 * std::numbers::pi * farad * ohm);
        return fc / std::sqrt(1.0 + 2.0 * fc * fc / 1e6);
    };
    for (const double farad : {100e-6, 220e-6, 470e-6})
        for (const double driver : {16.0, 33.0})
            CHECK(cutoff(farad, driver) == Approx(expected(farad, driver + 1.0)).epsilon(1e-8));
    CHECK(cutoff(220e-6, 16.0) == Approx(42.5).margin(0.05));
    CHECK(cutoff(470e-6, 33.0) == Approx(9.96).margin(0.01));
}

TEST_CASE("1 farad has its cut-off below 0.1 Hz and a silent side has none to look for") {
    Circuit c = three_pole(16.0);
    c.stage.coupling_capacitance_f = figure(1.0);
    auto out = low_cutoff(c);
    REQUIRE(out.has_value());
    CHECK((*out)[L].kind == LowCutoff::Kind::below_search);
    c.touch = {{"R1", {"R1"}}, {"S", {"S"}}};  // the left spring touches nothing
    out = low_cutoff(c);
    REQUIRE(out.has_value());
    CHECK((*out)[L].kind == LowCutoff::Kind::silent);
    CHECK((*out)[R].kind == LowCutoff::Kind::below_search);
}

TEST_CASE("readings of a 1 V stage of 4 ohm with -80 dBFS of noise into 16 ohm") {
    Circuit c = three_pole(16.0);
    c.stage.output_resistance_ohm = figure(4.0);
    Drive drive;
    drive.full_scale_emf_v = figure(1.0);
    drive.noise_dbfs = figure(-80.0);
    drive.sensitivity_db_per_vrms = figure(110.0);
    drive.bits = BitsDefinition::tpdf_dithered;
    const auto all = derived(c, drive);
    const double level = 20.0 * std::log10(0.8 / root2);
    CHECK(value(find(all, "level.undistorted.model@1", L)) == Approx(level).epsilon(1e-10));
    CHECK(std::get<double>(*find(all, "level.undistorted.model@1", L).nominal.detail("spl_db")) ==
          Approx(110.0 + level));
    CHECK(value(find(all, "power_max.model@1", R)) == Approx(20.0).epsilon(1e-9));
    CHECK(words(find(all, "power_max.model@1", R), "limited_by") == "voltage");
    CHECK(words(find(all, "power_max.model@1", R), "current_limit") == "unknown");
    CHECK(value(find(all, "noise.driver.model@1", L)) == Approx(level - 80.0).margin(1e-4));
    CHECK(value(find(all, "dynamic_range.model@1", L)) == Approx(80.0).margin(1e-4));
    // (80 + 3.0103) / 6.0206
    const auto& bits = find(all, "effective_bits.tpdf_dithered.model@1", L);
    CHECK(value(bits) == Approx(13.788).margin(1e-3));
    CHECK(std::get<double>(*bits.nominal.detail("by/ideal_quantizer")) == Approx(12.995).margin(1e-3));
    const auto& cutoff = find(all, "low_cutoff.half_power.model@1", L);
    CHECK(cutoff.nominal.points.front().state == State::exact);
    CHECK_FALSE(cutoff.nominal.points.front().value.has_value());
    CHECK(words(cutoff, "cut_off") == "none");
    for (const auto& one : all) CHECK(one.nominal.name != "thd");
}

TEST_CASE("a stage that clips 1 dB under full scale has H3 at -28.67 dB and 4.63 % THD") {
    Circuit c = three_pole(16.0);
    c.stage.output_resistance_ohm = figure(4.0);
    Drive drive;
    drive.full_scale_emf_v = figure(1.0);
    drive.clip_v = figure(AmplitudeRatio::from_decibels(-1.0).count);
    const auto all = derived(c, drive);
    CHECK(value(find(all, "harmonic.clipping.model@1", L)) == Approx(-28.6732).margin(1e-4));
    CHECK(value(find(all, "thd.clipping.model@1", L)) == Approx(20.0 * std::log10(0.0463156)).margin(1e-4));
    // The undistorted level, and the power, are 1 dB lower.
    CHECK(value(find(all, "level.undistorted.model@1", L)) ==
          Approx(20.0 * std::log10(0.8 / root2) - 1.0).margin(1e-9));
    CHECK(value(find(all, "power_max.model@1", L)) == Approx(20.0 * std::pow(10.0, -0.1)).epsilon(1e-9));
}

TEST_CASE("what is not known is not measured: a bare circuit has no level, power or range") {
    const auto all = derived(three_pole(16.0), {});
    for (const char* definition :
         {"level.undistorted.model@1", "power_max.model@1", "power_max.both_driven.model@1",
          "dynamic_range.model@1", "effective_bits.ideal_quantizer.model@1"}) {
        const auto& one = find(all, definition, L).nominal;
        CHECK(one.points.front().state == State::not_measured);
        CHECK_FALSE(one.points.front().value.has_value());
        CHECK(one.detail("reason") != nullptr);
    }
    // The thermal noise is there whatever the player does.
    CHECK(find(all, "noise.driver.model@1", L).nominal.points.front().state == State::at_least);
}

TEST_CASE("noise that nobody stated is that of an ideal converter: at least, and at most the range") {
    Drive drive;
    drive.full_scale_emf_v = figure(1.0);
    drive.noise_dbfs = figure(-98.08);
    drive.noise_is_least = true;
    const auto all = derived(three_pole(16.0), drive);
    CHECK(find(all, "noise.driver.model@1", L).nominal.points.front().state == State::at_least);
    CHECK(find(all, "dynamic_range.model@1", L).nominal.points.front().state == State::at_most);
}

TEST_CASE("a shorted output has no power and no level") {
    Circuit c = bridged(16.0);
    c.stage.output_resistance_ohm = figure(1.0);
    c.plug = {"trs", "", {{"T", "L+"}, {"R1", "R+"}, {"S", "C"}}};
    c.cable.kind = Cable::Kind::shared_return;
    c.touch = {{"T", {"T"}}, {"R1", {"R1"}}, {"R2", {"S"}}, {"S", {"S"}}};
    Drive drive;
    drive.full_scale_emf_v = figure(1.0);
    const auto all = derived(c, drive);
    for (const char* definition :
         {"power_max.model@1", "power_max.both_driven.model@1", "level.undistorted.model@1"}) {
        CHECK(find(all, definition, L).nominal.points.front().state == State::not_measured);
        CHECK(words(find(all, definition, L), "reason") == "an amplifier output is shorted");
    }
}

TEST_CASE("an interface of -100 dBV sees -80 dBV of noise and does not resolve -104") {
    Circuit c = three_pole(16.0);
    Drive drive;
    drive.full_scale_emf_v = figure(root2);  // 0 dBV
    drive.interface_noise_v = 1e-5;
    drive.noise_dbfs = figure(-80.0);
    CHECK(words(find(derived(c, drive), "noise.driver.model@1", L), "interface/outcome") == "resolved");
    drive.noise_dbfs = figure(-104.0);
    CHECK(words(find(derived(c, drive), "noise.driver.model@1", L), "interface/outcome") == "not resolved");
}

TEST_CASE("an EMF uniform over +-10 % gives a band of power from -18.5 to +19.9 %") {
    Circuit c = three_pole(16.0);
    Drive drive;
    drive.full_scale_emf_v = figure(1.0, 0.1);
    const auto all = derived(c, drive, 2000);
    const auto& power = find(all, "power_max.model@1", L);
    REQUIRE(power.low.size() == 1);
    // 2.5 % and 97.5 % of the EMF: 0.905 and 1.095; power 31.25 mW times their squares.
    CHECK(power.low[0] == Approx(31.25 * 0.905 * 0.905).epsilon(0.003));
    CHECK(power.high[0] == Approx(31.25 * 1.095 * 1.095).epsilon(0.003));
    CHECK(power.nominal.points.front().u.value() ==
          Approx((power.high[0] - power.low[0]) / 3.91993).epsilon(1e-5));
    CHECK(find(derived(c, drive, 0), "power_max.model@1", L).low.empty());
    // A volume step that somebody measured does not spread.
    c.stage.emf_v = 0.5;
    CHECK(find(derived(c, drive, 100), "level.undistorted.model@1", L).low[0] ==
          Approx(20.0 * std::log10(0.5 / root2)).epsilon(1e-10));
}

TEST_CASE("a common mode of half the EMF and 50 mA per volt stand in the curves") {
    Circuit c = three_pole(16.0);
    c.stage.output_resistance_ohm = figure(4.0);
    const auto all = derived(c, {});
    const auto curve = [&](const std::string& name, Side from, Side to) -> const Point& {
        const auto found = std::find_if(all.begin(), all.end(), [&](const PredictedCurve& p) {
            return p.nominal.name == name && p.nominal.from == from && p.nominal.to == to;
        });
        REQUIRE(found != all.end());
        return found->nominal.points.front();
    };
    CHECK(curve("driver_current", L, L).value.value() == Approx(50.0).epsilon(1e-10));
    CHECK(curve("common_mode", L, L).value.value() == Approx(20.0 * std::log10(0.4)).epsilon(1e-10));
    CHECK(curve("common_mode", L, R).state == State::at_most);
    c.stage.ground_path_ohm = figure(2.0);
    const auto both = derived(c, {});
    // In phase: 16 of 4 + 16 + 2 x 2 ohm.
    CHECK(value(find(both, "both_driven.model@1", R)) ==
          Approx(20.0 * std::log10(16.0 / 24.0)).epsilon(1e-10));
    CHECK(value(find(both, "output_impedance.loop.model@1", L)) == Approx(6.0).epsilon(1e-12));
    CHECK(value(find(both, "output_impedance.return.model@1", L)) == Approx(2.0).epsilon(1e-12));
}
