// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/analysis/slow_phase.hpp"

#include "rig/analysis/tone_fit.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <vector>

namespace fourpole {

namespace {

constexpr double pi = std::numbers::pi;
constexpr double block_s = 0.01, cutoff_hz = 6.5;
constexpr std::size_t least_blocks = 64;
constexpr std::ptrdiff_t half_taps = 46;  ///< (100 - 8) / (2.285 2 pi 7 Hz 10 ms) / 2
constexpr double kaiser_beta = 10.06;     ///< 0.1102 (100 - 8.7)
constexpr double least_rms_rad = 0.01;
constexpr double steps_more = 0.5;  ///< rms of a step re that of phi, beyond which it is no slow one
constexpr int passes = 2;

double kernel(double blocks) {
    const double edge = blocks / (static_cast<double>(half_taps) + 1.0);
    if (std::abs(edge) >= 1.0) return 0.0;
    const double x = 2.0 * cutoff_hz * block_s * blocks;
    const double sinc = std::abs(x) < 1e-12 ? 1.0 : std::sin(pi * x) / (pi * x);
    return 2.0 * cutoff_hz * block_s * sinc *
           std::cyl_bessel_i(0.0, kaiser_beta * std::sqrt(1.0 - edge * edge)) /
           std::cyl_bessel_i(0.0, kaiser_beta);
}

/// Of blocks' phases each sample's, smoothed.
std::vector<double> smoothed(const std::vector<double>& phases, std::size_t block, std::size_t samples) {
    const auto count = static_cast<std::ptrdiff_t>(phases.size());
    const auto at = [&](std::ptrdiff_t b) {
        if (b < 0) return 2.0 * phases.front() - phases[static_cast<std::size_t>(std::min(-b, count - 1))];
        if (b >= count)
            return 2.0 * phases.back() -
                   phases[static_cast<std::size_t>(std::max<std::ptrdiff_t>(2 * count - 2 - b, 0))];
        return phases[static_cast<std::size_t>(b)];
    };
    constexpr std::size_t taps = 2 * half_taps + 2;
    std::vector<double> weights(block * taps);
    for (std::size_t i = 0; i < block; ++i) {
        const double part =
            (static_cast<double>(i) - 0.5 * (static_cast<double>(block) - 1.0)) / static_cast<double>(block);
        double sum = 0.0;
        for (std::size_t k = 0; k < taps; ++k)
            sum += weights[i * taps + k] =
                kernel(part - static_cast<double>(static_cast<std::ptrdiff_t>(k) - half_taps));
        for (std::size_t k = 0; k < taps; ++k) weights[i * taps + k] /= sum;
    }
    std::vector<double> out(samples), near(taps);
    for (std::size_t n = 0; n < samples; ++n) {
        const std::size_t b = n / block, i = n % block;
        if (i == 0)
            for (std::size_t k = 0; k < taps; ++k)
                near[k] = at(static_cast<std::ptrdiff_t>(b + k) - half_taps);
        double sum = 0.0;
        for (std::size_t k = 0; k < taps; ++k) sum += weights[i * taps + k] * near[k];
        out[n] = sum;
    }
    return out;
}

double rms_of(const std::vector<double>& x) {
    double sum = 0.0, squares = 0.0;
    for (const double v : x) sum += v, squares += v * v;
    const auto count = static_cast<double>(x.size());
    return std::sqrt(std::max(0.0, squares / count - sum * sum / (count * count)));
}

/// Phases of blocks of z, whole turns taken out of their steps.
std::vector<double> unwrapped(const std::vector<std::complex<double>>& z, std::size_t block) {
    std::vector<double> out;
    for (std::size_t from = 0; from + block <= z.size(); from += block) {
        std::complex<double> sum = 0.0;
        for (std::size_t n = from; n < from + block; ++n) sum += z[n];
        const double phase = std::arg(sum);
        out.push_back(out.empty() ? phase : out.back() + std::remainder(phase - out.back(), 2.0 * pi));
    }
    return out;
}

}  // namespace

std::optional<BesideSlowPhase> beside_slow_phase(std::span<const double> rest, std::complex<double> phasor,
                                                 double omega, double rate_hz) {
    const auto block = static_cast<std::size_t>(block_s * rate_hz + 0.5);
    const std::size_t count = rest.size();
    if (count < least_blocks * block || std::abs(phasor) <= 0.0) return {};
    // 1 + z of the tone as fitted; mirrored about twice its frequency stands the same, which blocks average.
    const Modulation fitted = modulation_of(rest, phasor, omega);
    std::vector<std::complex<double>> turned(count);
    for (std::size_t n = 0; n < count; ++n) turned[n] = {1.0 + fitted.amplitude[n], fitted.phase[n]};
    std::vector<double> phi(count, 0.0);
    for (int pass = 0; pass < passes; ++pass) {
        std::vector<std::complex<double>> now(count);
        for (std::size_t n = 0; n < count; ++n) now[n] = turned[n] * std::polar(1.0, -phi[n]);
        const std::vector<double> phases = unwrapped(now, block);
        if (pass == 0) {
            std::vector<double> steps;
            for (std::size_t b = 1; b < phases.size(); ++b) steps.push_back(phases[b] - phases[b - 1]);
            const double rms = rms_of(phases);
            if (rms < least_rms_rad || rms_of(steps) > steps_more * rms) return {};
        }
        const std::vector<double> more = smoothed(phases, block, count);
        for (std::size_t n = 0; n < count; ++n) phi[n] += more[n];
    }
    BesideSlowPhase out;
    out.rms_rad = rms_of(phi);
    // The tone as it swings, A e^(j phi) re the fitted one, and what is left of the samples beside it.
    std::complex<double> size = 0.0;
    for (std::size_t n = 0; n < count; ++n) size += turned[n] * std::polar(1.0, -phi[n]);
    size /= static_cast<double>(count);
    const double centre = 0.5 * (static_cast<double>(count) - 1.0);
    out.modulation.phase.resize(count), out.modulation.amplitude.resize(count);
    for (std::size_t n = 0; n < count; ++n) {
        const auto carrier =
            std::polar(1.0, std::remainder(omega * (static_cast<double>(n) - centre), 2.0 * pi));
        const auto swings = size * std::polar(1.0, phi[n]);
        const double beside = rest[n] + (phasor * (1.0 - swings) * carrier).real();
        const auto z = 2.0 * beside / (phasor * swings * carrier);
        out.modulation.amplitude[n] = z.real(), out.modulation.phase[n] = z.imag();
    }
    return out;
}

}  // namespace fourpole
