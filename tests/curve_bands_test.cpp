// SPDX-License-Identifier: GPL-3.0-or-later
// Bands along whole curves: simultaneous, adaptive, with their covariance.
#include "rig/compare/consistency.hpp"
#include "rig/model/block_of_draws.hpp"
#include "rig/model/model.hpp"
#include "rig/model/order_statistics.hpp"
#include "rig/model/population.hpp"
#include "rig/model/propagation.hpp"
#include "rig/model/random.hpp"
#include "rig/model/readings.hpp"
#include "tests/bare_circuits.hpp"
#include "tests/catch.hpp"

#include <sys/resource.h>

#include <array>
#include <cmath>
#include <random>

using namespace fourpole;
using Spread = Figure::Spread;

namespace {

constexpr std::size_t own_left = 4;  // response of the left side, after four transfers

/// 1 +- 0.5 ohm in front of 16 ohm, and nothing else uncertain.
Circuit one_part() {
    Circuit c = three_pole(16.0);
    c.stage.output_resistance_ohm = figure(1.0, 0.5);
    return c;
}

/// At 1 Hz only the capacitor counts (1.6 kilohm), at 20 kHz only the resistor (80 milliohm).
Circuit two_parts() {
    Circuit c = one_part();
    c.stage.output_resistance_ohm = figure(1.0, 0.02, Spread::normal);
    c.stage.coupling_capacitance_f = figure(100e-6, 2e-6, Spread::normal);
    return c;
}

/// Small normal tolerances: first order is enough.
Circuit gentle() {
    Circuit c = two_parts();
    c.contacts.sleeve_ohm = figure(0.2, 0.02, Spread::normal);
    c.cable.common_return_ohm = figure(0.3, 0.02, Spread::normal);
    for (const Side s : sides) {
        c.drivers[s].coil_resistance_ohm = figure(16.0, 0.2, Spread::normal);
        c.drivers[s].coil_inductance_h = figure(30e-6, 1e-6, Spread::normal);
    }
    return c;
}

std::vector<double> octaves() {
    std::vector<double> f;
    for (int k = -5; k <= 4; ++k) f.push_back(1000.0 * std::exp2(k));
    return f;
}

BandOrder draws(std::size_t count) {
    BandOrder order;
    order.draws = count;
    return order;
}

void same_bits(const Prediction& a, const Prediction& b) {
    CHECK(a.draws == b.draws);
    CHECK(a.end_error_db == b.end_error_db);
    for (std::size_t c = 0; c < a.curves.size(); ++c) {
        CHECK(a.curves[c].low == b.curves[c].low);
        CHECK(a.curves[c].high == b.curves[c].high);
        CHECK(a.curves[c].simultaneous.low == b.curves[c].simultaneous.low);
        CHECK(a.curves[c].simultaneous.high == b.curves[c].simultaneous.high);
        CHECK(a.curves[c].simultaneous_factor == b.curves[c].simultaneous_factor);
        CHECK(a.curves[c].covariance == b.curves[c].covariance);
    }
}

double peak_megabytes() {
    rusage use{};
    getrusage(RUSAGE_SELF, &use);
    return static_cast<double>(use.ru_maxrss) / 1024.0;
}

}  // namespace

TEST_CASE("a curve that moves as one has the same band at one frequency and at all: factor 1") {
    const auto p = predict(one_part(), std::array{100.0, 1000.0, 10000.0});
    REQUIRE(p.has_value());
    const PredictedCurve& own = p->curves[own_left];
    CHECK(*own.simultaneous_factor == Approx(1.0).margin(0.005));
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(own.simultaneous.low[i] == Approx(own.low[i]).margin(0.002));
        CHECK(own.simultaneous.high[i] == Approx(own.high[i]).margin(0.002));
    }
}

