// SPDX-License-Identifier: GPL-3.0-or-later
// What a leak is made of: circuits in closed form, and how sure the parts are.
#include "rig/measure/crosstalk_causes.hpp"
#include "rig/analysis/leak_causes.hpp"
#include "rig/units.hpp"
#include "tests/catch.hpp"
#include "tests/made_take.hpp"
#include "tests/shared_data.hpp"

#include <complex>
#include <numbers>
#include <random>

using namespace fourpole;

namespace {

using Complex = std::complex<double>;
constexpr double pi = std::numbers::pi;
constexpr Side L = Side::left, R = Side::right;

/// Two equal legs of `leg` ohm (with an inductance and a capacitor) that share a return, a capacitance
/// between the sides' terminals into `leg` ohm, and what the amplifier leaks.
struct Legs {
    double leg = 20.0, inductance = 0.0, capacitor = 0.0, shared = 0.2, shared_inductance = 0.0,
           between = 0.0, amplifier = 0.0;

    Complex leak(double hz) const {
        const Complex s(0.0, 2.0 * pi * hz);
        const Complex zs = leg + s * inductance + (capacitor > 0.0 ? 1.0 / (s * capacitor) : 0.0),
                      zg = shared + s * shared_inductance;
        return -zg / (zs + zg) + s * between * leg + amplifier;
    }
};

std::vector<LeakPoint> points(const Legs& legs, double noise, unsigned seed = 1) {
    std::mt19937_64 random(seed);
    std::normal_distribution<double> normal(0.0, noise > 0.0 ? noise / std::numbers::sqrt2 : 1.0);
    std::vector<LeakPoint> out;
    for (int k = -60; k <= 48; ++k) {
        const double hz = 1000.0 * std::exp2(k / 12.0);
        const Complex error = noise > 0.0 ? Complex(normal(random), normal(random)) : 0.0;
        out.push_back({hz, legs.leak(hz) + error, noise});
    }
    return out;
}

/// The same as a record's curve.
Reading curve(const Legs& legs, double noise) {
    Reading r;
    r.name = "crosstalk";
    r.definition = "crosstalk.tones@1";
    r.unit = "dB";
    r.from = L, r.to = R;
    r.curve = true;
    for (const LeakPoint& p : points(legs, noise)) {
        const double size = std::abs(p.leak);
        r.points.push_back({p.hz, AmplitudeRatio{size}.decibels(), std::arg(p.leak) * degrees_per_radian,
                            db_per_relative * p.noise / size / std::numbers::sqrt2, State::exact});
    }
    return r;
}

const Point& part(const Readings& readings, const std::string& name, Side from = L) {
    for (const Reading& r : readings)
        if (r.name == "crosstalk_" + name && r.from == from) return r.scalar();
    FAIL("no part " << name);
    return readings.front().scalar();
}

}  // namespace

TEST_CASE("0.2 ohm shared by legs of 20 ohm and 200 pF between them: -40.09 dB inverted and -92.0 dB ahead") {
    const auto found = leak_causes(points({.between = 200e-12}, 0.0));
    REQUIRE(found.has_value());
    CHECK(found->flat == Approx(-0.2 / 20.2).epsilon(1e-6));
    CHECK(found->rising == Approx(2.0 * pi * 1000.0 * 200e-12 * 20.0).epsilon(1e-3));
    CHECK(found->inductance_s == Approx(0.0).margin(1e-9));
    CHECK(found->unexplained_power < 1e-16);
}

TEST_CASE(
    "a driver of 100 uH and a capacitor of 220 uF turn the leak of a return, and are no leak themselves") {
    const Legs legs{.inductance = 1e-4, .capacitor = 220e-6};
    const auto found = leak_causes(points(legs, 0.0));
    REQUIRE(found.has_value());
    // -zg / (zs + zg) = -(0.2 / 20.2) / (1 + j w L / 20.2 + 1 / (j w C 20.2)), just the fitted form.
    CHECK(found->flat == Approx(-0.2 / 20.2).epsilon(1e-6));
    CHECK(found->inductance_s == Approx(1e-4 / 20.2).epsilon(1e-5));
    CHECK(found->corner_hz == Approx(1.0 / (2.0 * pi * 20.2 * 220e-6)).epsilon(1e-5));
    CHECK(std::abs(found->rising) < 1e-8);  // taken for a capacitance it would be 3.1e-4
}

