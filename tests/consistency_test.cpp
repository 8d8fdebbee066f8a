// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/compare/consistency.hpp"
#include "rig/files/read_text.hpp"
#include "rig/json/json.hpp"
#include "tests/shared_data.hpp"

#include <array>
#include <cmath>

using namespace fourpole;

namespace {

Json uncertainty_truth() {
    const auto text = read_text(shared("truth/vectors/uncertainty.json"), 1 << 20);
    REQUIRE(text.has_value());
    auto json = parse_json(*text, "uncertainty.json");
    REQUIRE(json.has_value());
    return *json;
}

Reading curve(std::vector<double> values, std::optional<double> u) {
    Reading r;
    r.name = "crosstalk";
    r.unit = "dB";
    r.curve = true;
    double f = 500.0;
    for (const double v : values) r.points.push_back({f *= 2.0, v, {}, u, State::exact});
    return r;
}

}  // namespace

TEST_CASE("z of 0.2 dB with 0.03 and 0.04 dB is 4, and 10 with 0.00105 dB^2 in common") {
    CHECK(*z_score(1.0, 0.03, 0.8, 0.04) == Approx(4.0).epsilon(1e-12));
    // 0.0009 + 0.0016 - 0.0021 = 0.02^2
    CHECK(*z_score(1.0, 0.03, 0.8, 0.04, 0.00105) == Approx(10.0).epsilon(1e-9));
    CHECK_FALSE(z_score(1.0, 0.0, 0.8, 0.0).has_value());
}

TEST_CASE("E_n of 0.2 with U 0.3 and 0.4 is 0.4, and 0.4851 with a covariance of 0.01") {
    CHECK(*en_number(0.2, 0.3, 0.0, 0.4) == Approx(0.4).epsilon(1e-12));
    CHECK(*en_number(0.2, 0.3, 0.0, 0.4, 0.01) == Approx(0.2 / std::sqrt(0.17)).epsilon(1e-12));
    CHECK_FALSE(en_number(0.2, 0.0, 0.0, 0.0).has_value());
}

TEST_CASE("E_n of the truth kit's example is 0.857493 to 1e-12") {
    if (absent(shared("truth/vectors"))) return;
    const Json example = uncertainty_truth().at("en_number").at("example");
    const auto en = en_number(example.at("x_lab").get<double>(), example.at("U_lab").get<double>(),
                              example.at("x_ref").get<double>(), example.at("U_ref").get<double>());
    REQUIRE(en.has_value());
    CHECK(*en == Approx(example.at("E_n").get<double>()).epsilon(1e-12));
}

TEST_CASE("chi-square is exceeded in 5 % of cases above 3.841, 7.815, 18.307 and 124.34") {
    CHECK(chi_square_exceeded(3.841458820694124, 1) == Approx(0.05).epsilon(1e-11));
    CHECK(chi_square_exceeded(7.814727903251178, 3) == Approx(0.05).epsilon(1e-11));
    CHECK(chi_square_exceeded(18.307038053275146, 10) == Approx(0.05).epsilon(1e-11));
    CHECK(chi_square_exceeded(124.34211340400408, 100) == Approx(0.05).epsilon(1e-11));
    // Closed forms: exp(-x/2) for 2, erfc(sqrt(x/2)) for 1, exp(-x/2)(1 + x/2) for 4.
    for (const double x : {0.01, 0.7, 2.9, 3.1, 40.0, 700.0}) {
        CHECK(chi_square_exceeded(x, 2) == Approx(std::exp(-x / 2)).epsilon(1e-12));
        CHECK(chi_square_exceeded(x, 1) == Approx(std::erfc(std::sqrt(x / 2))).epsilon(1e-12));
        CHECK(chi_square_exceeded(x, 4) == Approx(std::exp(-x / 2) * (1 + x / 2)).epsilon(1e-12));
    }
    CHECK(chi_square_exceeded(0.0, 3) == 1.0);
}

TEST_CASE("three differences with a common calibration have chi-square 4.03, not 3.27") {
    if (absent(shared("truth/vectors"))) return;
    const Json example = uncertainty_truth().at("chi_square_correlated");
    const auto d = example.at("differences_db").get<std::vector<double>>();
    std::vector<double> full, diagonal(9, 0.0);
    for (const Json& row : example.at("covariance"))
        for (const Json& value : row) full.push_back(value.get<double>());
    for (std::size_t i = 0; i < 3; ++i) diagonal[4 * i] = full[4 * i];
    const auto with = chi_square(d, full), without = chi_square(d, diagonal);
    REQUIRE(with.has_value());
    REQUIRE(without.has_value());
    CHECK(with->value == Approx(example.at("chi2").get<double>()).epsilon(1e-11));
    CHECK(with->p == Approx(example.at("p").get<double>()).epsilon(1e-11));
    CHECK(with->degrees_of_freedom == example.at("dof").get<int>());
    CHECK(without->value == Approx(example.at("chi2_if_correlation_ignored").get<double>()).epsilon(1e-11));
    CHECK(without->p == Approx(example.at("p_if_ignored").get<double>()).epsilon(1e-11));
}

TEST_CASE("(3, 4) with unit variances has chi-square 25 and p = exp(-12.5)") {
    const auto c = chi_square(std::array{3.0, 4.0}, std::array{1.0, 0.0, 0.0, 1.0});
    REQUIRE(c.has_value());
    CHECK(c->value == Approx(25.0).epsilon(1e-13));
    CHECK(c->degrees_of_freedom == 2);
    CHECK(c->p == Approx(std::exp(-12.5)).epsilon(1e-12));
    CHECK(c->impossible == 0.0);
}

