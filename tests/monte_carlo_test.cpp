// SPDX-License-Identifier: GPL-3.0-or-later
// Law of propagation and Monte Carlo, on the guides' own examples and on closed forms.
#include "rig/model/monte_carlo.hpp"
#include "rig/files/read_text.hpp"
#include "rig/json/json.hpp"
#include "rig/model/propagation.hpp"
#include "rig/model/random.hpp"
#include "rig/model/readings.hpp"
#include "tests/shared_data.hpp"

#include <array>
#include <cmath>
#include <numbers>
#include <numeric>

using namespace fourpole;
using Spread = Figure::Spread;

namespace {

Figure figure(double value, double tolerance, Spread spread = Spread::uniform) {
    Figure f;
    f.value = value;
    f.tolerance = tolerance;
    f.spread = spread;
    return f;
}
Figure normal(double value, double u) { return figure(value, 2.0 * u, Spread::normal); }
Figure rectangular(double value, double u) { return figure(value, std::sqrt(3.0) * u); }
Figure grouped(Figure f, double correlation) {
    f.group = "g";
    f.correlation = correlation;
    return f;
}

std::vector<double> sum(std::span<const double> x) { return {std::accumulate(x.begin(), x.end(), 0.0)}; }

Json uncertainty_truth() {
    const auto text = read_text(shared("truth/vectors/uncertainty.json"), 1 << 20);
    REQUIRE(text.has_value());
    auto json = parse_json(*text, "uncertainty.json");
    REQUIRE(json.has_value());
    return *json;
}

/// Calibration of a mass (JCGM 101, 9.3), milligrams.
std::vector<double> mass(std::span<const double> x) {
    const double reference = x[0], added = x[1], air = x[2], weight = x[3], ref_density = x[4];
    return {(reference + added) * (1.0 + (air - 1.2) * (1.0 / weight - 1.0 / ref_density)) - 100000.0};
}
std::vector<Figure> mass_inputs() {
    return {normal(100000.0, 0.05), normal(1.234, 0.02), figure(1.2, 0.1), figure(8000.0, 1000.0),
            figure(8000.0, 50.0)};
}

MonteCarloOrder to_tolerance(double tolerance) {
    MonteCarloOrder order;
    order.tolerance = tolerance;
    return order;
}

/// The vectors were computed with 4e6 trials of their own.
void agrees(const Distribution& got, const Json& truth) {
    const double u = truth.at("u").get<double>();
    CHECK(got.u == Approx(u).epsilon(2e-3));
    CHECK(got.mean == Approx(truth.at("mean").get<double>()).margin(3e-3 * u));
    // 3e-3 of the half-width, each end.
    const double half =
        0.5 * (truth.at("symmetric95")[1].get<double>() - truth.at("symmetric95")[0].get<double>());
    CHECK(got.low == Approx(truth.at("symmetric95")[0].get<double>()).margin(4e-3 * half));
    CHECK(got.high == Approx(truth.at("symmetric95")[1].get<double>()).margin(4e-3 * half));
    // The shortest interval slides along a flat top; its length does not.
    const double low = truth.at("shortest95")[0].get<double>(),
                 high = truth.at("shortest95")[1].get<double>();
    CHECK(got.shortest_low == Approx(low).margin(0.02 * half));
    CHECK(got.shortest_high == Approx(high).margin(0.02 * half));
    CHECK(got.shortest_high - got.shortest_low == Approx(high - low).epsilon(0.01));
}

}  // namespace