TEST_CASE("an inductance of the return lags: 0.2 uH in legs of 20 ohm is -84.0 dB at 1 kHz") {
    const auto found = leak_causes(points({.shared_inductance = 2e-7}, 0.0));
    REQUIRE(found.has_value());
    CHECK(found->flat == Approx(-0.2 / 20.2).epsilon(1e-4));
    CHECK(found->rising == Approx(-2.0 * pi * 1000.0 * 2e-7 / 20.2).epsilon(0.02));
}

TEST_CASE("over 200 draws both parts err by 1.0 u, and by 0.6 u where the loop has no inductance at all") {
    for (const Legs& legs :
         {Legs{.between = 2e-9}, Legs{.inductance = 2e-5, .capacitor = 4.7e-4, .between = 1e-9}}) {
        double flat = 0.0, rising = 0.0, chi = 0.0;
        constexpr int draws = 200;
        const double shared = legs.shared / (legs.leg + legs.shared);
        for (int i = 0; i < draws; ++i) {
            const auto found = leak_causes(points(legs, 2e-5, 100U + static_cast<unsigned>(i)));
            REQUIRE(found.has_value());
            flat += std::pow((found->flat + shared) / found->u_flat, 2);
            rising +=
                std::pow((found->rising - 2.0 * pi * 1000.0 * legs.between * legs.leg) / found->u_rising, 2);
            chi += found->chi_square / found->degrees_of_freedom;
        }
        CHECK(std::sqrt(flat / draws) == Approx(1.0).margin(0.15));
        // Without inductance the fit may only err to one side, and u is cautious.
        CHECK(std::sqrt(rising / draws) == Approx(legs.inductance > 0.0 ? 1.0 : 0.6).margin(0.15));
        CHECK(chi / draws == Approx(1.0).margin(0.02));
    }
}

TEST_CASE(
    "parts that the noise hides are at_most, and an inverted leak leaves the amplifier at most all of it") {
    Readings all{curve({.shared = 0.02}, 1e-6)};
    split_crosstalk(all);
    split_crosstalk(all);  // says it once
    REQUIRE(all.size() == 6);
    CHECK(*part(all, "shared_return").value == Approx(AmplitudeRatio{0.02 / 20.02}.decibels()).margin(0.01));
    CHECK(*part(all, "shared_return").phase_deg == Approx(180.0));
    CHECK(part(all, "amplifier").state == State::at_most);
    CHECK(*part(all, "amplifier").value >= *part(all, "shared_return").value);
    CHECK(*part(all, "amplifier").value < *part(all, "shared_return").value + 0.1);
    for (const char* name : {"capacitive", "inductive", "unexplained"}) {
        CHECK(part(all, name).state == State::at_most);
        CHECK(*part(all, name).value < -105.0);
    }
}

TEST_CASE(
    "a leak of +1e-3 that is not inverted is the amplifier's, and 3e-4 that goes nowhere is unexplained") {
    Readings all{curve({.shared = 0.0, .amplifier = 1e-3}, 1e-6)};
    split_crosstalk(all);
    CHECK(*part(all, "amplifier").value == Approx(-60.0).margin(0.01));
    CHECK(*part(all, "amplifier").phase_deg == Approx(0.0).margin(1e-6));
    CHECK(part(all, "shared_return").state == State::at_most);
    CHECK(*part(all, "shared_return").value < -100.0);
    // Every other point 3e-4 up, the others down: 3e-4 rms, -70.46 dB.
    all = {curve({}, 1e-6)};
    double sign = 1.0;
    for (Point& p : all[0].points) {
        const double size = AmplitudeRatio::from_decibels(*p.value).count + (sign *= -1.0) * 3e-4;
        p.value = AmplitudeRatio{size}.decibels();
    }
    split_crosstalk(all);
    CHECK(part(all, "unexplained").state == State::exact);
    CHECK(*part(all, "unexplained").value == Approx(-70.46).margin(0.2));
}

