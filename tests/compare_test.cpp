// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/compare/beside.hpp"
#include "rig/compare/comparison.hpp"
#include "rig/compare/difference.hpp"
#include "rig/compare/student_t.hpp"
#include "rig/json/json.hpp"
#include "tests/catch.hpp"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

using namespace fourpole;

namespace {

Reading curve(std::vector<Point> points) {
    Reading r;
    r.name = "crosstalk";
    r.unit = "dB";
    r.definition = "crosstalk.sweep@1";
    r.from = Side::left;
    r.to = Side::right;
    r.curve = true;
    r.points = std::move(points);
    return r;
}

Point at(double hz, double db, double u, State state = State::exact) {
    return {hz, db, std::nullopt, u, state};
}

ArmFigure figure(double value, double scatter, int takes, double type_b = 0.0, State state = State::exact) {
    ArmFigure f;
    f.value = value;
    f.scatter = scatter;
    f.takes = takes;
    f.u = std::sqrt(scatter * scatter / takes + type_b * type_b);
    f.state = state;
    f.unit = "dB";
    return f;
}

/// A prediction of `db` +- 0.5 dB (u) at 100, 1000 and 10000 Hz.
Reading predicted(double db) { return curve({at(100, db, 0.5), at(1000, db, 0.5), at(10000, db, 0.5)}); }

Beside beside_flat(double measured_db, double u, State state = State::exact) {
    const std::vector<double> low(3, -40.98), high(3, -39.02);
    return beside("A", curve({at(100, measured_db, u, state), at(1000, measured_db, u, state)}),
                  predicted(-40.0), low, high);
}

}  // namespace

TEST_CASE("Student's t at 97.5 % is 12.706, 4.303, 2.228 and 2.042 for 1, 2, 10 and 30 degrees of freedom") {
    CHECK(student_t_quantile(0.975, 1) == Approx(12.7062).margin(5e-5));
    CHECK(student_t_quantile(0.975, 2) == Approx(4.30265).margin(5e-6));
    CHECK(student_t_quantile(0.975, 10) == Approx(2.22814).margin(5e-6));
    CHECK(student_t_quantile(0.975, 30) == Approx(2.04227).margin(5e-6));
    CHECK(student_t_quantile(0.975, most_degrees_of_freedom) == Approx(1.959966).margin(2e-6));
    CHECK(student_t_quantile(0.025, 10) == Approx(-2.22814).margin(5e-6));
    CHECK(student_t_quantile(0.5, 7) == 0.0);
}

TEST_CASE("Student's t agrees with its closed forms for 1, 2 and 4 degrees of freedom to 1e-6") {
    const double pi = std::acos(-1.0);
    for (const double p : {0.6, 0.9, 0.95, 0.975, 0.995, 0.999}) {
        const double c = 2.0 * p - 1.0;
        const double alpha = 4.0 * p * (1.0 - p);
        const double q = std::cos(std::acos(std::sqrt(alpha)) / 3.0) / std::sqrt(alpha);
        CHECK(student_t_quantile(p, 1) == Approx(std::tan(pi * (p - 0.5))).epsilon(1e-6));
        CHECK(student_t_quantile(p, 2) == Approx(c * std::sqrt(2.0 / (1.0 - c * c))).epsilon(1e-6));
        CHECK(student_t_quantile(p, 4) == Approx(2.0 * std::sqrt(q - 1.0)).epsilon(1e-6));
    }
}

TEST_CASE("the 90 % interval of the truth kit's ten values is 0.00965 to 0.03035 dB") {
    const std::filesystem::path file = std::filesystem::path(FOURPOLE_SHARED) / "truth/vectors/tost.json";
    if (!std::filesystem::exists(file)) {
        WARN("SKIPPED: ../shared absent");
        return;
    }
    std::ifstream in(file);
    const Json kit = Json::parse(std::string(std::istreambuf_iterator<char>(in), {}));
    std::vector<Readings> takes;
    for (const double db : kit["data_db"].get<std::vector<double>>())
        takes.push_back({curve({at(1000, db, 0.0)})});
    const ArmFigure a = band_mean(takes, "crosstalk", std::nullopt, std::nullopt);
    CHECK(*a.value == Approx(kit["mean"].get<double>()).margin(1e-12));
    CHECK(a.scatter == Approx(kit["sd"].get<double>()).margin(1e-12));
    const Difference d = difference(a, figure(0.0, 0.0, 10), 0.90);
    CHECK(d.degrees_of_freedom == Approx(9.0));
    CHECK(d.low == Approx(kit["ci90"][0].get<double>()).margin(1e-9));
    CHECK(d.high == Approx(kit["ci90"][1].get<double>()).margin(1e-9));
}

