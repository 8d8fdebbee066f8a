// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/signal_chain.hpp"

#include "drivers/chance.hpp"
#include "drivers/recorded_events.hpp"
#include "drivers/transfer_curve.hpp"
#include "rig/fft/fft.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace fourpole {

namespace {

using Spectrum = std::vector<Complex>;

/// Standard deviation of white noise sampled at `rate_hz` whose part between 20 Hz and
/// 20 kHz has the rms `band_rms`.
double white(double band_rms, double rate_hz) { return band_rms * std::sqrt(0.5 * rate_hz / 19980.0); }

/// One side of the player: EMF in full scales, as the spectrum's bins below half the
/// capture's rate; `fft` is of twice the capture's length.
Result<Spectrum> player(const Scene& scene, Side side, RealFft& fft) {
    const Clock fine{2.0 * scene.clock.rate_hz, 2.0 * scene.clock.start, scene.clock.ppm};
    std::vector<double> x(2 * scene.frames, 0.0);
    if (scene.playing) {
        x = render(*scene.programme, side, fine, x.size());
        if (const auto added = add_recorded_events(*scene.programme, side, fine, scene.seed, x); !added)
            return added.error();
    }
    double* signal = fft.signal();
    for (std::size_t i = 0; i < x.size(); ++i) {
        const double y = x[i] + scene.second_order * x[i] * x[i] + scene.third_order * x[i] * x[i] * x[i];
        signal[i] = scene.clip_fs ? std::clamp(y, -*scene.clip_fs, *scene.clip_fs) : y;
    }
    std::fill(signal + x.size(), signal + fft.size(), 0.0);
    fft.forward();

    // White noise of deviation s has |X|^2 = N s^2 on average, half of it in each part.
    Chance chance(hash_of({"player noise", name(side)}, scene.seed));
    const double n = static_cast<double>(fft.size());
    const double part = white(scene.player_noise_fs, 2.0 * scene.clock.rate_hz) * std::sqrt(0.5 * n);
    Spectrum emf(fft.spectrum(), fft.spectrum() + fft.size() / 4 + 1);
    for (Complex& bin : emf) {
        const double in_phase = part * chance.gauss();
        bin += Complex{in_phase, part * chance.gauss()};
    }
    return emf;
}

/// What the two inputs see, in full scales of the interface, at the capture's rate.
PerSide<std::vector<double>> taps(const Scene& scene, const TransferCurve& curve,
                                  const PerSide<Spectrum>& emf, RealFft& fft) {
    PerSide<Spectrum> seen;
    for (const Side s : sides) seen[s].resize(fft.bins());
    const double bin_over_rate = 1.0 / static_cast<double>(fft.size());
    for (std::size_t k = 0; k < fft.bins(); ++k) {
        const double over_rate = static_cast<double>(k) * bin_over_rate;
        // Half: the spectrum was taken over twice as many samples as come back.
        const double gain = 0.5 * low_pass(over_rate) / scene.full_scale_v;
        if (gain == 0.0) break;
        const auto h = curve.at(over_rate * scene.clock.rate_hz);
        for (const Side to : sides)
            for (const Side from : sides) seen[to][k] += gain * scene.tap[to] * h[from][to] * emf[from][k];
    }
    if (scene.inputs_exchanged) std::swap(seen[Side::left], seen[Side::right]);
    PerSide<std::vector<double>> samples;
    for (const Side s : sides) {
        for (std::size_t k = 0; k < fft.bins(); ++k)
            fft.spectrum()[k] = seen[s][k] + scene.interface_crosstalk * seen[other(s)][k];
        fft.inverse();
        samples[s].assign(fft.signal(), fft.signal() + scene.frames);
    }
    return samples;
}

/// Adds what the interface itself adds, then counts in whole steps.
void convert(const Scene& scene, Side side, std::vector<double>& samples) {
    Chance chance(hash_of({"interface", name(side)}, scene.seed));
    const double noise = white(scene.interface_noise_fs, scene.clock.rate_hz);
    const double turn = 2.0 * std::numbers::pi * scene.mains_hz / scene.clock.rate_hz;
    const double phase = 2.0 * std::numbers::pi * Chance(hash_of({"mains"}, scene.seed)).uniform();
    const double steps = std::ldexp(1.0, scene.bits - 1);
    for (std::size_t n = 0; n < samples.size(); ++n) {
        double x = samples[n] + scene.dc_fs;
        if (scene.hum_fs > 0.0) {  // rectifiers draw the third harmonic: a third of the fundamental
            const double angle = turn * static_cast<double>(n) + phase;
            x += scene.hum_fs * (std::sin(angle) + std::sin(3.0 * angle) / 3.0);
        }
        if (noise > 0.0) x += noise * chance.gauss();
        const double triangle = scene.dither ? chance.uniform() - chance.uniform() : 0.0;
        samples[n] = std::clamp(std::nearbyint(x * steps + triangle), -steps, steps - 1.0) / steps;
    }
}

}  // namespace

double low_pass(double frequency_over_rate) {
    constexpr double flat = 0.46, stop = 0.495;
    if (frequency_over_rate <= flat) return 1.0;
    if (frequency_over_rate >= stop) return 0.0;
    return 0.5 + 0.5 * std::cos(std::numbers::pi * (frequency_over_rate - flat) / (stop - flat));
}

Result<std::vector<std::vector<double>>> simulate(const Scene& scene,
                                                  const std::function<bool(double)>& progress) {
    const Fault stopped{Fault::Kind::stopped, "simulated bench", "stopped by the operator during a take"};
    const auto curve = TransferCurve::of(scene.circuit, 0.5 * scene.clock.rate_hz);
    if (!curve) return curve.error();

    // Half a second of silence behind the take, so that what rings on past its end does not
    // come round to its beginning.
    const std::size_t length =
        2 * fast_length((scene.frames + static_cast<std::size_t>(0.5 * scene.clock.rate_hz)) / 2 + 1);
    PerSide<Spectrum> emf;
    {
        RealFft fine(2 * length);
        double done = 0.0;
        for (const Side side : sides) {
            auto spectrum = player(scene, side, fine);
            if (!spectrum) return spectrum.error();
            emf[side] = std::move(*spectrum);
            if (!progress(done += 0.35)) return stopped;
        }
    }
    RealFft coarse(length);
    auto samples = taps(scene, *curve, emf, coarse);
    if (!progress(0.9)) return stopped;
    std::vector<std::vector<double>> channels;
    for (const Side side : sides) {
        convert(scene, side, samples[side]);
        channels.push_back(std::move(samples[side]));
    }
    return channels;
}

}  // namespace fourpole
