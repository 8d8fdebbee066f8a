// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/analysis/tone_blocks.hpp"
#include "rig/analysis/dirichlet.hpp"
#include "rig/analysis/many_medians.hpp"
#include "rig/analysis/tone_fit.hpp"
#include "tests/catch.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <numbers>
#include <random>
#include <vector>

using namespace fourpole;

namespace {

constexpr double pi = std::numbers::pi;

std::vector<double> white(std::size_t n) {
    std::mt19937_64 random(5);
    std::normal_distribution<double> normal;
    std::vector<double> out(n);
    for (double& v : out) v = normal(random);
    return out;
}

}  // namespace

TEST_CASE("block sums and their slopes of 1,100 samples of noise are those of the definition to 1e-12") {
    const auto y = white(1100);
    const std::vector<double> omega{0.0, 0.0123, 1.7, 3.1};
    const ToneBlocks blocks(omega);
    const auto sums = blocks.sums(y);
    const std::array<std::size_t, 2> which{1, 3};
    const auto moments = blocks.moments(y, which);
    for (std::size_t k = 0; k < omega.size(); ++k)
        for (std::size_t b = 0; b < sums.stride; ++b) {
            std::complex<double> sum = 0.0, moment = 0.0;
            for (std::size_t n = b * ToneBlocks::length; n < std::min(y.size(), (b + 1) * ToneBlocks::length);
                 ++n) {
                const double t = static_cast<double>(n) - ToneBlocks::middle(b);
                sum += y[n] * std::polar(1.0, -omega[k] * t);
                moment += t * y[n] * std::polar(1.0, -omega[k] * t);
            }
            REQUIRE(std::abs(sum - std::complex(sums.re_of(k)[b], sums.im_of(k)[b])) < 1e-12);
            for (std::size_t i = 0; i < which.size(); ++i)
                if (which[i] == k)
                    REQUIRE(std::abs(moment - std::complex(moments.re_of(i)[b], moments.im_of(i)[b])) <
                            1e-11);
        }
}

