// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/played/played_scene.hpp"

#include "drivers/transfer_curve.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace fourpole {

namespace {

constexpr double delay = 512.0;  ///< frames

/// Blocks of an impulse response up to the last that 24 bits could tell from silence, 60 dB below their step.
std::size_t heard_parts(const double* response) {
    std::size_t n = PlayedScene::parts * PlayedScene::block;
    while (n > 0 && std::abs(response[n - 1]) < 1e-10) --n;
    return (n + PlayedScene::block - 1) / PlayedScene::block;
}

/// sum += h x, without the care for infinities that std::complex takes.
void add_product(const std::vector<std::complex<double>>& h, const std::vector<std::complex<double>>& x,
                 std::complex<double>* sum) {
    for (std::size_t k = 0; k < h.size(); ++k) {
        const double hr = h[k].real(), hi = h[k].imag(), xr = x[k].real(), xi = x[k].imag();
        sum[k] += std::complex<double>(hr * xr - hi * xi, hr * xi + hi * xr);
    }
}

double white(double band_rms, double rate_hz) { return band_rms * std::sqrt(0.5 * rate_hz / 19980.0); }

}  // namespace

PlayedScene::PlayedScene(Scene scene, double gain)
    : scene_(std::move(scene)), gain_(gain), chance_(scene_.seed) {
    for (const Side side : sides) {
        heard_[side].assign(parts, Spectrum(fft_.bins()));
        emf_[side].assign(2 * block, 0.0);
        tap_[side].assign(block, 0.0);
    }
}

Result<PlayedScene> PlayedScene::of(const Scene& scene, double gain) {
    const auto curve = TransferCurve::of(scene.circuit, 0.5 * scene.clock.rate_hz);
    if (!curve) return curve.error();
    PlayedScene out(scene, gain);
    // Twice as long as what is kept of it: what has not died away by then would fold back.
    RealFft whole(2 * parts * block);
    for (const Side from : sides)
        for (const Side to : sides) {
            for (std::size_t k = 0; k < whole.bins(); ++k) {
                const double over_rate = static_cast<double>(k) / static_cast<double>(whole.size());
                const Complex h = curve->at(over_rate * scene.clock.rate_hz)[from][to];
                whole.spectrum()[k] = low_pass(over_rate) * scene.tap[to] / scene.full_scale_v * h *
                                      std::polar(1.0, -2.0 * std::numbers::pi * over_rate * delay);
            }
            whole.inverse();
            const Side seen = scene.inputs_exchanged ? other(to) : to;
            for (std::size_t p = 0; p < heard_parts(whole.signal()); ++p) {
                std::fill_n(out.fft_.signal(), 2 * block, 0.0);
                std::copy_n(whole.signal() + p * block, block, out.fft_.signal());
                out.fft_.forward();
                out.fir_[from][seen].emplace_back(out.fft_.spectrum(), out.fft_.spectrum() + out.fft_.bins());
            }
        }
    return out;
}

void PlayedScene::emf_of(std::span<const float> in, Side side) {
    std::vector<double>& emf = emf_[side];
    std::copy_n(emf.begin() + block, block, emf.begin());
    const double noise = white(scene_.player_noise_fs, scene_.clock.rate_hz);
    for (std::size_t n = 0; n < block; ++n) {
        const double x = scene_.playing ? gain_ * static_cast<double>(in[n]) : 0.0;
        const double y = x + scene_.second_order * x * x + scene_.third_order * x * x * x;
        emf[block + n] =
            (scene_.clip_fs ? std::clamp(y, -*scene_.clip_fs, *scene_.clip_fs) : y) + noise * chance_.gauss();
    }
    std::copy(emf.begin(), emf.end(), fft_.signal());
    fft_.forward();
    std::copy_n(fft_.spectrum(), fft_.bins(), heard_[side][newest_].begin());
}

void PlayedScene::play(const PerSide<std::span<const float>>& in, const PerSide<std::span<float>>& out) {
    newest_ = (newest_ + 1) % parts;
    for (const Side side : sides) emf_of(in[side], side);
    for (const Side to : sides) {
        std::fill_n(fft_.spectrum(), fft_.bins(), std::complex<double>{});
        for (const Side from : sides)
            for (std::size_t p = 0; p < fir_[from][to].size(); ++p)
                add_product(fir_[from][to][p], heard_[from][(newest_ + parts - p) % parts], fft_.spectrum());
        fft_.inverse();
        std::copy_n(fft_.signal() + block, block, tap_[to].begin());
    }
    const double noise = white(scene_.interface_noise_fs, scene_.clock.rate_hz);
    const double turn = 2.0 * std::numbers::pi * scene_.mains_hz / scene_.clock.rate_hz;
    for (std::size_t n = 0; n < block; ++n, ++frame_) {
        const double angle = turn * static_cast<double>(frame_);
        const double hum = scene_.hum_fs * (std::sin(angle) + std::sin(3.0 * angle) / 3.0);
        for (const Side side : sides)
            out[side][n] =
                static_cast<float>(tap_[side][n] + scene_.interface_crosstalk * tap_[other(side)][n] +
                                   scene_.dc_fs + hum + noise * chance_.gauss());
    }
}

}  // namespace fourpole
