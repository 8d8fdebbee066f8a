// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/analysis/deconvolve.hpp"
#include "rig/fft/correlate.hpp"
#include "rig/fft/fft.hpp"
#include "rig/measure/excitation.hpp"
#include "rig/units.hpp"
#include "tests/catch.hpp"

#include <cmath>
#include <numbers>
#include <random>

using namespace fourpole;

namespace {

constexpr double pi = std::numbers::pi;
constexpr double fs = 48000.0;

Event sweep(double start_s, double amplitude = 0.5) {
    return {Sweep{start_s, 20.0, 20000.0, 0.35, amplitude, 0.1, 0.005, Sweep::Law::synchronised},
            {{true, false}}};
}

/// Capture of a device that is a wire with gain, delay and harmonics, in closed form:
/// harmonic n of sin(phase) is sin(n phase) or cos(n phase), evaluated, never filtered.
std::vector<double> capture(const Event& event, const Clock& clock, double gain, double second,
                            double third) {
    std::vector<double> out(static_cast<std::size_t>(4.0 * fs), 0.0);
    for (std::size_t n = 0; n < out.size(); ++n) {
        const double u = clock.u_at(static_cast<double>(n));
        const double x = value_at(event, u), q = value_at(event, u, pi / 2.0);
        const double size = std::hypot(x, q);
        if (size <= 0.0) continue;
        const double s = x / size;
        out[n] =
            gain * (x + second * size * (2.0 * s * s - 1.0) + third * size * (3.0 * s - 4.0 * s * s * s));
    }
    return out;
}

}  // namespace

TEST_CASE("a correlation in blocks is the correlation in one piece within 1e-12", "[fft]") {
    std::mt19937 random(7);
    std::uniform_real_distribution<double> uniform(-1.0, 1.0);
    std::vector<double> y(200000), g(150000);
    for (double& v : y) v = uniform(random);
    for (double& v : g) v = uniform(random);
    const std::span<const double> ys[] = {y};
    const LagWindow windows[] = {{-1000, 500}, {3, 40}, {49990, 60}};
    const auto r = correlate(ys, 20, g, windows);
    for (std::size_t w = 0; w < 3; ++w)
        for (const std::size_t i : {std::size_t{0}, windows[w].count - 1}) {
            double expected = 0.0;
            for (std::size_t n = 0; n < g.size(); ++n) {
                const auto at =
                    static_cast<std::ptrdiff_t>(n) + 20 + windows[w].first + static_cast<std::ptrdiff_t>(i);
                if (at >= 0 && at < static_cast<std::ptrdiff_t>(y.size()))
                    expected += g[n] * y[static_cast<std::size_t>(at)];
            }
            CHECK(r[0][w][i] == Approx(expected).margin(1e-9));
        }
    const SampleSource sources[] = {source_of(y)};
    CHECK(correlate(sources, 20, source_of(g), g.size(), windows, 2) == r);
}

TEST_CASE("a wire of gain 0.7 and 3.25 samples of delay reads -3.098 dB and its own phase", "[analysis]") {
    const Clock clock{fs, 12345.678, 0.0};
    Clock late = clock;
    late.start += 3.25;
    const Event event = sweep(0.1);
    const auto y = capture(event, late, 0.7, 0.0, 0.0);
    const auto prepared = prepare_sweep(event, clock, 0.5);
    const std::span<const double> ys[] = {y};
    const Deconvolution d(ys, prepared.excitation(), 1);
    for (const double f : {40.0, 100.0, 1000.0, 10000.0, 19000.0}) {
        const auto e = d.transfer(0, f);
        CHECK(AmplitudeRatio{std::abs(e.value)}.decibels() == Approx(-3.09804).margin(1e-3));
        const double expected = -2.0 * pi * f * 3.25 / fs;
        CHECK(std::abs(std::remainder(std::arg(e.value) - expected, 2.0 * pi)) < 1e-3);
    }
}

TEST_CASE("harmonics of 1 % and 0.1 % read -40 and -60 dB where the sweep can tell", "[analysis]") {
    const Clock clock{fs, 2000.5, 50.0};
    const Event event = sweep(0.1);
    const auto y = capture(event, clock, 1.0, 0.01, 0.001);
    const auto prepared = prepare_sweep(event, clock, 0.5);
    const std::span<const double> ys[] = {y};
    const Deconvolution d(ys, prepared.excitation(), 3);
    for (const double f0 : {100.0, 1000.0, 5000.0}) {
        const auto own = d.transfer(0, f0);
        const auto second = d.harmonic(2, f0), third = d.harmonic(3, f0);
        REQUIRE(second.size() == 1);
        REQUIRE(third.size() == 1);
        CHECK(AmplitudeRatio{std::abs(second[0].estimate.value) / std::abs(own.value)}.decibels() ==
              Approx(-40.0).margin(0.03));
        CHECK(AmplitudeRatio{std::abs(third[0].estimate.value) / std::abs(own.value)}.decibels() ==
              Approx(-60.0).margin(0.1));
    }
    CHECK(d.harmonic(3, 7000.0).empty());  // 21 kHz was never swept
    CHECK(d.harmonic(4, 100.0).empty());   // not asked for
}