TEST_CASE("what the interface may leak, -80 dB, is part of u: 0.5e-4 of a leak of 1e-2 are 0.043 dB") {
    Readings all{curve({}, 1e-7)};
    all[0].details.emplace_back("interface_crosstalk_at_most_db", -80.0);
    split_crosstalk(all);
    const double leak = 0.2 / 20.2;
    CHECK(*part(all, "shared_return").u == Approx(db_per_relative * 0.5e-4 / leak).epsilon(0.01));
    CHECK(part(all, "capacitive").state == State::at_most);
}

TEST_CASE("a take with a leak of 1 % inverted tells -40.00 dB of shared return both ways") {
    const Programme programme = sweep_pair();
    const auto measured = measure(played(programme, 3.0, 4000.25), programme, false);
    REQUIRE(measured.has_value());
    for (const Side from : sides) {
        CHECK(*part(measured->readings, "shared_return", from).value == Approx(-40.0).margin(0.01));
        CHECK(*part(measured->readings, "shared_return", from).u < 0.01);
        CHECK(part(measured->readings, "capacitive", from).state == State::at_most);
    }
    Readings few{curve({}, 1e-6)};
    few[0].points.resize(7);
    split_crosstalk(few);
    CHECK(few.size() == 1);
}

TEST_CASE("2 nF between sides of 20 ohm are told as capacitive, 0.2 uH of the return as inductive") {
    for (const bool capacitive : {true, false}) {
        Readings all{curve(capacitive ? Legs{.between = 2e-9} : Legs{.shared_inductance = 2e-7}, 1e-7)};
        split_crosstalk(all);
        CHECK(part(all, capacitive ? "capacitive" : "inductive").state == State::exact);
        CHECK(*part(all, capacitive ? "capacitive" : "inductive").phase_deg ==
              Approx(capacitive ? 90.0 : -90.0).margin(1e-6));
        CHECK(part(all, capacitive ? "inductive" : "capacitive").state == State::at_most);
    }
}

TEST_CASE("a resonance of 5 ohm at 120 Hz is weighed in: the return within 2 u, u below 0.5 dB") {
    const auto z = [](double hz) {
        const Complex x(0.0, 2.0 * (hz / 120.0 - 120.0 / hz));  // Q of 2
        return 20.0 + 5.0 / (1.0 + x);
    };
    std::vector<LeakPoint> all = points({}, 1e-7);
    std::mt19937_64 random(4);
    std::normal_distribution<double> normal(0.0, 1e-7 / std::numbers::sqrt2);
    for (LeakPoint& p : all) p.leak = -0.2 / (z(p.hz) + 0.2) + Complex(normal(random), normal(random));
    const auto found = leak_causes(all);
    REQUIRE(found.has_value());
    CHECK(std::abs(found->flat + 0.2 / 20.2) < 2.0 * found->u_flat);
    CHECK(found->u_flat < 0.5 / db_per_relative * 0.2 / 20.2);
    CHECK(std::abs(found->rising) < 2.0 * found->u_rising);
    CHECK(found->chi_square > 100.0 * found->degrees_of_freedom);
}

TEST_CASE(
    "truth: 0.35 ohm shared by earbuds of 32 ohm are -39.58 and -39.70 dB of return, nothing capacitive",
    "[truth]") {
    const Measurement m =
        measured(shared("truth/captures/e2e_r07_p37.wav"), shared("truth/programmes/e2e_r07_p37.json"));
    // Zg / (Zs + Zg) of the silent leg, by its driver's share re the driven one's: 0.3 + 0.03 + 0.02 ohm,
    // 2.53 ohm of output, contact and wire, coils of 30.5 and 30.9 ohm.
    const PerSide<double> coil{{30.5, 30.9}};
    for (const Side from : sides) {
        const double there = coil[other(from)], leak = 0.35 / (2.53 + there + 0.35) * there / coil[from];
        CHECK(*part(m.readings, "shared_return", from).value ==
              Approx(AmplitudeRatio{leak}.decibels()).margin(0.02));
        CHECK(*part(m.readings, "shared_return", from).u < 0.02);
        CHECK(part(m.readings, "capacitive", from).state == State::at_most);
        CHECK(*part(m.readings, "capacitive", from).value < -75.0);
    }
}
