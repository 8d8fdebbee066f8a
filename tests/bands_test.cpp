// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/model/model.hpp"
#include "rig/model/population.hpp"
#include "rig/profile/load.hpp"
#include "rig/units.hpp"
#include "tests/bare_circuits.hpp"
#include "tests/catch.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>

using namespace fourpole;
using Spread = Figure::Spread;

namespace {

/// One uncertain part: 1 +- 0.5 ohm in front of 16 ohm.
Circuit one_uncertain_output() {
    Circuit c = three_pole(16.0);
    c.stage.output_resistance_ohm = figure(1.0, 0.5);
    return c;
}

Driver earbud(double ohm) {
    Driver d;
    d.coil_resistance_ohm = figure(ohm, 0.05 * ohm, Spread::normal);
    d.coil_inductance_h = figure(1.1e-6 * ohm, 0.2e-6 * ohm);
    Resonance r;
    r.by_q = true;
    r.resistance_ohm = figure(0.3 * ohm, 0.06 * ohm, Spread::normal);
    r.resonance_hz = figure(110.0, 15.0, Spread::normal);
    r.mechanical_q = figure(2.0, 0.3, Spread::log_normal);
    d.resonances = {r};
    return d;
}

/// An AK100-like player: 22.5 ohm, 3 poles, 32 ohm earbuds with a shared return. 23 spreads.
Circuit three_pole() {
    Circuit c = one_uncertain_output();
    c.name = "three pole";
    c.stage.output_resistance_ohm = figure(22.5, 0.5);
    c.stage.ground_path_ohm = figure(0.02, 1.0, Spread::log_normal);
    const Figure contact = figure(0.03, 1.0, Spread::log_normal);
    c.contacts = {contact, contact, contact, contact};
    for (const Side s : sides) {
        c.cable.signal_ohm[s] = figure(0.33, 0.06);
        c.cable.return_ohm[s] = figure(0.05, 0.02);
        c.drivers[s] = earbud(32.0);
    }
    c.cable.common_return_ohm = figure(0.3, 0.08);
    c.cable.signal_to_return_farad = figure(120e-12, 40e-12);
    c.cable.left_to_right_signal_farad = figure(60e-12, 20e-12);
    return c;
}

/// An MD-DR7-like player: bridged halves of 1 ohm, 4 poles. 22 spreads.
Circuit four_pole() {
    Circuit c = three_pole();
    c.name = "four pole";
    c.stage.kind = OutputStage::Kind::btl;
    c.stage.output_resistance_ohm = figure(1.0, 0.5, Spread::log_normal);
    c.stage.output_inductance_h = figure(2e-6, 0.5, Spread::log_normal);
    c.cable.kind = Cable::Kind::separate_returns;
    for (const Side s : sides) c.cable.return_ohm[s] = figure(0.33, 0.06);
    c.plug = {"auvi", "", {{"T", "R-"}, {"R1", "R+"}, {"R2", "L+"}, {"S", "L-"}}};
    c.jack = {"auvi", "", {{"T", "aR-"}, {"R1", "aR"}, {"R2", "aL"}, {"S", "aL-"}}};
    return c;
}

Circuit low_impedance() {
    Circuit c = three_pole();
    c.name = "low impedance";
    c.stage.output_resistance_ohm = figure(0.6, 0.2);
    c.stage.coupling_capacitance_f = figure(220e-6, 44e-6);
    for (const Side s : sides) c.drivers[s] = earbud(16.0);
    return c;
}

std::vector<double> third_octaves() {
    std::vector<double> f;
    for (int k = 0; k <= 30; ++k) f.push_back(20.0 * std::pow(10.0, k / 10.0));
    return f;
}

/// Share of the seeds 1 .. 200 inside the band: the worst and best frequency, and their mean.
struct Coverage {
    double least = 1.0, most = 0.0, mean = 0.0;
};

bool inside(const PredictedCurve& band, const Reading& truth, std::size_t i) {
    const auto value = truth.points[i].value;
    return value && *value >= band.low[i] && *value <= band.high[i];
}

/// Per reading that the nominal unit has at every frequency.
std::vector<Coverage> coverage(const Circuit& circuit, const std::vector<double>& frequencies) {
    const auto predicted = predict(circuit, frequencies);
    REQUIRE(predicted.has_value());
    constexpr int seeds = 200;
    std::vector<Readings> truths;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        const auto solved = solve(unit_of(circuit, seed), frequencies);
        REQUIRE(solved.has_value());
        truths.push_back(readings_of(*solved, frequencies, circuit.stage.emf_v));
    }
    std::vector<Coverage> all;
    for (std::size_t c = 0; c < predicted->curves.size(); ++c) {
        const PredictedCurve& band = predicted->curves[c];
        const auto& points = band.nominal.points;
        if (std::any_of(points.begin(), points.end(), [](const Point& p) { return !p.value; })) continue;
        Coverage one;
        for (std::size_t i = 0; i < frequencies.size(); ++i) {
            const auto n = std::count_if(truths.begin(), truths.end(),
                                         [&](const Readings& truth) { return inside(band, truth[c], i); });
            const double share = static_cast<double>(n) / seeds;
            one.least = std::min(one.least, share);
            one.most = std::max(one.most, share);
            one.mean += share / static_cast<double>(frequencies.size());
        }
        all.push_back(one);
    }
    return all;
}

}  // namespace