TEST_CASE("a level calibration alone has rank 1: one degree of freedom for three points") {
    const std::vector<double> common(9, 0.01);
    const auto same = chi_square(std::array{0.1, 0.1, 0.1}, common);
    REQUIRE(same.has_value());
    CHECK(same->value == Approx(1.0).epsilon(1e-12));
    CHECK(same->degrees_of_freedom == 1);
    CHECK(same->points == 3);
    CHECK(same->impossible == Approx(0.0).margin(1e-7));
    // (1, 1, 2) standard deviations: 4/sqrt(3) along the common direction with variance 3,
    // sqrt(6 - 16/3) across it, where nothing varies.
    const auto tilted = chi_square(std::array{0.1, 0.1, 0.2}, common);
    REQUIRE(tilted.has_value());
    CHECK(tilted->value == Approx(16.0 / 9.0).epsilon(1e-12));
    CHECK(tilted->degrees_of_freedom == 1);
    CHECK(tilted->impossible == Approx(std::sqrt(2.0 / 3.0)).epsilon(1e-9));
}

TEST_CASE("a point without variance drops out, and its difference is called impossible") {
    const std::array covariance{0.04, 0.0, 0.0, 0.0};
    const auto agrees = chi_square(std::array{0.2, 0.0}, covariance);
    REQUIRE(agrees.has_value());
    CHECK(agrees->value == Approx(1.0).epsilon(1e-12));
    CHECK(agrees->degrees_of_freedom == 1);
    CHECK(agrees->impossible == 0.0);
    const auto differs = chi_square(std::array{0.2, 0.1}, covariance);
    REQUIRE(differs.has_value());
    CHECK(std::isinf(differs->impossible));
}

TEST_CASE("the unit of the points does not matter: millivolts beside kilohertz keep rank 2") {
    // Variances 1e-12 and 1e12, correlation 0.5: (a^2 - a b + b^2) / 0.75 of the scores 1 and 2.
    const auto c = chi_square(std::array{1e-6, 2e6}, std::array{1e-12, 0.5, 0.5, 1e12});
    REQUIRE(c.has_value());
    CHECK(c->degrees_of_freedom == 2);
    CHECK(c->value == Approx((1.0 - 2.0 + 4.0) / 0.75).epsilon(1e-9));
}

TEST_CASE("what is no covariance gives no chi-square: correlation 2, variance -1, nothing varies") {
    CHECK_FALSE(chi_square(std::array{1.0, 1.0}, std::array{1.0, 2.0, 2.0, 1.0}).has_value());
    CHECK_FALSE(chi_square(std::array{1.0}, std::array{-1.0}).has_value());
    CHECK_FALSE(chi_square(std::array{0.0, 0.0}, std::array{0.0, 0.0, 0.0, 0.0}).has_value());
}

TEST_CASE("a measured curve beside its model: calibration 0.04 dB in common, chi-square 3.7603") {
    Reading measured = curve({-40.0, -39.9}, 0.05);
    measured.details.emplace_back("systematic_u", 0.04);
    const Reading predicted = curve({-40.1, -40.1}, 0.1);
    // Diagonal 0.01 + 0.05^2, beside it 0.008 + 0.04^2.
    const auto c = consistency(measured, predicted, std::array{0.01, 0.008, 0.008, 0.01});
    REQUIRE(c.has_value());
    CHECK(c->chi_square.value ==
          Approx((0.0125 * 0.05 - 2 * 0.0096 * 0.02) / (0.0125 * 0.0125 - 0.0096 * 0.0096)).epsilon(1e-9));
    CHECK(c->chi_square.degrees_of_freedom == 2);
    // 0.2 / sqrt(0.1^2 + 0.2^2)
    CHECK(c->largest_en == Approx(0.2 / std::sqrt(0.05)).epsilon(1e-12));
}

TEST_CASE("a curve in volts takes its smallest u for the level that all points share") {
    Reading measured = curve({-1.0, -1.0}, 0.13);
    measured.calibration = "nominal";
    const Reading predicted = curve({-1.2, -1.2}, 0.1);
    // All at once by 0.2: 0.04 / (0.13^2 + 0.002^2 / 2); one against the other: nothing.
    const auto c = consistency(measured, predicted, std::array{0.0, 0.0, 0.0, 0.0});
    REQUIRE(c.has_value());
    CHECK(c->chi_square.value == Approx(0.04 / (0.13 * 0.13 + 2e-6)).epsilon(1e-9));
    // As if every point had a calibration of its own it would be twice that.
    measured.calibration = "raw";
    CHECK(consistency(measured, predicted, std::array{0.0, 0.0, 0.0, 0.0})->chi_square.value ==
          Approx(2.0 * 0.04 / (0.13 * 0.13)).epsilon(1e-9));
}

TEST_CASE("points without uncertainty, bounds and other frequencies stay out of chi-square") {
    Reading measured = curve({-40.0, -39.9, -39.8}, 0.05);
    measured.points[0].u.reset();
    measured.points[1].state = State::at_most;
    const Reading predicted = curve({-40.0, -40.0, -40.0}, 0.1);
    std::vector<double> model(9, 0.0);
    for (std::size_t i = 0; i < 3; ++i) model[4 * i] = 0.0375;
    const auto one = consistency(measured, predicted, model);
    REQUIRE(one.has_value());
    CHECK(one->chi_square.points == 1);
    CHECK(one->chi_square.value == Approx(1.0).epsilon(1e-12));  // 0.2^2 / (0.05^2 + 0.0375)
    measured.calibration = "nominal";                            // one point: its u, as common as own
    CHECK(consistency(measured, predicted, model)->chi_square.value == Approx(1.0).epsilon(1e-3));
    measured.points[2].at = 4001.0;
    CHECK_FALSE(consistency(measured, predicted, model).has_value());
}
