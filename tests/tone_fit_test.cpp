// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/analysis/tone_fit.hpp"
#include "rig/analysis/normal_equations.hpp"
#include "tests/catch.hpp"

#include <cmath>
#include <complex>
#include <numbers>
#include <random>
#include <vector>

using namespace fourpole;

namespace {

constexpr double pi = std::numbers::pi;
constexpr double rate = 48000.0;

struct Line {
    double hz, amplitude, phase;  ///< of a cosine at sample 0
};

std::vector<double> made(std::size_t n, const std::vector<Line>& lines, double scale, double noise_rms = 0.0,
                         unsigned seed = 1) {
    std::vector<double> out(n, 0.01);
    std::mt19937_64 random(seed);
    std::normal_distribution<double> noise(0.0, noise_rms > 0.0 ? noise_rms : 1.0);
    for (std::size_t i = 0; i < n; ++i) {
        const double t = static_cast<double>(i) / rate;
        for (const Line& l : lines) out[i] += l.amplitude * std::cos(2.0 * pi * scale * l.hz * t + l.phase);
        if (noise_rms > 0.0) out[i] += noise(random);
    }
    return out;
}

double phase_at_centre(const Line& l, double scale, std::size_t n) {
    return l.phase + 2.0 * pi * scale * l.hz * 0.5 * (static_cast<double>(n) - 1.0) / rate;
}

}  // namespace