TEST_CASE("the normal quantile is right to 1e-14 in the middle and to 1e-12 at 1e-10") {
    CHECK(normal_quantile(0.5) == Approx(0.0).margin(1e-15));
    CHECK(normal_quantile(0.975) == Approx(1.959963984540054).epsilon(1e-14));
    CHECK(normal_quantile(0.025) == Approx(-1.959963984540054).epsilon(1e-14));
    CHECK(normal_quantile(0.8413447460685429) == Approx(1.0).epsilon(1e-13));
    CHECK(normal_quantile(1e-10) == Approx(-6.361340902404056).epsilon(1e-12));
}

TEST_CASE(
    "tolerances: uniform ends at +-10 %, normal has 2 sigma there, log-normal a factor at 2.5 and 97.5 %") {
    const Figure uniform = figure(10.0, 1.0);
    CHECK(at_quantile(uniform, 0.5) == Approx(10.0));
    CHECK(at_quantile(uniform, 0.75) == Approx(10.5));
    const Figure normal = figure(10.0, 1.0, Spread::normal);
    CHECK(at_quantile(normal, 0.5) == Approx(10.0));
    CHECK(at_quantile(normal, 0.9772498680518208) == Approx(11.0).epsilon(1e-12));  // Phi(2)
    const Figure factor = figure(10.0, 1.0, Spread::log_normal);
    CHECK(at_quantile(factor, 0.975) == Approx(20.0).epsilon(1e-12));
    CHECK(at_quantile(factor, 0.025) == Approx(5.0).epsilon(1e-12));
}

TEST_CASE("200 units put 5 to 15 points in each 20th of every axis") {
    for (int axis = 0; axis < 32; ++axis) {
        std::array<int, 20> bins{};
        for (std::uint64_t unit = 1; unit <= 200; ++unit)
            ++bins[static_cast<std::size_t>(20.0 * lattice_point(unit, axis))];
        INFO("axis " << axis);
        CHECK(*std::min_element(bins.begin(), bins.end()) >= 5);
        CHECK(*std::max_element(bins.begin(), bins.end()) <= 15);
    }
}

TEST_CASE("200 units put 30 to 70 points in each quarter of the plane of any two axes") {
    for (int a = 0; a < 48; ++a)
        for (int b = 0; b < a; ++b) {
            std::array<int, 4> quarters{};
            for (std::uint64_t unit = 1; unit <= 200; ++unit)
                ++quarters[(lattice_point(unit, a) < 0.5 ? 0U : 1U) +
                           (lattice_point(unit, b) < 0.5 ? 0U : 2U)];
            INFO("axes " << a << " and " << b);
            CHECK(*std::min_element(quarters.begin(), quarters.end()) >= 30);
            CHECK(*std::max_element(quarters.begin(), quarters.end()) <= 70);
        }
}

TEST_CASE(
    "unit 0 is the nominal one, other units differ, and the player's share does not know the earphone") {
    const Circuit nominal = three_pole();
    CHECK(unit_of(nominal, 0).stage.output_resistance_ohm.value == 22.5);
    const Circuit one = unit_of(nominal, 1);
    CHECK(one.stage.output_resistance_ohm.value != 22.5);
    CHECK(one.stage.output_resistance_ohm.value != unit_of(nominal, 2).stage.output_resistance_ohm.value);
    Circuit with_another_earphone = nominal;
    with_another_earphone.drivers[Side::left].resonances.clear();
    with_another_earphone.cable.common_return_ohm = figure(1.0);
    const Circuit other_one = unit_of(with_another_earphone, 1);
    CHECK(other_one.stage.output_resistance_ohm.value == one.stage.output_resistance_ohm.value);
    CHECK(other_one.contacts.sleeve_ohm.value == one.contacts.sleeve_ohm.value);
}

TEST_CASE("a part of 10 mohm +- 30 mohm never turns negative") {
    Circuit c = one_uncertain_output();
    c.contacts.sleeve_ohm = figure(0.01, 0.03, Spread::normal);
    for (std::uint64_t unit = 1; unit <= 500; ++unit) CHECK(unit_of(c, unit).contacts.sleeve_ohm.value > 0.0);
}

