// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/analysis/health.hpp"
#include "rig/analysis/mains.hpp"
#include "tests/catch.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>
#include <vector>

using namespace fourpole;

namespace {

constexpr double step = 1.0 / 8388608.0;

std::vector<double> sine(double amplitude, double frequency_hz, std::size_t frames) {
    std::vector<double> out(frames);
    for (std::size_t n = 0; n < frames; ++n)
        out[n] =
            std::round(amplitude *
                       std::sin(2.0 * std::numbers::pi * frequency_hz * static_cast<double>(n) / 48000.0) /
                       step) *
            step;
    return out;
}

}  // namespace

TEST_CASE("a sine cut at 0.7 is clipped at 0.7 with every sample counted, and a whole one is not",
          "[health]") {
    for (const double f : {20.0, 997.0, 5000.0}) {
        auto x = sine(0.9, f, 96000);
        CHECK_FALSE(clipping(x, step).has_value());
        for (double& v : x) v = std::clamp(v, -0.7, 0.7);
        const auto clip = clipping(x, step);
        REQUIRE(clip.has_value());
        CHECK(clip->level == 0.7);
        CHECK(clip->count == std::count_if(x.begin(), x.end(), [](double v) { return std::abs(v) >= 0.7; }));
    }
}

TEST_CASE("a click of 0.3 in 4 s of digital silence is not clipped, a square wave that rests is",
          "[health]") {
    std::vector<double> x(192000, 0.0);
    x[60000] = 0.3;
    CHECK_FALSE(clipping(x, step).has_value());
    for (double& v : x) v += 0.01;  // where an offset stands no wave is cut either
    CHECK_FALSE(clipping(x, step).has_value());
    // 60 % at the top, for the wave rests there.
    for (std::size_t n = 0; n < x.size(); ++n) x[n] = n % 100 < 60 ? 1.0 : -1.0;
    REQUIRE(clipping(x, step).has_value());
    CHECK(clipping(x, step)->count == 192000);
}

TEST_CASE("a 16 bit sine of 50 Hz dwells at its top and is not clipped", "[health]") {
    std::vector<double> x(48000);
    for (std::size_t n = 0; n < x.size(); ++n)
        x[n] =
            std::round(8500.0 * std::sin(2.0 * std::numbers::pi * 50.0 * static_cast<double>(n) / 48000.0)) /
            32768.0;
    CHECK_FALSE(clipping(x, 1.0 / 32768.0).has_value());
}

TEST_CASE("silence, a constant and one step of dither are dead, noise of ten steps is not", "[health]") {
    CHECK(dead(std::vector<double>(1000, 0.0), step));
    CHECK(dead(std::vector<double>(1000, 0.25), step));
    std::vector<double> dither(1000);
    for (std::size_t i = 0; i < dither.size(); ++i) dither[i] = i % 3 == 0 ? step : 0.0;
    CHECK(dead(dither, step));
    for (std::size_t i = 0; i < dither.size(); ++i) dither[i] = static_cast<double>(i % 10) * step;
    CHECK_FALSE(dead(dither, step));
    CHECK_FALSE(clipping(std::vector<double>(1000, 1.0), step).has_value());
}

TEST_CASE("60.02 Hz of -60 dBFS in two quiet stretches is found within 0.05 dB and 0.02 Hz", "[health]") {
    std::mt19937_64 random(4);
    std::normal_distribution<double> noise(0.0, 1e-6);
    std::vector<double> x(96000);
    for (std::size_t n = 0; n < x.size(); ++n) {
        const double t = static_cast<double>(n) / 48000.0;
        x[n] = 0.01 + 1e-3 * std::sin(2.0 * std::numbers::pi * 60.02 * t + 1.0) +
               2e-4 * std::sin(2.0 * std::numbers::pi * 180.06 * t) + noise(random);
    }
    const QuietStretch quiet[] = {{1000, 20000}, {70000, 19000}};
    const QuietContent content = quiet_content(x, quiet, 48000.0, 5);
    const auto& lines = content.lines;
    REQUIRE(lines.size() == 5);
    CHECK(lines[0].frequency_hz == Approx(60.02).margin(0.02));
    CHECK(20.0 * std::log10(lines[0].amplitude / 1e-3) == Approx(0.0).margin(0.05));
    CHECK(20.0 * std::log10(lines[2].amplitude / 2e-4) == Approx(0.0).margin(0.3));
    CHECK(lines[1].amplitude < 10.0 * std::max(lines[1].u, 1e-6));
    CHECK(quiet_content(x, std::span(quiet).first(0), 48000.0, 5).lines.empty());
    CHECK(content.dc == Approx(0.01).margin(4.0 * content.dc_u));
}

