// SPDX-License-Identifier: GPL-3.0-or-later
// Sweep deconvolution: the streaming truncated-lag correlation against one whole-length FFT
// division of the same capture, in the same run. Prints medians of five and their ratio.
//     deconvolve_bench [SECONDS [RATE_HZ [CHANNELS]]]
#include "rig/fft/correlate.hpp"
#include "rig/fft/fft.hpp"
#include "rig/measure/excitation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <complex>
#include <cstdlib>
#include <functional>
#include <vector>

using namespace fourpole;

namespace {

constexpr std::size_t lags = 65536;

double seconds_of(const std::function<void()>& work) {
    std::vector<double> runs;
    for (int i = 0; i < 5; ++i) {
        const auto from = std::chrono::steady_clock::now();
        work();
        runs.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - from).count());
    }
    std::sort(runs.begin(), runs.end());
    return runs[2];
}

/// What everybody does: transform capture and sweep whole, divide, transform back.
std::vector<double> whole_length(const std::vector<double>& y, const std::vector<double>& x) {
    RealFft fft(fast_length(y.size() + x.size()));
    std::fill(std::copy(x.begin(), x.end(), fft.signal()), fft.signal() + fft.size(), 0.0);
    fft.forward();
    std::vector<std::complex<double>> sweep(fft.spectrum(), fft.spectrum() + fft.bins());
    std::fill(std::copy(y.begin(), y.end(), fft.signal()), fft.signal() + fft.size(), 0.0);
    fft.forward();
    for (std::size_t k = 0; k < fft.bins(); ++k)
        fft.spectrum()[k] *= std::conj(sweep[k]) / (std::norm(sweep[k]) + 1e-3);
    fft.inverse();
    return {fft.signal(), fft.signal() + lags};
}

}  // namespace

int main(int argc, char* argv[]) {
    const double length_s = argc > 1 ? std::atof(argv[1]) : 60.0,
                 rate_hz = argc > 2 ? std::atof(argv[2]) : 96000.0;
    const auto channels = static_cast<std::size_t>(argc > 3 ? std::atoi(argv[3]) : 4);
    const double rate_s = length_s / std::log(1000.0);
    const Event event{Sweep{0.0, 20.0, 20000.0, rate_s, 0.5, 0.1, 0.005, Sweep::Law::synchronised},
                      {{true, false}}};
    const Clock clock{rate_hz, 0.0, 0.0};
    const PreparedEvent prepared = prepare_sweep(event, clock, 1.0);
    std::vector<std::vector<double>> ys(channels, prepared.wave);
    for (auto& y : ys) y.resize(y.size() + static_cast<std::size_t>(2.0 * rate_hz), 0.0);
    const std::vector<std::span<const double>> views(ys.begin(), ys.end());
    const LagWindow window{-static_cast<std::ptrdiff_t>(lags / 4), lags};

    const double streaming = seconds_of([&] { correlate(views, 0, prepared.inverse, {&window, 1}); });
    const double whole = seconds_of([&] {
        for (const auto& y : ys) whole_length(y, prepared.wave);
    });
    fmt::print("{:.0f} s, {:.0f} Hz, {} channels, {} lags, one thread\n", length_s, rate_hz, channels, lags);
    fmt::print("streaming correlation   {:8.3f} s\n", streaming);
    fmt::print("whole-length FFT        {:8.3f} s\n", whole);
    fmt::print("ratio                   {:8.2f}\n", whole / streaming);
}