TEST_CASE("stated noise is the noise: -80 dBFS white reads as its own error over 200 points", "[analysis]") {
    const Clock clock{fs, 3000.0, 0.0};
    const Event event = sweep(0.1);
    auto y = capture(event, clock, 1.0, 0.0, 0.0);
    std::mt19937_64 random(11);
    std::normal_distribution<double> noise(0.0, 1e-4 / std::numbers::sqrt2);
    for (double& v : y) v += noise(random);
    const auto prepared = prepare_sweep(event, clock, 0.6);
    const std::span<const double> ys[] = {y};
    const Deconvolution d(ys, prepared.excitation(), 1);
    std::vector<double> f;
    for (int k = -96; k < 96; ++k) f.push_back(1000.0 * std::exp2(k / 24.0));
    double sum = 0.0;
    const auto h = d.transfers(f).front();
    for (const Estimate& e : h) sum += std::norm(e.value - 1.0) / (e.noise * e.noise);
    CHECK(std::sqrt(sum / static_cast<double>(h.size())) == Approx(1.0).margin(0.3));
}

TEST_CASE("a recorded stimulus serves as well as a formula: gain within 0.001 dB", "[analysis]") {
    const Clock clock{fs, 5000.0, 0.0};
    const Event event = sweep(0.0);
    std::vector<double> wave(static_cast<std::size_t>(3.0 * fs), 0.0);
    add_event(event, {fs, 100.0, 0.0}, 0.0, wave);
    std::vector<double> y(static_cast<std::size_t>(4.0 * fs), 0.0);
    for (std::size_t n = 0; n + 5000 < y.size() && n < wave.size(); ++n) y[n + 5000] = 0.5 * wave[n];
    const auto prepared = prepare_wave(wave, clock, 0.0, 0.5);
    const std::span<const double> ys[] = {y};
    const Deconvolution d(ys, prepared.excitation(), 1);
    for (const double f : {50.0, 1000.0, 15000.0}) {
        CHECK(AmplitudeRatio{std::abs(d.transfer(0, f).value)}.decibels() == Approx(-6.0206).margin(1e-3));
        CHECK(std::abs(std::arg(d.transfer(0, f).value)) < 1e-4);
    }
}

TEST_CASE(
    "behind poles, peaks and a notch the response is within 1e-5 dB mid-band, and 3 u cover it elsewhere",
    "[analysis]") {
    using C = std::complex<double>;
    struct Device {
        const char* name;
        C (*response)(double f);
        double from_hz, to_hz, most_db;  ///< where the grid resolves it
    };
    // (1 + x g / q + x^2) / (1 + x / q + x^2): g high at its middle.
    static const auto peak = [](double f, double f0, double q, double g) {
        const C x(0.0, f / f0);
        return (1.0 + x * (g / q) + x * x) / (1.0 + x / q + x * x);
    };
    const Device devices[] = {
        {"low-pass 500 Hz", [](double f) { return 1.0 / C(1.0, f / 500.0); }, 120.0, 18e3, 1e-5},
        {"capacitance", [](double f) { return C(0.0, f / 1e5) / C(1.0, f / 1e5); }, 120.0, 18e3, 1e-5},
        {"coupling capacitor and peak",
         [](double f) { return C(0.0, f / 8.0) / C(1.0, f / 8.0) * peak(f, 3000.0, 1.2, 1.4125); }, 120.0,
         18e3, 3e-5},
        {"resonance of 3 at 120 Hz", [](double f) { return peak(f, 120.0, 3.0, 2.0); }, 400.0, 18e3, 1e-5},
        {"notch of 5 at 2 kHz", [](double f) { return peak(f, 2000.0, 5.0, 0.05); }, 120.0, 1000.0, 1e-5},
    };
    const Clock clock{fs, 2345.678, 30.0};
    const Event event = sweep(0.1);
    const auto prepared = prepare_sweep(event, clock, 0.5);
    RealFft fft(1U << 18U);
    for (std::size_t n = 0; n < fft.size(); ++n)
        fft.signal()[n] = value_at(event, clock.u_at(static_cast<double>(n)));
    fft.forward();
    const std::vector<C> played(fft.spectrum(), fft.spectrum() + fft.bins());
    std::vector<double> f;
    for (double hz = 24.0; hz < 19300.0; hz *= std::pow(2.0, 1.0 / 24.0)) f.push_back(hz);
    for (const Device& device : devices) {
        fft.spectrum()[0] = 0.0;
        for (std::size_t k = 1; k < fft.bins(); ++k)
            fft.spectrum()[k] =
                played[k] * device.response(static_cast<double>(k) * fs / static_cast<double>(fft.size()));
        fft.inverse();
        const std::span<const double> ys[] = {{fft.signal(), static_cast<std::size_t>(4.0 * fs)}};
        const auto h = Deconvolution(ys, prepared.excitation(), 1).transfers(f).front();
        double worst = 0.0, anywhere = 0.0, covered = 0.0, in_all = 0.0;
        for (std::size_t i = 0; i < f.size(); ++i) {
            const double off_db =
                AmplitudeRatio{std::abs(h[i].value) / std::abs(device.response(f[i]))}.decibels();
            if (f[i] > 120.0) anywhere = std::max(anywhere, std::abs(off_db));
            if (f[i] > device.from_hz && f[i] < device.to_hz) worst = std::max(worst, std::abs(off_db));
            covered += std::abs(off_db) <= 3.0 * db_per_relative * h[i].bias;
            in_all += 1.0;
        }
        INFO(device.name);
        CHECK(worst < device.most_db);
        // A notch of 26 dB that was corrected by what its neighbours say would be 0.05 dB off.
        CHECK(anywhere < 0.02);
        // At the very edge of a notch the grid is too wide to say how wide it is.
        CHECK(covered >= 0.97 * in_all);
        CHECK(h[100].bias < 1e-3);
    }
}

