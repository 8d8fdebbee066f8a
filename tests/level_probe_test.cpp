// SPDX-License-Identifier: GPL-3.0-or-later
// How loud a programme will be, told by a probe 40 dB below it.
#include "drivers/audio/level_probe.hpp"
#include "tests/catch.hpp"

#include <cmath>
#include <numbers>

using namespace fourpole;

namespace {

constexpr double pi = std::numbers::pi;

/// A second of both sides in step, at 1 kHz.
PerSide<std::vector<double>> tone_of(double left, double right, double rate_hz) {
    PerSide<std::vector<double>> out;
    for (const Side side : sides)
        for (std::size_t n = 0; n < static_cast<std::size_t>(rate_hz); ++n)
            out[side].push_back((side == Side::left ? left : right) *
                                std::sin(2.0 * pi * 1000.0 * static_cast<double>(n) / rate_hz));
    return out;
}

/// straight x_left + across x_right, `delay` frames later.
std::vector<double> come_back(const LevelProbe& probe, double straight, double across, std::size_t delay) {
    std::vector<double> out(probe.sounds()[Side::left].size(), 0.0);
    for (std::size_t n = delay; n < out.size(); ++n)
        out[n] = straight * probe.sounds()[Side::left][n - delay] +
                 across * probe.sounds()[Side::right][n - delay];
    return out;
}

/// A resonance of `peak` at hz with that Q over a flat 1: s^2 + peak s w/Q + w^2 over s^2 + s w/Q + w^2, by
/// the bilinear transform.
std::vector<double> with_resonance(const std::vector<double>& x, double hz, double q, double peak,
                                   double rate_hz) {
    const double w = 2.0 * pi * hz / rate_hz, alpha = std::sin(w) / (2.0 * q);
    const double b0 = 1.0 + peak * alpha, b1 = -2.0 * std::cos(w), b2 = 1.0 - peak * alpha;
    const double a0 = 1.0 + alpha, a2 = 1.0 - alpha;
    std::vector<double> y(x.size(), 0.0);
    for (std::size_t n = 2; n < x.size(); ++n)
        y[n] = (b0 * x[n] + b1 * x[n - 1] + b2 * x[n - 2] - b1 * y[n - 1] - a2 * y[n - 2]) / a0;
    return y;
}

}  // namespace

TEST_CASE("gains of 3 and 0.2 make 0.113 V rms of two tones of 0.05, told within 1 % at any rate and delay") {
    for (const double rate_hz : {44100.0, 96000.0, 192000.0})
        for (const double delay_s : {0.0, 0.01, 0.3}) {
            const LevelProbe probe(rate_hz, tone_of(0.05, 0.05, rate_hz));
            const auto heard =
                come_back(probe, 3.0, 0.2, static_cast<std::size_t>(std::lround(delay_s * rate_hz)));
            CHECK(probe.most_rms(heard) == Approx(3.2 * 0.05 / std::numbers::sqrt2).epsilon(0.01));
        }
}

TEST_CASE("sides of which one plays loudly while the other is quiet are not added where they never meet") {
    auto programme = tone_of(0.05, 0.05, 48000.0);
    // The left side half a second, the right one 2 s later: 0.05 / sqrt 2 each, less what 0.5 s has not
    // filled.
    programme[Side::left].resize(24'000);
    programme[Side::left].resize(168'000, 0.0);
    programme[Side::right].insert(programme[Side::right].begin(), 120'000, 0.0);
    const LevelProbe probe(48000.0, programme);
    CHECK(probe.most_rms(come_back(probe, 1.0, 1.0, 500)) ==
          Approx(0.05 / std::numbers::sqrt2).epsilon(0.01));
}

TEST_CASE("the probe stays 40 dB below each side's peak, and is as long as it says") {
    const LevelProbe probe(48000.0, tone_of(0.2, 0.05, 48000.0));
    const PerSide<double> most{{0.002, 0.0005}};
    for (const Side side : sides) {
        const auto& x = probe.sounds()[side];
        CHECK(x.size() == 48'000);
        double peak = 0.0;
        for (const double v : x) peak = std::max(peak, std::abs(v));
        CHECK(peak <= most[side] * (1.0 + 1e-12));
        CHECK(peak > 0.999 * most[side]);
        CHECK(x.front() == 0.0);
        CHECK(std::abs(x.back()) < 1e-2 * most[side]);
    }
}

TEST_CASE("hum 5 times as strong as the whole probe is no gain") {
    const LevelProbe probe(48000.0, tone_of(0.05, 0.05, 48000.0));
    for (const double mains : {50.0, 60.0}) {
        auto heard = come_back(probe, 1.0, 0.0, 100);
        for (std::size_t n = 0; n < heard.size(); ++n)
            for (const double order : {1.0, 3.0, 5.0})
                heard[n] += 0.0025 / order *
                            std::sin(2.0 * pi * mains * order * static_cast<double>(n) / 48000.0 + order);
        CHECK(probe.most_rms(heard) == Approx(0.05 / std::numbers::sqrt2).epsilon(0.05));
    }
}

TEST_CASE("a resonance of +12 dB and Q 1 counts within 1 dB wherever it is") {
    for (const double hz : {60.0, 333.0, 3000.0, 9000.0}) {
        const LevelProbe probe(96000.0, tone_of(0.05, 0.0, 96000.0));
        const auto heard = with_resonance(probe.sounds()[Side::left], hz, 1.0, 3.981, 96000.0);
        INFO(hz);
        CHECK(probe.most_rms(heard) < 3.99 * 0.05 / std::numbers::sqrt2);
        CHECK(probe.most_rms(heard) > 3.55 * 0.05 / std::numbers::sqrt2);
    }
}

TEST_CASE("nothing played, or nothing that comes back, is a level of 0") {
    const LevelProbe silent(48000.0, tone_of(0.0, 0.0, 48000.0));
    CHECK(silent.most_rms(std::vector<double>(48'000, 0.1)) == 0.0);
    const LevelProbe probe(48000.0, tone_of(0.05, 0.05, 48000.0));
    CHECK(probe.most_rms(std::vector<double>(48'000, 0.0)) == 0.0);
}