TEST_CASE("Philox4x32-10 gives the published words for three counters and keys") {
    // Known answers that come with the authors' Random123.
    using Words = std::array<std::uint32_t, 4>;
    CHECK(philox({0, 0, 0, 0}, {0, 0}) == Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
    CHECK(philox({~0U, ~0U, ~0U, ~0U}, {~0U, ~0U}) == Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
    CHECK(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
          Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("random points lie inside (0, 1) to the last bit, and differ by seed, trial and axis") {
    CHECK(to_open_unit_interval(~std::uint64_t{0}) < 1.0);
    CHECK(to_open_unit_interval(0) > 0.0);
    const double one = random_point(1, 2, 3);
    CHECK(random_point(1, 2, 3) == one);
    CHECK(random_point(2, 2, 3) != one);
    CHECK(random_point(1, 3, 3) != one);
    CHECK(random_point(1, 2, 2) != one);
    CHECK(random_point(1, 2 + (std::uint64_t{1} << 32U), 3) != one);
    CHECK(random_point(1 + (std::uint64_t{1} << 32U), 2, 3) != one);
}

TEST_CASE("100,000 random points have mean 1/2 and variance 1/12 within 4 sigma, neighbours none in common") {
    constexpr int n = 100'000;
    double mean = 0.0, square = 0.0, axes = 0.0, trials = 0.0;
    for (int t = 0; t < n; ++t) {
        const auto trial = static_cast<std::uint64_t>(t);
        const double x = random_point(7, trial, 0) - 0.5, y = random_point(7, trial, 1) - 0.5,
                     next = random_point(7, trial + 1, 0) - 0.5;
        mean += x / n;
        square += x * x / n;
        axes += 12.0 * x * y / n;
        trials += 12.0 * x * next / n;
    }
    CHECK(std::abs(mean) < 4.0 * std::sqrt(1.0 / 12.0 / n));
    CHECK(square == Approx(1.0 / 12.0).margin(4.0 * std::sqrt(1.0 / 180.0 / n)));
    CHECK(std::abs(axes) < 4.0 / std::sqrt(static_cast<double>(n)));
    CHECK(std::abs(trials) < 4.0 / std::sqrt(static_cast<double>(n)));
}

TEST_CASE("the EA-4/02 budget of a 10 kg weight has u = 0.02915 g") {
    if (absent(shared("truth/vectors"))) return;
    const Json budget = uncertainty_truth().at("gum_budget_EA4-02_S2_10kg");
    std::vector<Figure> inputs;
    for (const Json& u : budget.at("components_g")) inputs.push_back(normal(0.0, u.get<double>()));
    const auto p = propagate(inputs, sum);
    REQUIRE(p.has_value());
    CHECK(p->u[0] == Approx(budget.at("combined_g_here").get<double>()).epsilon(1e-12));
    // As printed by the source, whose pooled repeatability has more digits.
    CHECK(p->u[0] == Approx(0.0291465131827805).margin(3e-6));
    CHECK(2.0 * p->u[0] == Approx(0.058).margin(5e-4));
}

TEST_CASE("first order gives a mass u = 0.0539 mg, and sees nothing of the densities") {
    const auto p = propagate(mass_inputs(), mass);
    REQUIRE(p.has_value());
    // At 1.2 kg/m3 of air the derivatives by the densities vanish: sqrt(0.05^2 + 0.02^2).
    CHECK(p->u[0] == Approx(std::hypot(0.05, 0.02)).epsilon(1e-7));
    CHECK(p->value[0] == Approx(1.234).epsilon(1e-9));
    CHECK(p->contributions[0] == Approx(0.05).epsilon(1e-7));
    CHECK(p->contributions[3] == Approx(0.0).margin(1e-9));
}

TEST_CASE("correlated inputs: sum of two with u 1 and r 0.5 is sqrt(3), difference with r 1 is 0") {
    const std::array half{grouped(normal(0.0, 1.0), 0.5), grouped(normal(0.0, 1.0), 0.5)};
    CHECK(propagate(half, sum)->u[0] == Approx(std::sqrt(3.0)).epsilon(1e-10));
    const std::array one{grouped(normal(5.0, 1.0), 1.0), grouped(normal(3.0, 1.0), 1.0)};
    const auto difference = propagate(one, [](std::span<const double> x) {
        return std::vector{x[0] - x[1], x[0] + x[1]};
    });
    REQUIRE(difference.has_value());
    CHECK(difference->u[0] == Approx(0.0).margin(1e-7));
    CHECK(difference->u[1] == Approx(2.0).epsilon(1e-10));
    CHECK(difference->covariance[1] == Approx(0.0).margin(1e-9));
}

TEST_CASE("two uniform figures with 0.9 between their scores have 0.8915 between their values") {
    // 6/pi asin(0.45) = 0.891456; u of the sum = sqrt(2 (1 + r)) u.
    const double r = 6.0 / std::numbers::pi * std::asin(0.45);
    CHECK(r == Approx(0.891456).margin(5e-7));
    const std::array pair{grouped(rectangular(0.0, 1.0), 0.9), grouped(rectangular(0.0, 1.0), 0.9)};
    const double u = std::sqrt(2.0 * (1.0 + r));
    CHECK(propagate(pair, sum)->u[0] == Approx(u).epsilon(1e-9));
    const auto drawn = monte_carlo(pair, sum, to_tolerance(0.01));
    REQUIRE(drawn.has_value());
    CHECK(drawn->outputs[0].u == Approx(u).epsilon(5e-3));
    // One of each: sqrt(3/pi) 0.9 = 0.8795.
    const std::array mixed{grouped(rectangular(0.0, 1.0), 0.9), grouped(normal(0.0, 1.0), 0.9)};
    const double both = std::sqrt(2.0 + 2.0 * 0.9 * std::sqrt(3.0 / std::numbers::pi));
    CHECK(propagate(mixed, sum)->u[0] == Approx(both).epsilon(1e-9));
    CHECK(monte_carlo(mixed, sum, to_tolerance(0.01))->outputs[0].u == Approx(both).epsilon(5e-3));
}

TEST_CASE("a log-normal factor of 2 has u ln(2)/1.96 of its logarithm in first order") {
    const auto p = propagate(std::array{figure(10.0, 1.0, Spread::log_normal)},
                             [](std::span<const double> x) { return std::vector{std::log(x[0])}; });
    REQUIRE(p.has_value());
    CHECK(p->u[0] == Approx(std::log(2.0) / 1.959963984540054).epsilon(1e-9));
}

TEST_CASE("JCGM 101, 9.2: sums of four normal, four rectangular and three with one ten times as wide") {
    if (absent(shared("truth/vectors"))) return;
    const Json truth = uncertainty_truth().at("jcgm101_examples_recomputed_4e6_trials");
    const std::array four_normal{normal(0, 1), normal(0, 1), normal(0, 1), normal(0, 1)};
    const auto a = monte_carlo(four_normal, sum, to_tolerance(0.008));
    REQUIRE(a.has_value());
    CHECK(a->stable);
    agrees(a->outputs[0], truth.at("four_normal"));
    const std::array four{rectangular(0, 1), rectangular(0, 1), rectangular(0, 1), rectangular(0, 1)};
    const auto b = monte_carlo(four, sum, to_tolerance(0.005));
    REQUIRE(b.has_value());
    CHECK(b->stable);
    agrees(b->outputs[0], truth.at("four_rectangular"));
    const std::array wide{rectangular(0, 1), rectangular(0, 1), rectangular(0, 1), rectangular(0, 10)};
    const auto c = monte_carlo(wide, sum, to_tolerance(0.025));
    REQUIRE(c.has_value());
    CHECK(c->stable);
    agrees(c->outputs[0], truth.at("three_rect_one_ten_times"));
    // First order with k = 1.96 would claim +-19.9 there.
    CHECK(1.96 * propagate(wide, sum)->u[0] == Approx(19.9).margin(0.05));
    CHECK(c->outputs[0].high < 17.2);
}

TEST_CASE("JCGM 101, 9.3: a mass has u = 0.0755 mg and 95 % within 1.0845 to 1.3835 mg") {
    if (absent(shared("truth/vectors"))) return;
    const Json truth = uncertainty_truth().at("jcgm101_examples_recomputed_4e6_trials");
    const auto m = monte_carlo(mass_inputs(), mass, to_tolerance(0.0004));
    REQUIRE(m.has_value());
    CHECK(m->stable);
    agrees(m->outputs[0], truth.at("mass_calibration"));
}

TEST_CASE("a normal of u 1 has its 95 % ends at 1.95996 within the stated error of 0.01") {
    const auto m = monte_carlo(std::array{normal(3.0, 1.0)}, sum, to_tolerance(0.01));
    REQUIRE(m.has_value());
    CHECK(m->stable);
    const Distribution& d = m->outputs[0];
    CHECK(d.error <= 0.01);
    CHECK(d.low == Approx(3.0 - 1.959964).margin(0.01));
    CHECK(d.high == Approx(3.0 + 1.959964).margin(0.01));
    CHECK(d.shortest_high - d.shortest_low == Approx(2 * 1.959964).margin(0.03));
    CHECK(d.shortest_high - d.shortest_low <= d.high - d.low);
    // s of an end over blocks of 10,000 is 0.027: (2 x 0.027 / 0.01)^2 = 28 blocks, give or take.
    CHECK(m->trials >= 100'000);
    CHECK(m->trials <= 600'000);
}

TEST_CASE("the same seed gives the same bits on 1, 2 and 5 threads, another seed others", "[repeated]") {
    MonteCarloOrder order = to_tolerance(0.05);
    std::vector<MonteCarlo> runs;
    for (const unsigned threads : {1U, 2U, 5U}) {
        order.threads = threads;
        runs.push_back(*monte_carlo(mass_inputs(), mass, order));
    }
    for (const MonteCarlo& run : runs) {
        CHECK(run.trials == runs[0].trials);
        CHECK(run.outputs[0].mean == runs[0].outputs[0].mean);
        CHECK(run.outputs[0].u == runs[0].outputs[0].u);
        CHECK(run.outputs[0].low == runs[0].outputs[0].low);
        CHECK(run.outputs[0].shortest_high == runs[0].outputs[0].shortest_high);
    }
    order.seed = 2;
    CHECK(monte_carlo(mass_inputs(), mass, order)->outputs[0].mean != runs[0].outputs[0].mean);
}

TEST_CASE("a tolerance that 20,000 trials cannot reach is reported as not stable, with the error they have") {
    MonteCarloOrder order = to_tolerance(1e-9);
    order.most_trials = 20'000;
    const auto m = monte_carlo(std::array{normal(0.0, 1.0)}, sum, order);
    REQUIRE(m.has_value());
    CHECK(m->trials == 20'000);
    CHECK_FALSE(m->stable);
    CHECK(m->outputs[0].error > 1e-3);
}

TEST_CASE("without a tolerance two digits of u decide: 0.0755 asks for 0.0005, 2.0 for 0.05") {
    CHECK(numerical_tolerance(0.0755) == Approx(0.0005).epsilon(1e-12));
    CHECK(numerical_tolerance(2.0) == Approx(0.05).epsilon(1e-12));
    CHECK(numerical_tolerance(0.00996) == Approx(0.0005).epsilon(1e-12));  // rounds to 0.010
    CHECK(numerical_tolerance(10.15) == Approx(0.5).epsilon(1e-12));
    CHECK(numerical_tolerance(0.0) == 0.0);
}

TEST_CASE("Monte Carlo refuses a coverage of 1, a tolerance of 0 and a model without a number") {
    MonteCarloOrder order;
    order.coverage = 1.0;
    CHECK_FALSE(monte_carlo(std::array{normal(0, 1)}, sum, order).has_value());
    CHECK_FALSE(monte_carlo(std::array{normal(0, 1)}, sum, to_tolerance(0.0)).has_value());
    const auto nan = monte_carlo(std::array{normal(0, 1)},
                                 [](std::span<const double> x) { return std::vector{std::sqrt(x[0])}; });
    REQUIRE_FALSE(nan.has_value());
    CHECK(nan.error().what.find("not finite") != std::string::npos);
}

TEST_CASE("1 +- 0.5 ohm before 16 ohm has u = 0.1475 dB in first order, by hand") {
    Circuit c;
    c.plug = {"trs", "", {{"T", "L+"}, {"R1", "R+"}, {"S", "C"}}};
    c.jack = {"3-contact", "", {{"T", "aL"}, {"R1", "aR"}, {"S", "G"}}};
    c.stage.output_resistance_ohm = figure(1.0, 0.5);
    for (const Side s : sides) c.drivers[s].coil_resistance_ohm.value = 16.0;
    const auto p =
        propagate(c, Curve{Curve::Kind::response, Side::left, Side::left}, std::array{100.0, 1000.0});
    REQUIRE(p.has_value());
    // d(20 log10(16 / (16 + R))) = -8.6859 dR / 17, u(R) = 0.5 / sqrt(3).
    CHECK(p->u[1] == Approx(8.685889638065035 / 17.0 * 0.5 / std::sqrt(3.0)).epsilon(1e-6));
    CHECK(p->covariance[1] == Approx(p->u[0] * p->u[1]).epsilon(1e-9));
}