TEST_CASE("1 +- 0.5 ohm before 16 ohm gives the band -0.766 .. -0.281 dB by hand") {
    const std::array f{1000.0};
    const auto p = predict(one_uncertain_output(), f);
    REQUIRE(p.has_value());
    const PredictedCurve& own = p->curves[0];
    REQUIRE(own.nominal.name == "transfer");
    // 2.5 and 97.5 % of 0.5 .. 1.5 ohm are 0.525 and 1.475 ohm.
    const double low = AmplitudeRatio{16.0 / 17.475}.decibels(),
                 high = AmplitudeRatio{16.0 / 16.525}.decibels();
    CHECK(low == Approx(-0.766).margin(5e-4));
    CHECK(high == Approx(-0.280).margin(5e-4));
    // The ends are known to 0.24 % of the population: 0.0024 ohm = 1.2 mdB, twice that here.
    CHECK(own.low[0] == Approx(low).margin(2.4e-3));
    CHECK(own.high[0] == Approx(high).margin(2.4e-3));
    REQUIRE(own.nominal.points[0].u.has_value());
    // Uniform over +-0.5 ohm: 0.2887 ohm, times 8.686 dB / 17 ohm; the divider's bend adds 0.1 %.
    CHECK(*own.nominal.points[0].u == Approx(0.5 / std::sqrt(3.0) * 8.68589 / 17.0).epsilon(0.02));
    CHECK(*own.nominal.points[0].value == Approx(AmplitudeRatio{16.0 / 17.0}.decibels()).epsilon(1e-9));
}

TEST_CASE("without tolerances the band is the curve itself and its uncertainty unknown") {
    Circuit c = one_uncertain_output();
    c.stage.output_resistance_ohm.tolerance = 0.0;
    const auto p = predict(c, std::array{1000.0});
    REQUIRE(p.has_value());
    CHECK(p->curves[0].low[0] == *p->curves[0].nominal.points[0].value);
    CHECK(p->curves[0].high[0] == *p->curves[0].nominal.points[0].value);
    CHECK_FALSE(p->curves[0].nominal.points[0].u.has_value());
    CHECK(std::get<std::string>(*p->wiring.detail("outcome")) == "stereo");
}

TEST_CASE("the same prediction comes out to the last bit, and frequency by frequency as all at once") {
    const std::vector<double> f = third_octaves();
    std::vector<double> many;
    for (int k = 0; k < 6; ++k) many.insert(many.end(), f.begin(), f.end());  // more than one block
    const auto once = predict(three_pole(), many, 512), again = predict(three_pole(), f, 512);
    REQUIRE(once.has_value());
    REQUIRE(again.has_value());
    for (std::size_t c = 0; c < once->curves.size(); ++c)
        for (std::size_t i = 0; i < many.size(); ++i) {
            CHECK(once->curves[c].low[i] == again->curves[c].low[i % f.size()]);
            CHECK(once->curves[c].high[i] == again->curves[c].high[i % f.size()]);
        }
}

TEST_CASE("over the seeds 1 to 200 each reading lies in its 95 % band in 93 to 97 % of the cases",
          "[repeated]") {
    for (const Circuit& circuit : {three_pole(), four_pole(), low_impedance()}) {
        const std::vector<Coverage> all = coverage(circuit, third_octaves());
        REQUIRE(all.size() == 8);  // 4 transfers, 2 responses, 2 crosstalks
        for (std::size_t c = 0; c < all.size(); ++c) {
            INFO(circuit.name << ", curve " << c);
            CHECK(all[c].mean >= 0.93);
            CHECK(all[c].mean <= 0.97);
            // Point by point: 200 draws by chance would scatter by 1.5 %.
            CHECK(all[c].least >= 0.92);
            CHECK(all[c].most <= 0.985);
        }
    }
}

TEST_CASE("the shipped session: over the seeds 1 to 200 each reading lies in its band in 93 to 97 % of cases",
          "[repeated]") {
    const auto session = load_session(std::filesystem::path(FOURPOLE_SOURCE) / "profiles" / "sessions" /
                                      "md_dr7_4pole_vs_3pole.json");
    REQUIRE(session.has_value());
    for (const Arm& arm : session->arms) {
        const auto all = coverage(arm.circuit, third_octaves());
        CHECK(all.size() >= 5);  // the silent side of a plug that does not fit has fewer
        for (std::size_t c = 0; c < all.size(); ++c) {
            INFO(arm.label << ", curve " << c);
            CHECK(all[c].mean >= 0.93);
            CHECK(all[c].mean <= 0.97);
            CHECK(all[c].least >= 0.92);
            CHECK(all[c].most <= 0.985);
        }
    }
}

TEST_CASE("no seed below 4 billion draws a unit that a band was made of") {
    CHECK(first_predicted_unit > 4'000'000'000U);
    const Circuit c = three_pole();
    CHECK(unit_of(c, first_predicted_unit).contacts.tip_ohm.value != unit_of(c, 1).contacts.tip_ohm.value);
}