TEST_CASE("scatters of 1 and 2 dB over 4 takes each give 4.41 degrees of freedom and u = 1.118 dB") {
    // u^2 = 1/4 + 4/4 = 1.25; dof = 1.25^2 / ((1/4)^2 / 3 + 1^2 / 3) = 1.5625 / 0.354167
    const Difference d = difference(figure(-40, 1, 4), figure(-30, 2, 4), 0.95);
    CHECK(*d.value == Approx(-10.0));
    CHECK(d.u == Approx(1.118034).margin(1e-6));
    CHECK(d.degrees_of_freedom == Approx(4.411765).margin(1e-6));
    const double half = 0.5 * (d.high - d.low) / d.u;
    CHECK(half < 2.776);  // t of 4
    CHECK(half > 2.571);  // t of 5
    CHECK(d.state == State::exact);
}

TEST_CASE("equal scatters over 6 takes give 10 degrees of freedom and an interval of 2.228 u") {
    const Difference d = difference(figure(1, 0.5, 6), figure(2, 0.5, 6), 0.95);
    CHECK(d.degrees_of_freedom == Approx(10.0));
    CHECK(d.high == Approx(-1.0 + 2.22814 * 0.5 / std::sqrt(3.0)).margin(1e-5));
}

TEST_CASE("type B uncertainty has unlimited degrees of freedom and repeats do not average it") {
    const Difference d = difference(figure(0, 0.0, 3, 0.3), figure(0, 0.0, 3, 0.4), 0.95);
    CHECK(d.u == Approx(0.5));
    CHECK(d.high == Approx(1.959966 * 0.5).margin(1e-5));
    CHECK(half_width_with(d, 10000) == Approx(d.high).margin(1e-9));
    const Difference mixed = difference(figure(0, 1.0, 4, 0.5), figure(0, 1.0, 4, 0.0), 0.95);
    // 2/n + 0.25 under the root; t of 2 (n - 1) and more
    CHECK(half_width_with(mixed, 10000) == Approx(1.96 * std::sqrt(0.2e-3 + 0.25)).epsilon(1e-3));
}

TEST_CASE("a bound in one arm bounds the difference, bounds in both say nothing") {
    const auto state = [](State a, State b) {
        return difference(figure(0, 1, 3, 0, a), figure(0, 1, 3, 0, b), 0.95).state;
    };
    CHECK(state(State::at_most, State::exact) == State::at_most);
    CHECK(state(State::exact, State::at_most) == State::at_least);
    CHECK(state(State::at_least, State::at_most) == State::at_least);
    CHECK(state(State::at_most, State::at_most) == State::not_measured);
    CHECK(difference(ArmFigure{}, figure(0, 1, 3), 0.95).state == State::not_measured);
}

TEST_CASE("a band mean weighs by ln f: -20, -40 and -40 dB at 100, 1000 and 10000 Hz are -35 dB") {
    const Readings take{
        curve({at(10, 0, 9), at(100, -20, 0.1), at(1000, -40, 0.2), at(10000, -40, 0.1), at(2e4, 0, 9)})};
    const ArmFigure f = band_mean({take, take}, "crosstalk", 100, 10000);
    CHECK(*f.value == Approx(-35.0));  // 1/4, 1/2, 1/4
    CHECK(f.u == Approx(0.15));        // fully correlated, no scatter
    CHECK(f.takes == 2);
    CHECK(f.state == State::exact);
    CHECK(f.unit == "dB");
}

TEST_CASE("a band mean over takes has their scatter, and one bound makes it a bound") {
    const auto take = [](double db, State s = State::exact) {
        return Readings{curve({at(1000, db, 0.0, s)})};
    };
    const ArmFigure f = band_mean({take(-39), take(-40), take(-41)}, "crosstalk", 900, 1100);
    CHECK(*f.value == Approx(-40.0));
    CHECK(f.scatter == Approx(1.0));
    CHECK(f.u == Approx(1.0 / std::sqrt(3.0)));
    CHECK(band_mean({take(-39), take(-40, State::at_most)}, "crosstalk", {}, {}).state == State::at_most);
    CHECK(band_mean({take(-39), take(-40, State::not_measured)}, "crosstalk", {}, {}).state ==
          State::not_measured);
    CHECK(band_mean({take(-39)}, "response", {}, {}).state == State::not_measured);
    CHECK(band_mean({take(-39)}, "crosstalk", 2000, 3000).state == State::not_measured);
    CHECK(band_mean({}, "crosstalk", {}, {}).state == State::not_measured);
}

