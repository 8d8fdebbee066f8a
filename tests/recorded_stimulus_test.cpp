// SPDX-License-Identifier: GPL-3.0-or-later
// Responses by a recorded stimulus: noise and tones, through a pole whose response is known in closed form.
#include "rig/analysis/deconvolve.hpp"
#include "rig/fft/fft.hpp"
#include "rig/measure/excitation.hpp"
#include "rig/units.hpp"
#include "tests/catch.hpp"

#include <cmath>
#include <complex>
#include <numbers>
#include <random>

using namespace fourpole;

namespace {

constexpr double pi = std::numbers::pi, fs = 8000.0, per_sample = 0.05;

/// Lines between two frequencies, at least `apart` hertz from each other, of phases and sizes of their own:
/// 6 s with edges of 1 s.
std::vector<double> lines(double low_hz, double high_hz, double apart_hz, unsigned seed) {
    std::mt19937 random(seed);
    std::normal_distribution<double> part(0.0, 0.005);  // as of noise: some lines are next to nothing
    RealFft fft(static_cast<std::size_t>(6.0 * fs));
    const double hz_per_bin = fs / static_cast<double>(fft.size());
    std::fill(fft.spectrum(), fft.spectrum() + fft.bins(), 0.0);
    for (double f = low_hz; f < high_hz; f += std::max(apart_hz, hz_per_bin))
        fft.spectrum()[std::lround(f / hz_per_bin)] =
            static_cast<double>(fft.size()) * std::complex<double>(part(random), part(random));
    fft.inverse();
    std::vector<double> out(fft.signal(), fft.signal() + fft.size());
    for (std::size_t n = 0; n < out.size(); ++n) {
        const double end_s = static_cast<double>(std::min(n, out.size() - 1 - n)) / fs;
        out[n] *= end_s < 1.0 ? 0.5 - 0.5 * std::cos(pi * end_s) : 1.0;
    }
    return out;
}

/// y[n] = (1 - p) y[n - 1] + p x[n], with noise of `noise` rms.
std::vector<double> behind_a_pole(const std::vector<double>& x, double noise, unsigned seed) {
    std::mt19937 random(seed);
    std::normal_distribution<double> normal(0.0, 1.0);
    std::vector<double> out(x.size() + static_cast<std::size_t>(2.0 * fs), 0.0);
    double y = 0.0;
    for (std::size_t n = 0; n < out.size(); ++n) {
        y += per_sample * ((n < x.size() ? x[n] : 0.0) - y);
        out[n] = y + noise * normal(random);
    }
    return out;
}

std::complex<double> of_the_pole(double f_hz) {
    return per_sample / (1.0 - (1.0 - per_sample) * std::polar(1.0, -2.0 * pi * f_hz / fs));
}

Deconvolution deconvolved(const std::vector<double>& y, const std::vector<double>& x) {
    const std::span<const double> ys[] = {y};
    const PreparedEvent prepared = prepare_wave(x, Clock{fs, 0.0, 0.0}, 0.0, 2.0);
    return Deconvolution(ys, prepared.excitation(), 1);
}

std::vector<double> grid_of(const Deconvolution& d, double low_hz, double high_hz) {
    std::vector<double> out;
    for (double f = low_hz; f < high_hz; f *= std::exp2(1.0 / 24.0))
        if (d.excites(f)) out.push_back(f);
    return out;
}

}  // namespace

TEST_CASE("a recorded stimulus excites where it plays, not in its hole, not below it, not between tones") {
    auto x = lines(100.0, 700.0, 0.0, 1);
    const auto upper = lines(1400.0, 3000.0, 0.0, 2), tones = lines(100.0, 3000.0, 250.0, 3);
    for (std::size_t n = 0; n < x.size(); ++n) x[n] += upper[n];
    const Deconvolution noise = deconvolved(x, x), comb = deconvolved(tones, tones);
    for (const double f : {110.0, 500.0, 680.0, 1450.0, 2900.0}) CHECK(noise.excites(f));
    for (const double f : {15.0, 90.0, 800.0, 1000.0, 1300.0, 3200.0}) CHECK_FALSE(noise.excites(f));
    for (const double f : {110.0, 475.0, 1100.0, 2000.0}) CHECK_FALSE(comb.excites(f));
}