TEST_CASE(
    "what a tone leaves over is the same to the last bit in 5,000 samples and in 300,000 that begin alike") {
    // The longer ones are shared by two threads.
    const auto y = white(300'000);
    const std::vector<double> omega{0.0653, 0.1306};
    const ToneBlocks blocks(omega);
    ToneBlocks::Values at(omega.size(), y.size());
    for (std::size_t b = 0; b < at.stride; ++b)
        for (std::size_t k = 0; k < omega.size(); ++k) {
            const auto p = std::polar(0.5 / static_cast<double>(k + 1), omega[k] * ToneBlocks::middle(b));
            at.re_of(k)[b] = p.real(), at.im_of(k)[b] = p.imag();
        }
    std::vector<double> long_rest(y.size()), short_rest(5000);
    const double squares = blocks.take_off(y, 0.25, at, long_rest);
    blocks.take_off(std::span(y).first(5000), 0.25, at, short_rest);
    double sum = 0.0;
    for (std::size_t n = 0; n < y.size(); ++n) {
        const auto t = static_cast<double>(n);
        const double wave = 0.25 + 0.5 * std::cos(omega[0] * t) + 0.25 * std::cos(omega[1] * t);
        REQUIRE(std::abs(long_rest[n] - (y[n] - wave)) < 1e-10);
        if (n < short_rest.size()) REQUIRE(short_rest[n] == long_rest[n]);
        sum += long_rest[n] * long_rest[n];
    }
    CHECK(squares == Approx(sum).epsilon(1e-12));
    CHECK(blocks.take_off(y, 0.25, at, {}) == squares);
}

TEST_CASE(
    "sines' inner products and their slopes are the sums that they stand for, at 0, beside it and a turn "
    "away") {
    for (const double n : {64.0, 101.0})
        for (const double w : {0.0, 1e-5, 3e-4, 0.02, 1.3, -2.0, 2.0 * pi - 1e-4, 2.0 * pi + 0.3}) {
            double sum = 0.0, first = 0.0, second = 0.0;
            for (double m = -0.5 * (n - 1.0); m < 0.5 * n; ++m) {
                sum += std::cos(w * m);
                first -= m * std::sin(w * m);
                second -= m * m * std::cos(w * m);
            }
            const auto slopes = dirichlet_slopes(w, n);
            CHECK(dirichlet(w, n) == Approx(sum).margin(1e-11));
            CHECK(slopes.first == Approx(first).margin(1e-9 * n * n));
            CHECK(slopes.second == Approx(second).margin(1e-9 * n * n * n));
        }
}

TEST_CASE("eight medians at once of 32 values are those of a sort, the upper of the two in the middle") {
    const auto values = white(medians_of * medians_at_once);
    const auto found = many_medians(std::span(values).first<medians_of * medians_at_once>());
    for (std::size_t g = 0; g < medians_at_once; ++g) {
        std::vector<double> one(values.begin() + static_cast<std::ptrdiff_t>(g * medians_of),
                                values.begin() + static_cast<std::ptrdiff_t>((g + 1) * medians_of));
        std::sort(one.begin(), one.end());
        CHECK(found[g] == one[16]);
    }
}

TEST_CASE("a harmonic 140 dB below its tone comes back within 0.001 dB out of 1,000,003 samples") {
    constexpr double rate = 96000.0, hz = 997.0, scale = 1.0 + 37e-6;
    std::vector<double> y(1'000'003);
    for (std::size_t n = 0; n < y.size(); ++n) {
        const double phase = std::fmod(scale * hz / rate * static_cast<double>(n), 1.0) * 2.0 * pi;
        y[n] = 0.5 * std::cos(phase) + 0.5e-7 * std::cos(2.0 * phase + 0.3);
    }
    const auto start = coarse_scale(y, rate, hz, 500.0);
    REQUIRE(start.has_value());
    const std::vector<double> f{hz, 2.0 * hz};
    const auto fit = fit_tones(y, rate, f, *start, ToneClock::free);
    const auto clock = fit_scale(y, rate, f, *start);
    REQUIRE(fit.has_value());
    REQUIRE(clock.has_value());
    CHECK(std::abs(fit->phasors[1]) / 0.5e-7 == Approx(1.0).margin(1e-4));  // 0.001 dB
    CHECK(std::abs(fit->scale - scale) < 1e-14);
    CHECK(std::abs(clock->scale - scale) < 1e-14);
    CHECK(clock->scale == Approx(fit->scale).epsilon(1e-15));
    double worst = 0.0;
    for (const double r : fit->rest) worst = std::max(worst, std::abs(r));
    CHECK(worst < 1e-10);  // -194 dB re the tone: what the phases of 1e4 turns are rounded to
}

TEST_CASE(
    "five weak harmonics are the same to 1e-14 of their tone wherever the search for its clock begins") {
    constexpr double rate = 48000.0, hz = 997.3;
    std::vector<double> y(80'000), f;
    for (int order = 1; order <= 6; ++order) f.push_back(order * hz);
    for (std::size_t n = 0; n < y.size(); ++n) {
        const double phase = std::fmod(hz / rate * static_cast<double>(n), 1.0) * 2.0 * pi;
        y[n] = 0.9 * std::cos(phase);
        for (int order = 2; order <= 6; ++order) y[n] += 0.9e-6 * std::cos(order * phase + order);
    }
    // 1e-9 turns the sixth by 5e-8 rad within a block. Of the shorter stretch each tone's slopes are looked
    // at.
    for (const std::size_t count : {60'000UL, 80'000UL})
        for (const double start : {1.0, 1.0 + 1e-9, 1.0 + 1e-6}) {
            const auto fit = fit_tones(std::span(y).first(count), rate, f, start, ToneClock::free);
            REQUIRE(fit.has_value());
            CHECK(std::abs(fit->phasors[0]) == Approx(0.9).epsilon(0.0).margin(1e-13));
            for (std::size_t k = 1; k < f.size(); ++k)
                CHECK(std::abs(fit->phasors[k]) == Approx(0.9e-6).epsilon(0.0).margin(1e-14));
        }
}