TEST_CASE("two frequencies that move apart need a band 1.141 times as wide") {
    // (2 Phi(c) - 1)^2 = 0.95 at c = 2.2365, 1.9600 for one frequency alone.
    const auto p = predict(two_parts(), std::array{1.0, 20000.0}, draws(20'000));
    REQUIRE(p.has_value());
    const PredictedCurve& own = p->curves[own_left];
    CHECK(*own.simultaneous_factor == Approx(2.2365 / 1.959964).margin(0.02));
    for (std::size_t i = 0; i < 2; ++i) {
        const double pointwise = own.high[i] - own.low[i];
        CHECK(own.simultaneous.high[i] - own.simultaneous.low[i] ==
              Approx(pointwise * *own.simultaneous_factor).epsilon(1e-9));
        CHECK(own.simultaneous.low[i] < own.low[i]);
        CHECK(own.simultaneous.high[i] > own.high[i]);
    }
}

TEST_CASE("a lopsided band stays lopsided when it is widened for the whole curve") {
    Circuit c = two_parts();
    c.stage.output_resistance_ohm = figure(4.0, 3.0, Spread::log_normal);
    const auto p = predict(c, std::array{1.0, 20000.0}, draws(10'000));
    REQUIRE(p.has_value());
    const PredictedCurve& own = p->curves[own_left];
    const double nominal = *own.nominal.points[1].value;
    // 16 ohm takes 3 dB more from 20 ohm, 0.4 dB less from 2: down far, up little.
    CHECK(nominal - own.simultaneous.low[1] > 2.0 * (own.simultaneous.high[1] - nominal));
    CHECK(own.simultaneous.high[1] < 0.0);  // more than the EMF can nobody get
}

TEST_CASE("without tolerances a simultaneous band is the curve, without a factor") {
    Circuit c = one_part();
    c.stage.output_resistance_ohm.tolerance = 0.0;
    const auto p = predict(c, std::array{1000.0});
    REQUIRE(p.has_value());
    CHECK(p->draws == 0);
    CHECK_FALSE(p->curves[own_left].simultaneous_factor.has_value());
    CHECK(p->curves[own_left].simultaneous.low[0] == *p->curves[own_left].nominal.points[0].value);
}

TEST_CASE("bands come out to the last bit on 1, 2 and 5 threads, in one block and in three") {
    for (const std::size_t count : {std::size_t{1000}, std::size_t{9000}}) {
        BandOrder order = draws(count);
        order.covariance = true;  // blocks of 4096 at most
        order.threads = 1;
        const auto one = predict(gentle(), octaves(), order);
        REQUIRE(one.has_value());
        CHECK(one->draws == count);
        CHECK(one->end_error_db.has_value() == (count > 4096));
        for (const unsigned threads : {2U, 5U}) {
            order.threads = threads;
            same_bits(*one, *predict(gentle(), octaves(), order));
        }
        order.seed = 1;
        CHECK(predict(gentle(), octaves(), order)->curves[0].low != one->curves[0].low);
    }
}

TEST_CASE("a response that is silent at one frequency has the band of the others, its transfer of all") {
    Circuit c = one_part();
    c.stage.coupling_capacitance_f = figure(1e-6, 2e-7);
    const auto p = predict(c, std::array{0.5, 20000.0}, draws(10'000));
    REQUIRE(p.has_value());
    const PredictedCurve &transfer = p->curves[0], &response = p->curves[own_left];
    CHECK(response.nominal.points[0].state == State::not_measured);
    CHECK(*response.simultaneous_factor == Approx(1.0).margin(0.005));
    CHECK(*transfer.simultaneous_factor > 1.02);
    CHECK(response.low[1] == transfer.low[1]);
}

TEST_CASE("a draw stands in half-widths of the band on its own side of the median") {
    const BandEnds ends{.low = -1.0, .median = 0.0, .high = 4.0};
    std::vector<double> largest{0.0, 0.0, 3.0};
    raise_scores(std::array{2.0, -2.0, 4.0}, ends, largest);
    CHECK(largest == std::vector<double>{0.5, 2.0, 3.0});
}

TEST_CASE("the five quantiles of a band stand where sorting puts them, to the last bit") {
    // Hazen: the k-th of n in order is the quantile at (k - 1/2) / n.
    const auto sorted_at = [](std::vector<double> x, double q) {
        std::sort(x.begin(), x.end());
        const auto n = static_cast<double>(x.size());
        const double place = std::clamp(q * n - 0.5, 0.0, n - 1.0);
        const auto k = static_cast<std::size_t>(place);
        return k + 1 == x.size() ? x[k] : x[k] + (place - static_cast<double>(k)) * (x[k + 1] - x[k]);
    };
    const auto same = [&](const std::vector<double>& x) {
        const BandEnds ends = band_ends(x);
        INFO(x.size() << " values from " << x.front());
        CHECK(ends.low == sorted_at(x, 0.025));
        CHECK(ends.median == sorted_at(x, 0.5));
        CHECK(ends.high == sorted_at(x, 0.975));
        // 3 sigma of a normal; the last digit of one less than a share is rounding.
        CHECK(ends.lowest == Approx(sorted_at(x, 0.00134989803163009)).epsilon(1e-12));
        CHECK(ends.highest == Approx(sorted_at(x, 0.99865010196837)).epsilon(1e-12));
    };
    std::mt19937 random(4);
    for (const std::size_t n : {1U, 2U, 3U, 4U, 5U, 19U, 20U, 21U, 40U, 41U, 999U, 1000U}) {
        std::vector<double> even(n), alike(n), tailed(n), silent(n, -300.0), close(n);
        for (std::size_t k = 0; k < n; ++k) {
            even[k] = static_cast<double>(random() % 100'000);
            alike[k] = static_cast<double>(random() % 3);
            tailed[k] = -std::pow(even[k] / 1e5 + 1e-9, -3.0);      // all but a few in the last bin
            close[k] = 5e-324 * static_cast<double>(random() % 9);  // a span that nothing can be divided by
        }
        for (const auto& x : {even, alike, tailed, silent, close}) same(x);
    }
}

TEST_CASE("the adaptive procedure stops at 0.01 dB, or says that 50,000 draws were not enough") {
    BandOrder order;
    order.stable_to_db = 0.01;
    const auto p = predict(one_part(), std::array{1000.0}, order);
    REQUIRE(p.has_value());
    CHECK(p->stable);
    REQUIRE(p->end_error_db.has_value());
    CHECK(*p->end_error_db <= 0.01);
    CHECK(p->draws >= 50'000);
    CHECK(p->draws % 10'000 == 0);
    // 0.525 and 1.475 ohm, by hand.
    CHECK(p->curves[own_left].low[0] == Approx(-0.7658).margin(0.01));
    CHECK(p->curves[own_left].high[0] == Approx(-0.2804).margin(0.01));
    order.stable_to_db = 1e-9;
    order.most_draws = 20'000;
    const auto short_of = predict(one_part(), std::array{1000.0}, order);
    REQUIRE(short_of.has_value());
    CHECK_FALSE(short_of->stable);
    CHECK(short_of->draws == 50'000);
    CHECK(*short_of->end_error_db > 1e-9);
}

TEST_CASE("the covariance of 4096 draws is that of first order where the tolerances are small") {
    BandOrder order = draws(4096);
    order.covariance = true;
    const auto p = predict(gentle(), octaves(), order);
    REQUIRE(p.has_value());
    const std::vector<Curve> curves = predicted_curves();
    const std::size_t n = octaves().size();
    for (std::size_t c = 0; c < curves.size(); ++c) {
        const auto linear = propagate(gentle(), curves[c], octaves());
        REQUIRE(linear.has_value());
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t j = 0; j < n; ++j) {
                // A drawn covariance scatters by u_i u_j sqrt((1 + r^2) / 4096), at most 2.2 %.
                INFO("curve " << c << ", points " << i << " and " << j);
                CHECK(p->curves[c].covariance[i * n + j] ==
                      Approx(linear->covariance[i * n + j]).margin(0.09 * linear->u[i] * linear->u[j]));
            }
    }
}

TEST_CASE("a covariance over 257 frequencies is refused, over 256 it is not") {
    BandOrder order = draws(16);
    order.covariance = true;
    const std::vector<double> many(257, 1000.0);
    CHECK(predict(one_part(), std::span(many).first(256), order).has_value());
    const auto refused = predict(one_part(), many, order);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().kind == Fault::Kind::bad_input);
    CHECK(refused.error().what.find("up to 256") != std::string::npos);
}

TEST_CASE("100,000 draws take no more memory than 10,000 do", "[repeated]") {
    std::vector<double> f(16, 1000.0);
    REQUIRE(predict(one_part(), f, draws(10'000)).has_value());
    const double before = peak_megabytes();
    REQUIRE(predict(one_part(), f, draws(100'000)).has_value());
    // Kept whole, the draws would be 100,000 x 16 x 4 x 8 bytes = 51 MB instead of 5.
    CHECK(peak_megabytes() - before < 15.0);
}

TEST_CASE("200 units measured with 0.01 dB of noise have chi-square = degrees of freedom, p evenly spread") {
    BandOrder order = draws(8192);
    order.covariance = true;
    const auto p = predict(gentle(), octaves(), order);
    REQUIRE(p.has_value());
    const auto population = Population::of(gentle());
    REQUIRE(population.has_value());
    constexpr double noise = 0.01;
    double sum = 0.0;
    int below = 0;
    for (std::uint64_t k = 0; k < 200; ++k) {
        const Circuit unit = population->unit(first_predicted_unit + k, 99);
        const auto solved = solve(unit, octaves());
        REQUIRE(solved.has_value());
        Reading measured = readings_of(*solved, octaves(), unit.stage.emf_v)[own_left];
        for (std::size_t i = 0; i < measured.points.size(); ++i) {
            Point& point = measured.points[i];
            *point.value += noise * normal_quantile(random_point(5, k, static_cast<std::uint32_t>(i)));
            point.u = noise;
        }
        measured.calibration = "raw";  // all of u is the points' own
        const auto c = consistency(measured, p->curves[own_left].nominal, p->curves[own_left].covariance);
        REQUIRE(c.has_value());
        CHECK(c->chi_square.degrees_of_freedom == 10);
        sum += c->chi_square.value;
        below += c->chi_square.p < 0.05;
    }
    CHECK(sum / 200.0 == Approx(10.0).margin(4.0 * std::sqrt(20.0 / 200.0)));
    CHECK(below / 200.0 == Approx(0.05).margin(4.0 * std::sqrt(0.05 * 0.95 / 200.0)));
}