TEST_CASE(
    "the response of a pole by recorded noise is within 1e-3 dB of the closed form to the grid's ends") {
    const auto x = lines(8.0, 3500.0, 0.0, 4);
    const Deconvolution d = deconvolved(behind_a_pole(x, 0.0, 1), x);
    const auto grid = grid_of(d, 40.0, 3000.0);
    REQUIRE(grid.size() > 140);
    const auto h = d.transfers(grid);
    double worst_db = 0.0;
    for (std::size_t i = 0; i < grid.size(); ++i) {
        const double db = AmplitudeRatio{std::abs(h[0][i].value / of_the_pole(grid[i]))}.decibels();
        worst_db = std::max(worst_db, std::abs(db));
    }
    CHECK(worst_db < 1e-3);
}

TEST_CASE("under noise a response by recorded noise is off by its u: 1 rms of it, never 5") {
    double squares = 0.0, worst = 0.0, count = 0.0;
    for (const unsigned seed : {5U, 6U, 7U}) {
        const auto x = lines(8.0, 3500.0, 0.0, seed);
        const Deconvolution d = deconvolved(behind_a_pole(x, 0.2, 10 * seed), x);
        const auto grid = grid_of(d, 40.0, 3000.0);
        const auto h = d.transfers(grid);
        for (std::size_t i = 0; i < grid.size(); ++i, ++count) {
            const double off = std::abs(h[0][i].value - of_the_pole(grid[i])) / h[0][i].noise;
            squares += off * off;
            worst = std::max(worst, off);
        }
    }
    CHECK(std::sqrt(squares / count) == Approx(1.0).margin(0.25));
    CHECK(worst < 5.0);
}

TEST_CASE("by noise of power S the inverse has at most (ln 1000 - 1.577) / S, whatever its emptiest bins") {
    const auto x = lines(20.0, 3900.0, 0.0, 8);
    const PreparedEvent prepared = prepare_wave(x, Clock{fs, 0.0, 0.0}, 0.0, 2.0);
    const auto mean_power = [](const std::vector<double>& wave) {
        RealFft fft(fast_length(wave.size()));
        std::fill(std::copy(wave.begin(), wave.end(), fft.signal()), fft.signal() + fft.size(), 0.0);
        fft.forward();
        const auto bin = [&](double f) { return std::lround(f / fs * static_cast<double>(fft.size())); };
        double sum = 0.0;
        for (auto k = bin(100.0); k < bin(3800.0); ++k) sum += std::norm(fft.spectrum()[k]);
        return sum / static_cast<double>(bin(3800.0) - bin(100.0));
    };
    // |X|^2 = S t with t distributed exponentially: the mean of |G|^2 is 1 / S times the integral of
    // e^-t t / (t + 1e-3)^2 dt = ln 1000 - 0.5772 - 1, less what rings on beyond the inverse's length.
    CHECK(mean_power(prepared.inverse) * mean_power(x) < std::log(1000.0) - 1.5772);
}

TEST_CASE("at 300 ppm a recorded sine of 1 kHz stands where the player's clock has it, to 1e-7") {
    std::vector<double> x(8000);
    for (std::size_t n = 0; n < x.size(); ++n)
        x[n] = std::sin(2.0 * pi * 1000.0 / fs * static_cast<double>(n));
    const Clock clock{fs, 17.3, 300.0};
    const PreparedEvent prepared = prepare_wave(x, clock, 0.0, 0.0);
    double worst = 0.0;
    for (double n = 500.0; n < 7500.0; ++n) {
        const auto i = static_cast<std::size_t>(n - static_cast<double>(prepared.origin));
        worst = std::max(worst, std::abs(prepared.wave[i] - std::sin(2.0 * pi * 1000.0 * clock.u_at(n))));
    }
    CHECK(worst < 1e-7);
}