TEST_CASE("three tones that fit no bin come back to 1e-11, with their clock of -37.31 ppm to 1e-12") {
    const std::vector<Line> lines{{997.0, 0.5, 0.3}, {1994.0, 1e-3, -1.0}, {61.7, 0.2, 2.0}};
    const double scale = 1.0 - 37.31e-6;
    const auto y = made(50'001, lines, scale);
    const auto start = coarse_scale(y, rate, 997.0, 500.0);
    REQUIRE(start.has_value());
    CHECK(std::abs(*start - scale) < 0.1 / (997.0 * 50'001 / rate));
    const std::vector<double> f{997.0, 1994.0, 61.7};
    const auto fit = fit_tones(y, rate, f, *start, ToneClock::free);
    REQUIRE(fit.has_value());
    CHECK(std::abs(fit->scale - scale) < 1e-12);
    CHECK(fit->constant == Approx(0.01).margin(1e-12));
    for (std::size_t k = 0; k < lines.size(); ++k) {
        CHECK(std::abs(fit->phasors[k]) == Approx(lines[k].amplitude).margin(1e-11));
        CHECK(std::abs(std::remainder(std::arg(fit->phasors[k]) - phase_at_centre(lines[k], scale, y.size()),
                                      2.0 * pi)) < 1e-8);
    }
    for (const double r : fit->rest) REQUIRE(std::abs(r) < 1e-10);
}

TEST_CASE("two tones 1.3 bins apart are told apart, two of one frequency are not") {
    const std::vector<Line> lines{{1000.0, 0.5, 0.3}, {1001.3, 0.25, 1.0}};
    const auto y = made(48'000, lines, 1.0);
    const auto fit = fit_tones(y, rate, std::vector{1000.0, 1001.3}, 1.0, ToneClock::given);
    REQUIRE(fit.has_value());
    CHECK(std::abs(fit->phasors[0]) == Approx(0.5).margin(1e-11));
    CHECK(std::abs(fit->phasors[1]) == Approx(0.25).margin(1e-11));
    CHECK(fit->u_scale == 0.0);
    CHECK_FALSE(fit_tones(y, rate, std::vector{1000.0, 1000.0}, 1.0, ToneClock::given).has_value());
    CHECK_FALSE(fit_tones(std::span(y).first(6), rate, std::vector{1000.0, 1001.3}, 1.0, ToneClock::given)
                    .has_value());
}

TEST_CASE("200 noisy tones scatter by the Cramer-Rao bound in amplitude and in clock") {
    constexpr std::size_t n = 4800;
    constexpr double noise = 1e-3, amplitude = 0.5;
    double squares_a = 0.0, squares_s = 0.0, stated = 0.0;
    for (unsigned seed = 1; seed <= 200; ++seed) {
        const auto y = made(n, {{9991.3, amplitude, 0.7}}, 1.0 + 20e-6, noise, seed);
        const auto fit = fit_tones(y, rate, std::vector{9991.3}, 1.0 + 18e-6, ToneClock::free);
        REQUIRE(fit.has_value());
        squares_a += std::pow(std::abs(fit->phasors[0]) - amplitude, 2);
        squares_s += std::pow(fit->scale - (1.0 + 20e-6), 2);
        stated += std::pow(fit->u_scale, 2) / 200.0;
    }
    const double omega = 2.0 * pi * 9991.3 / rate;
    const double bound_a = noise * std::sqrt(2.0 / n);
    const double bound_s = noise * std::sqrt(24.0 / std::pow(n, 3)) / (omega * amplitude);
    // The root mean square of 200 is known to 5 %.
    CHECK(std::sqrt(squares_a / 200.0) == Approx(bound_a).epsilon(0.15));
    CHECK(std::sqrt(squares_s / 200.0) == Approx(bound_s).epsilon(0.15));
    CHECK(std::sqrt(stated) == Approx(bound_s).epsilon(0.05));
}

TEST_CASE("a line 1900 ppm off is found within a tenth of a bin in 30 s, and not in half a period") {
    const auto y = made(1'440'000, {{1000.0, 1e-3, 0.3}, {1100.0, 0.5, 0.1}}, 1.0 + 1900e-6, 1e-4);
    const auto start = coarse_scale(y, rate, 1000.0, 2500.0);
    REQUIRE(start.has_value());
    CHECK(std::abs(*start - 1.0019) < 0.1 / (1000.0 * 30.0));
    CHECK_FALSE(coarse_scale(std::span(y).first(1000), rate, 1000.0, 2500.0).has_value());
}

TEST_CASE("a line 27 dB under its noise is followed from 8 s to 240 s: within 0.3 of a bin of 4 mHz") {
    std::vector<double> y(1'920'000);
    std::mt19937_64 random(11);
    std::normal_distribution<double> noise(0.0, 23.0);
    for (std::size_t n = 0; n < y.size(); ++n)
        y[n] = std::cos(2.0 * pi * 1000.8123 * static_cast<double>(n) / 8000.0) + noise(random);
    const auto start = coarse_scale(y, 8000.0, 1000.0, 2500.0);
    REQUIRE(start.has_value());
    CHECK(std::abs(1000.0 * *start - 1000.8123) < 0.3 / 240.0);
}

TEST_CASE("columns alike to 1e-13 are refused, to 1e-6 solved with the variances of their inverse") {
    CHECK_FALSE(solve_normal(std::vector{1.0, 1.0 - 1e-13, 1.0 - 1e-13, 1.0}, std::vector{1.0, 1.0}));
    const double c = 1.0 - 1e-6;
    // A second column of ten times the size: x and its variance are scaled back.
    const auto solved = solve_normal(std::vector{1.0, 10.0 * c, 10.0 * c, 100.0}, std::vector{1.0, 10.0 * c});
    REQUIRE(solved.has_value());
    CHECK(solved->x[0] == Approx(1.0).epsilon(1e-8));
    CHECK(solved->x[1] == Approx(0.0).margin(1e-8));
    CHECK(solved->inverse_diagonal[0] == Approx(1.0 / (1.0 - c * c)).epsilon(1e-8));
    CHECK(solved->inverse_diagonal[1] == Approx(0.01 / (1.0 - c * c)).epsilon(1e-8));
}

TEST_CASE("a demodulated tone is half its amplitude times the block, and turns by its offset") {
    const auto y = made(48'000, {{1002.0, 0.5, 0.0}}, 1.0);
    const auto sums = demodulated(y, 2.0 * pi * 1000.0 / rate, 480);
    REQUIRE(sums.size() == 100);
    // 2 Hz over 10 ms: 0.1257 rad a block, and 3e-4 of the amplitude lost in it.
    for (std::size_t b = 0; b + 1 < sums.size(); ++b) {
        CHECK(std::abs(sums[b]) / 480.0 == Approx(0.25).margin(1e-3));
        CHECK(std::arg(sums[b + 1] / sums[b]) == Approx(2.0 * pi * 0.02).margin(4e-3));
    }
}