TEST_CASE("noise of -60 dB is known behind a sweep that another follows at once, or the capture's end") {
    const Event first = sweep(0.1);
    const Clock clock{fs, 0.0, 0.0};
    std::mt19937_64 random(3);
    std::normal_distribution<double> noise(0.0, 5e-4);
    auto alone = capture(first, clock, 0.7, 0.0, 0.0);
    for (double& v : alone) v += noise(random);
    auto followed = alone;
    const Event second = sweep(event_end(first));
    for (std::size_t n = 0; n < followed.size(); ++n)
        followed[n] += 0.5 * value_at(second, clock.u_at(static_cast<double>(n)));
    auto ended = alone;
    ended.resize(static_cast<std::size_t>(event_end(first) * fs));
    std::vector<double> grid;
    for (double f = 30.0; f < 19950.0; f *= std::exp2(1.0 / 24.0)) grid.push_back(f);
    const auto prepared = prepare_sweep(first, clock, 0.0);
    for (const auto& y : {followed, ended}) {
        const std::span<const double> ys[] = {y};
        const Deconvolution d(ys, prepared.excitation(), 1);
        const auto h = d.transfers(grid);
        double squares = 0.0;
        for (const Estimate& e : h[0]) {
            const double off = std::abs(e.value - 0.7) / std::hypot(e.noise, 0.7 * e.bias);
            squares += off * off;
            CHECK(off < 5.0);
        }
        CHECK(std::sqrt(squares / static_cast<double>(grid.size())) == Approx(1.0).margin(0.35));
        // Its gate of 9 ms ends after the sweep has.
        CHECK(h[0].back().bias >= 7e-4);
        CHECK(h[0][grid.size() / 2].bias < 1e-5);
    }
}

TEST_CASE("the inverse of a sweep is its wave times e^(t / L), by any pieces, and 0 beyond it") {
    // L = 0.2 s, 100 Hz to 10 kHz: 0.921 s. The inverse rises for 0.35 L and falls for 0.05 L.
    const Event event{Sweep{0.0, 100.0, 10000.0, 0.2, 0.5, 0.0, 0.0, Sweep::Law::synchronised},
                      {{true, false}}};
    const PreparedEvent prepared = prepare_sweep(event, Clock{48000.0, 0.0, 0.0}, 1.0);
    const SampleSource inverse = prepared.inverse_source();
    std::vector<double> piece(1000);
    for (const std::ptrdiff_t from : {10000, 10700, 20001}) {
        inverse(from, piece);
        for (std::size_t i = 0; i < piece.size(); ++i) {
            const double t = static_cast<double>(from + static_cast<std::ptrdiff_t>(i)) / 48000.0;
            const double x = 0.5 * std::sin(2.0 * std::numbers::pi * 100.0 * 0.2 * std::exp(t / 0.2));
            REQUIRE(piece[i] == Approx(x * std::exp(t / 0.2)).margin(1e-9));
        }
    }
    inverse(-1000, piece);
    CHECK(std::all_of(piece.begin(), piece.end(), [](double v) { return v == 0.0; }));
    inverse(static_cast<std::ptrdiff_t>(prepared.wave.size()), piece);
    CHECK(std::all_of(piece.begin(), piece.end(), [](double v) { return v == 0.0; }));
}
