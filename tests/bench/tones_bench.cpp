// SPDX-License-Identifier: GPL-3.0-or-later
// All tone readings of one capture beside one bare real FFT of its length, in one run.
//     tones_bench [POINTS]        (default: 1,048,576 of 96 kHz, one channel)
// One line of JSON: seconds of the FFT, of measure() on level, THD, THD+N, noise and range, and what was
// read. tests/bench/analysis.py runs it beside its rivals.
#include "rig/fft/fft.hpp"
#include "rig/kept_memory.hpp"
#include "rig/measure/measure.hpp"
#include "rig/units.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <numbers>
#include <random>
#include <vector>

using namespace fourpole;

namespace {

double median_s(const std::function<void()>& work) {
    std::vector<double> runs;
    for (int i = 0; i < 7; ++i) {
        const auto from = std::chrono::steady_clock::now();
        work();
        runs.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - from).count());
    }
    std::sort(runs.begin(), runs.end());
    return runs[runs.size() / 2];
}

}  // namespace

int main(int argc, char* argv[]) {
    keep_freed_memory();  // as fourpole does
    const auto points = static_cast<std::size_t>(argc > 1 ? std::atoll(argv[1]) : 1 << 20);
    constexpr double rate_hz = 96000.0, tone_hz = 997.0, second = 1e-5;  // -100 dB
    Take take;
    take.rate_hz = rate_hz;
    take.bits = 32;
    take.floating_point = true;
    take.channels.resize(1);
    std::mt19937_64 random(1);
    std::normal_distribution<double> noise(0.0, 1e-6);
    for (std::size_t n = 0; n < points; ++n) {
        const double phase =
            2.0 * std::numbers::pi * tone_hz * (1.0 + 37e-6) * static_cast<double>(n) / rate_hz;
        take.channels[0].push_back(0.5 * (std::sin(phase) + second * std::sin(2.0 * phase)) + noise(random));
    }
    Programme programme;
    programme.id = "tone";
    programme.sample_rate_hz = rate_hz;
    programme.length_s = static_cast<double>(points) / rate_hz;
    Tones tones;
    tones.start_s = 0.0;
    tones.duration_s = programme.length_s;
    tones.tones.push_back({tone_hz, 0.5, 0.0});
    programme.events.push_back({tones, {{true, false}}});
    programme.analyses = {"level", "thd", "thd_n", "harmonics", "noise", "effective_bits", "dc"};

    std::optional<Measurement> read;
    const double measure_s = median_s([&] { read = *measure(take, programme, false); });
    RealFft fft(points);
    std::fill(fft.signal(), fft.signal() + points, 0.0);
    const double fft_s = median_s([&] { fft.forward(); });
    double thd_db = 0.0;
    std::size_t count = read->readings.size();
    for (const Reading& r : read->readings)
        if (r.name == "thd" && r.scalar().value) thd_db = *r.scalar().value;
    std::printf(
        "{\"points\": %zu, \"fft_s\": %.6f, \"measure_s\": %.6f, \"readings\": %zu, \"thd_db\": %.4f, "
        "\"true_thd_db\": -100.0}\n",
        points, fft_s, measure_s, count, thd_db);
}