TEST_CASE(
    "the mean of -40.1, -40.0 and -39.9 dB has u = sqrt(0.03^2 + (4.303 / 1.96)^2 0.1^2 / 3) = 0.130 dB") {
    std::vector<Readings> takes;
    for (const double db : {-40.1, -40.0, -39.9}) takes.push_back({curve({at(1000, db, 0.03)})});
    const auto all = over_repeats(takes);
    REQUIRE(all.size() == 1);
    CHECK(all[0].takes.size() == 3);
    CHECK(all[0].counts == std::vector<int>{3});
    const Point& p = all[0].mean.points.at(0);
    CHECK(*p.value == Approx(-40.0));
    CHECK(*p.u == Approx(std::sqrt(0.0009 + std::pow(4.30265 / 1.959964, 2) * 0.01 / 3)).margin(1e-6));
    CHECK(p.state == State::exact);
}

TEST_CASE(
    "what is known to be systematic does not average, the rest does: 0.03 and 0.04 of 0.05 over 4 takes") {
    std::vector<Readings> takes;
    for (int i = 0; i < 4; ++i) {
        takes.push_back({curve({at(1000, -40.0, 0.05)})});
        takes.back()[0].details.emplace_back("systematic_u", 0.03);
    }
    CHECK(*over_repeats(takes)[0].mean.points[0].u == Approx(std::sqrt(0.0009 + 0.0016 / 4)));
}

TEST_CASE("phases of 179 and -179 degrees average to 180, opposite ones to nothing") {
    const auto take = [](double deg) {
        return Readings{curve({Point{1000.0, -40.0, deg, 0.1, State::exact}})};
    };
    CHECK(std::abs(*over_repeats({take(179), take(-179)})[0].mean.points[0].phase_deg) == Approx(180.0));
    CHECK(*over_repeats({take(-30), take(-50)})[0].mean.points[0].phase_deg == Approx(-40.0));
    CHECK_FALSE(over_repeats({take(0), take(180)})[0].mean.points[0].phase_deg.has_value());
}

TEST_CASE("repeats keep bounds, drop what was not measured and count it") {
    const auto take = [](double db, State s) { return Readings{curve({at(1000, db, 0.1, s)})}; };
    const auto bound =
        over_repeats({take(-80, State::at_most), take(-70, State::at_most), take(-75, State::exact)});
    CHECK(bound[0].mean.points[0].state == State::at_most);
    CHECK(*bound[0].mean.points[0].value == Approx(-70.0));
    const auto two =
        over_repeats({take(-40, State::exact), take(0, State::not_measured), take(-42, State::exact)});
    CHECK(*two[0].mean.points[0].value == Approx(-41.0));
    CHECK(two[0].counts[0] == 2);
    CHECK(std::get<std::int64_t>(*two[0].mean.detail("dropped_points")) == 1);
    const auto none = over_repeats({take(0, State::not_measured), take(0, State::not_measured)});
    CHECK(none[0].mean.points[0].state == State::not_measured);
    CHECK_FALSE(none[0].mean.points[0].value.has_value());
}

TEST_CASE("a sweep's curve and a tone's scalar of the same crosstalk are two figures") {
    Reading tone = curve({at(1000, -41, 0.1)});
    tone.curve = false;
    tone.definition = "crosstalk.selective@1";
    const Readings take{curve({at(1000, -40, 0.1)}), tone};
    const auto all = over_repeats({take, take});
    REQUIRE(all.size() == 2);
    CHECK(*all[0].mean.points[0].value == Approx(-40.0));
    CHECK(*all[1].mean.points[0].value == Approx(-41.0));
}

TEST_CASE("words that differ from take to take are kept side by side") {
    const auto take = [](const std::string& words) {
        Reading r;
        r.name = "wiring";
        r.points = {Point{}};
        r.details = {{"outcome", words}};
        return Readings{r};
    };
    const auto same = over_repeats({take("stereo"), take("stereo")});
    CHECK(std::get<std::string>(*same[0].mean.detail("outcome")) == "stereo");
    CHECK(same[0].mean.points[0].state == State::exact);
    const auto mixed = over_repeats({take("stereo"), take("silence")});
    CHECK(std::get<std::vector<std::string>>(*mixed[0].mean.detail("outcome")).size() == 2);
}

