// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/model/derived.hpp"
#include "rig/units.hpp"
#include "tests/bare_circuits.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <string_view>

using namespace fourpole;

namespace {

constexpr Side L = Side::left, R = Side::right;
constexpr double root2 = std::numbers::sqrt2;

std::vector<PredictedCurve> derived(const Circuit& c, const Drive& drive, int draws = 0) {
    auto out = derived_readings(c, drive, std::array{1000.0}, draws);
    REQUIRE(out.has_value());
    return std::move(*out);
}

const PredictedCurve& find(const std::vector<PredictedCurve>& all, std::string_view definition, Side side) {
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
    CHECK(value(find(all, "sound_pressure.undistorted.model@1", L)) == Approx(110.0 + level));
    CHECK(value(find(all, "power_max.model@1", R)) == Approx(20.0).epsilon(1e-9));
    CHECK(words(find(all, "power_max.model@1", R), "limited_by") == "voltage");
    CHECK(words(find(all, "power_max.model@1", R), "current_limit") == "unknown");
    CHECK(value(find(all, "noise.driver.model@1", L)) == Approx(level - 80.0).margin(1e-4));
    CHECK(value(find(all, "dynamic_range.model@1", L)) == Approx(80.0).margin(1e-4));
    // (80 + 3.0103) / 6.0206
    const auto& bits = find(all, "effective_bits.tpdf_dithered.model@1", L);
    CHECK(value(bits) == Approx(13.788).margin(1e-3));
    CHECK(std::get<double>(*bits.nominal.detail("by/ideal_quantizer")) == Approx(12.995).margin(1e-3));
    const auto& cutoff = find(all, "low_cutoff.capacitors_half_power.model@1", L);
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
    // Of E^2 with E uniform in 0.9 .. 1.1: the mean of E^4 less the square of that of E^2.
    const double fourth = (std::pow(1.1, 5) - std::pow(0.9, 5)) / 5.0 / 0.2;
    const double square = (std::pow(1.1, 3) - std::pow(0.9, 3)) / 3.0 / 0.2;
    CHECK(power.nominal.points.front().u.value() ==
          Approx(31.25 * std::sqrt(fourth - square * square)).epsilon(0.02));
    CHECK(find(derived(c, drive, 0), "power_max.model@1", L).low.empty());
    // A volume step that somebody measured does not spread.
    c.stage.emf_v = 0.5;
    CHECK(find(derived(c, drive, 100), "level.undistorted.model@1", L).low[0] ==
          Approx(20.0 * std::log10(0.5 / root2)).epsilon(1e-10));
}

TEST_CASE(
    "a sensitivity of 110 +- 3 dB makes the sound pressure range over 110 +- 3, of each driver by itself") {
    Circuit c = three_pole(16.0);
    Drive drive;
    drive.full_scale_emf_v = figure(1.0);
    drive.sensitivity_db_per_vrms = figure(110.0, 3.0);
    drive.sensitivity_db_per_vrms->spread = Figure::Spread::uniform;
    const auto all = derived(c, drive, 1000);
    const double level = 20.0 * std::log10(1.0 / root2);
    for (const Side side : sides) {
        const auto& pressure = find(all, "sound_pressure.undistorted.model@1", side);
        REQUIRE(pressure.low.size() == 1);
        // 2.5 % and 97.5 % of what is uniform over 6 dB.
        CHECK(pressure.low[0] == Approx(level + 107.15).margin(0.02));
        CHECK(pressure.high[0] == Approx(level + 112.85).margin(0.02));
        CHECK(pressure.nominal.points.front().u.value() == Approx(3.0 / std::sqrt(3.0)).epsilon(0.01));
    }
    // Nobody states it: no reading, not one of 0 dB.
    drive.sensitivity_db_per_vrms.reset();
    for (const auto& one : derived(c, drive)) CHECK(one.nominal.name != "sound_pressure");
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

TEST_CASE("2 ohm uniform over +-10 % in the stage are 1.81 to 2.19 ohm along the whole curve at once") {
    Circuit c = three_pole(16.0);
    c.stage.output_resistance_ohm = figure(2.0, 0.2);
    const auto all = derived_readings(c, {}, std::array{20.0, 1000.0, 20000.0}, 2000);
    REQUIRE(all.has_value());
    const auto& z = find(*all, "output_impedance.loop.model@1", R);
    REQUIRE(z.low.size() == 3);
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(z.low[i] == Approx(1.81).epsilon(0.003));
        CHECK(z.high[i] == Approx(2.19).epsilon(0.003));
        CHECK(z.nominal.points[i].u.value() == Approx(0.2 / std::sqrt(3.0)).epsilon(0.03));
        // One figure moves every point alike: what holds at one frequency holds at all.
        CHECK(z.simultaneous.low[i] == Approx(z.low[i]).epsilon(1e-3));
    }
    CHECK(z.simultaneous_factor.value() == Approx(1.0).epsilon(1e-3));
    CHECK(z.three_sigma.low.empty());
    const auto& ground = find(*all, "output_impedance.return.model@1", R);
    CHECK(ground.low[1] == ground.high[1]);
    CHECK_FALSE(ground.nominal.points[1].u.has_value());
}

TEST_CASE("the band of a coupling capacitor is wide at 20 Hz, and wider where it holds along the curve") {
    Circuit c = three_pole(16.0);
    c.stage.output_resistance_ohm = figure(4.0, 0.4);
    c.stage.coupling_capacitance_f = figure(100e-6, 20e-6);
    const auto all = derived_readings(c, {}, std::array{20.0, 1000.0}, 1000);
    REQUIRE(all.has_value());
    const auto found = std::find_if(all->begin(), all->end(), [](const PredictedCurve& p) {
        return p.nominal.name == "driver_current" && p.nominal.from == L && p.nominal.to == L;
    });
    REQUIRE(found != all->end());
    // 1000 mA/V over |20 + 1 / (j 2 pi f C)|, each part at the ends of its own 95 %, alone.
    const auto current = [](double ohm, double farad, double f) {
        return 1000.0 / std::hypot(ohm, 1.0 / (2.0 * std::numbers::pi * f * farad));
    };
    CHECK(found->high[0] == Approx(current(20.0, 119e-6, 20.0)).epsilon(0.005));
    CHECK(found->low[0] == Approx(current(20.0, 81e-6, 20.0)).epsilon(0.005));
    CHECK(found->high[1] == Approx(current(19.62, 100e-6, 1000.0)).epsilon(0.002));
    // Two independent parts rule the two ends: 95 % of the units in both is 97.5 % in each.
    CHECK(found->simultaneous_factor.value() > 1.01);
    CHECK(found->simultaneous_factor.value() < 1.06);
}

TEST_CASE("the thermal noise of a coil of 32 +- 20 ohm alone has a band, by the square roots of its ends") {
    Circuit c = three_pole(32.0);
    c.stage.output_resistance_ohm = figure(1e6);
    for (const Side s : sides) c.drivers[s].coil_resistance_ohm = figure(32.0, 20.0);
    const auto all = derived_readings(c, {}, std::array{1000.0}, 1000);
    REQUIRE(all.has_value());
    const auto& noise = find(*all, "noise.driver.model@1", L);
    REQUIRE(noise.low.size() == 1);
    const double nominal = value(noise);
    CHECK(noise.low[0] == Approx(nominal + 10.0 * std::log10(13.0 / 32.0)).margin(0.1));
    CHECK(noise.high[0] == Approx(nominal + 10.0 * std::log10(51.0 / 32.0)).margin(0.1));
}

TEST_CASE("a power whose current limit nobody knows is at most that, with both limits it is exact") {
    Circuit c = three_pole(16.0);
    Drive drive;
    drive.full_scale_emf_v = figure(1.0);
    CHECK(find(derived(c, drive), "power_max.model@1", L).nominal.points.front().state == State::at_most);
    drive.current_limit_a = figure(0.5);
    CHECK(find(derived(c, drive), "power_max.model@1", L).nominal.points.front().state == State::exact);
    drive.full_scale_emf_v.reset();
    CHECK(find(derived(c, drive), "power_max.model@1", L).nominal.points.front().state == State::at_most);
}