TEST_CASE("hum of 49.90 to 60.07 Hz in pauses 6 s apart is found within 0.01 dB and 1e-3 Hz", "[health]") {
    std::mt19937_64 random(6);
    std::normal_distribution<double> noise(0.0, 1e-5);
    const QuietStretch quiet[] = {{0, 9000}, {150000, 15000}, {300000, 33600}};
    for (const double f : {49.90, 49.97, 50.0, 50.02, 50.31, 59.98, 60.07}) {
        INFO(f << " Hz");
        std::vector<double> x(336000);
        for (std::size_t n = 0; n < x.size(); ++n) {
            const double t = 2.0 * std::numbers::pi * f * static_cast<double>(n) / 48000.0;
            x[n] = 0.05 + 0.003 * std::sin(t + 0.3) + 0.0005 * std::sin(3.0 * t) + noise(random);
        }
        const QuietContent content = quiet_content(x, quiet, 48000.0, 5);
        REQUIRE(content.lines.size() == 5);
        CHECK(content.lines[0].frequency_hz == Approx(f).margin(1e-3));
        CHECK(content.lines[0].amplitude == Approx(0.003).epsilon(0.001));
        CHECK(content.lines[2].amplitude == Approx(0.0005).epsilon(0.005));
        CHECK(content.lines[0].u > 1e-8);
        CHECK(std::abs(content.lines[0].amplitude - 0.003) < 5.0 * content.lines[0].u);
        CHECK(content.lines[1].amplitude < 6.0 * content.lines[1].u);
        CHECK(std::abs(content.dc - 0.05) < 4.0 * content.dc_u);
        CHECK(content.dc_u < 1e-7);
        CHECK(content.rest_rms == Approx(1e-5).epsilon(0.05));
    }
}

TEST_CASE("the frequency of 50.03 Hz beside its third harmonic, 0.8 s at -70 dBFS, is known to 3e-5 Hz",
          "[health]") {
    double squares = 0.0;
    for (unsigned seed = 1; seed <= 16; ++seed) {
        std::mt19937_64 random(seed);
        std::normal_distribution<double> noise(0.0, 2.236e-4);
        std::vector<double> x(38'400);
        for (std::size_t n = 0; n < x.size(); ++n) {
            const double t = 2.0 * std::numbers::pi * 50.03 * static_cast<double>(n) / 48000.0;
            x[n] = 0.02 * std::sin(t + 0.4) + 0.01 * std::sin(3.0 * t + 1.0) + noise(random);
        }
        const QuietStretch quiet[] = {{0, x.size()}};
        squares += std::pow(quiet_content(x, quiet, 48000.0, 5).lines[0].frequency_hz - 50.03, 2) / 16.0;
    }
    // Cramer-Rao: w to sqrt(24 s^2 / ((a1^2 + 9 a3^2) N^3)), 4.04e-9 a sample, 3.1e-5 Hz.
    CHECK(std::sqrt(squares) == Approx(3.1e-5).epsilon(0.4));
}

TEST_CASE("what decays within one of three pauses is no line, what goes on in all of them is", "[health]") {
    std::mt19937_64 random(7);
    std::normal_distribution<double> noise(0.0, 1e-5);
    const QuietStretch quiet[] = {{0, 9000}, {150000, 15000}, {300000, 33600}};
    std::vector<double> x(336000);
    for (std::size_t n = 0; n < x.size(); ++n) {
        const double t = static_cast<double>(n) / 48000.0;
        x[n] = noise(random) + 0.002 * std::sin(2.0 * std::numbers::pi * 150.0 * t);
        const double since = t - 300000.0 / 48000.0;
        if (since >= 0.0)
            x[n] += 0.01 * std::exp(-since / 0.05) * std::sin(2.0 * std::numbers::pi * 50.0 * since);
    }
    const auto lines = quiet_content(x, quiet, 48000.0, 3).lines;
    REQUIRE(lines.size() == 3);
    CHECK(lines[0].amplitude == 0.0);
    CHECK(lines[2].amplitude == Approx(0.002).epsilon(0.02));
}

TEST_CASE("mains that drift by 0.08 Hz from pause to pause keep their amplitude within 1 %", "[health]") {
    std::vector<double> x(336000);
    double turn = 0.0;
    for (std::size_t n = 0; n < x.size(); ++n) {
        const double f = 50.0 + 0.04 * std::sin(2.0 * std::numbers::pi * static_cast<double>(n) / 336000.0);
        turn += 2.0 * std::numbers::pi * f / 48000.0;
        x[n] = 0.003 * std::sin(turn);
    }
    const QuietStretch quiet[] = {{0, 9000}, {100000, 15000}, {300000, 33600}};
    const auto lines = quiet_content(x, quiet, 48000.0, 3).lines;
    CHECK(lines[0].amplitude == Approx(0.003).epsilon(0.01));
    CHECK(std::abs(lines[0].amplitude - 0.003) < 3.0 * lines[0].u);
}