TEST_CASE("z is the distance in combined standard uncertainties: 1.3 dB of hypot(0.5, 1.2) is 1") {
    const Beside b = beside_flat(-38.7, 1.2);
    CHECK(b.z.at(0).value() == Approx(1.0).margin(1e-4));
    CHECK(b.inside.value() == 0.0);
    CHECK(b.state == "model holds");
    CHECK(beside_flat(-39.5, 0.1).inside.value() == 1.0);
}

TEST_CASE("a whole curve 3.4 u off still holds, 3.6 u off does not") {
    CHECK(beside_flat(-38.30, 0.0).state == "model holds");
    CHECK(beside_flat(-38.20, 0.0).state == "model violated");
}

TEST_CASE("of 10,000 good units whose curves move as a whole, 4 are called violated") {
    int violated = 0;
    for (int unit = 0; unit < 10000; ++unit) {
        const double z = student_t_quantile((unit + 0.5) / 10000.0, most_degrees_of_freedom);
        violated += beside_flat(-40.0 + 0.5 * z, 0.0).state == "model violated";
    }
    CHECK(violated == 4);  // beyond 3.5 sigma: 0.0233 % on each side
}

TEST_CASE("one point of twenty 4 u off holds, three of twenty do not") {
    for (const int off : {1, 3}) {
        std::vector<Point> points, expected;
        for (int i = 0; i < 20; ++i) {
            points.push_back(at(100 + i, i < off ? -38.0 : -40.0, 0.0));
            expected.push_back(at(100 + i, -40.0, 0.5));
        }
        const std::vector<double> low(20, -40.98), high(20, -39.02);
        CHECK(beside("A", curve(points), curve(expected), low, high).state ==
              (off == 1 ? "model holds" : "model violated"));
    }
}

TEST_CASE("a bound above the band says nothing against the model, one 4 u below does") {
    CHECK(beside_flat(-35.0, 0.1, State::at_most).state == "model holds");
    CHECK(beside_flat(-40.5, 0.1, State::at_most).state == "model holds");
    CHECK(beside_flat(-42.0, 0.1, State::at_most).state == "model violated");
    CHECK(beside_flat(-42.0, 0.1, State::not_measured).state == "not testable");
    CHECK_FALSE(beside_flat(-35.0, 0.1, State::at_most).inside.has_value());
}

TEST_CASE("between two predicted points the prediction is linear in ln f: -45 dB half way, nothing beyond") {
    const Reading model = curve({at(100, -40, 0.2), at(10000, -50, 0.4)});
    const std::vector<double> low{-41, -52}, high{-39, -48};
    const Beside b =
        beside("A", curve({at(50, 0, 1), at(1000, -45, 0.1), at(20000, 0, 1)}), model, low, high);
    REQUIRE(b.measured.points.size() == 1);
    CHECK(*b.predicted.points[0].value == Approx(-45.0));
    CHECK(*b.predicted.points[0].u == Approx(0.3));
    CHECK(b.low[0] == Approx(-46.5));
    CHECK(b.high[0] == Approx(-43.5));
    CHECK(b.z[0].value() == Approx(0.0).margin(1e-9));
}

TEST_CASE(
    "a population with a long tail downwards is missed where its outer edge is, not 1.53 band edges off") {
    const std::vector<double> low(1, -41.0), high(1, -39.0);
    const Band tail{{-46.0}, {-38.5}};
    const Reading model = curve({at(1000, -40.0, 0.5)});
    const auto at_db = [&](double db, const Band& outer) {
        return beside("A", curve({at(1000, db, 0.0)}), model, low, high, outer);
    };
    CHECK(at_db(-41.0, tail).z[0].value() == Approx(-1.959964).margin(1e-6));
    // Half way from edge to edge: half way from 1.96 to 3.
    CHECK(at_db(-43.5, tail).z[0].value() == Approx(-2.479982).margin(1e-6));
    CHECK(at_db(-46.0, tail).z[0].value() == Approx(-3.0).margin(1e-9));
    // On beyond: 3.5 is half as far again, 48.4.
    CHECK(at_db(-48.3, tail).state == "model holds");
    CHECK(at_db(-48.5, tail).state == "model violated");
    CHECK(at_db(-42.0, {}).state == "model violated");
    // The upper side keeps its own edges, the outer one at least 3 / 1.96 of the inner: 3.5 at 38.21.
    CHECK(at_db(-38.3, tail).state == "model holds");
    CHECK(at_db(-38.1, tail).state == "model violated");
    const auto bound = [&](double db) {
        return beside("A", curve({at(1000, db, 0.1, State::at_most)}), model, low, high, tail).state;
    };
    CHECK(bound(-48.3) == "model holds");
    CHECK(bound(-48.5) == "model violated");
}
