// SPDX-License-Identifier: GPL-3.0-or-later
// One tone brought down to 0 Hz, and where near its frequency it really lies; declared in tone_fit.hpp.
#include "rig/analysis/tone_fit.hpp"
#include "rig/fft/phasor.hpp"
#include "rig/share_out.hpp"
#include "rig/wide.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace fourpole {

namespace {

constexpr double pi = std::numbers::pi;
constexpr std::size_t chunk = 2048;  ///< samples at a time: y, cosines and sines stay in the cache
constexpr std::size_t lanes = 8;     ///< of a sum: a fixed order on every machine
constexpr std::size_t worth_two_threads = 1 << 18;  ///< samples
constexpr double sums_a_second = 400.0;             ///< of coarse_scale(), before they are thinned out
constexpr double sums_a_period = 10.0;              ///< ... to so many a period of the widest offset
constexpr double search_s = 8.0;                    ///< of a long stretch that every bin is looked at in

/// sum of y e^(-j w n) with the wave's cosines and sines.
FOURPOLE_WIDE std::complex<double> along_and_across(std::span<const double> y, const double* __restrict c,
                                                    const double* __restrict s) {
    std::array<double, lanes> along{}, across{};
    const std::size_t whole = y.size() - y.size() % lanes;
    for (std::size_t n = 0; n < whole; n += lanes)
        for (std::size_t l = 0; l < lanes; ++l) {
            along[l] += y[n + l] * c[n + l];
            across[l] += y[n + l] * s[n + l];
        }
    for (std::size_t n = whole; n < y.size(); ++n) {
        along[n - whole] += y[n] * c[n];
        across[n - whole] += y[n] * s[n];
    }
    double re = 0.0, im = 0.0;
    for (std::size_t l = 0; l < lanes; ++l) re += along[l], im -= across[l];
    return {re, im};
}

using Sums = std::span<const std::complex<double>>;

Sums middle(Sums all, std::size_t count) { return all.subspan((all.size() - count) / 2, count); }

/// Every second one, through a binomial that takes away what would fold back: 64 dB where it matters.
std::vector<std::complex<double>> every_second(Sums sums) {
    std::vector<std::complex<double>> out;
    for (std::size_t b = 2; b + 2 < sums.size(); b += 2)
        out.push_back((sums[b - 2] + sums[b + 2] + 4.0 * (sums[b - 1] + sums[b + 1]) + 6.0 * sums[b]) / 16.0);
    return out;
}

/// Power of a line so far beside 0 Hz, through a Hann window: a neighbour's side lobes stay out.
double power_at(Sums sums, double block_s, double offset_hz) {
    std::complex<double> sum = 0.0, at = 1.0;
    const std::complex<double> turn = std::polar(1.0, -2.0 * pi * offset_hz * block_s);
    for (std::size_t b = 0; b < sums.size(); ++b, at *= turn) {
        const double place = (static_cast<double>(b) + 0.5) / static_cast<double>(sums.size());
        sum += (0.5 - 0.5 * std::cos(2.0 * pi * place)) * sums[b] * at;
    }
    return std::norm(sum);
}

double strongest(Sums sums, double block_s, double widest_hz) {
    const double bin_hz = 1.0 / (block_s * static_cast<double>(sums.size()));
    double best = -1.0, at_hz = 0.0;
    for (double f = -widest_hz; f <= widest_hz; f += 0.5 * bin_hz)
        if (const double p = power_at(sums, block_s, f); p > best) best = p, at_hz = f;
    return at_hz;
}

/// The top of the lobe that `at_hz` stands on, by parabolas of shrinking width.
double sharpened(Sums sums, double block_s, double at_hz) {
    const double bin_hz = 1.0 / (block_s * static_cast<double>(sums.size()));
    for (double step = 0.5 * bin_hz; step > 1e-4 * bin_hz; step *= 0.25) {
        const double before = power_at(sums, block_s, at_hz - step), here = power_at(sums, block_s, at_hz),
                     behind = power_at(sums, block_s, at_hz + step);
        const double curve = before - 2.0 * here + behind;
        if (curve < 0.0) at_hz += std::clamp(0.5 * step * (before - behind) / curve, -step, step);
    }
    return at_hz;
}

}  // namespace

std::vector<std::complex<double>> demodulated(std::span<const double> y, double omega, std::size_t block) {
    std::vector<std::complex<double>> out(y.size() / block);
    // The wave from a chunk's first sample is the same for all of them: it is turned, not they.
    std::vector<double> c(std::min(chunk, block)), s(c.size());
    turn_phasor(omega, 0.0, c, s);
    const auto of_block = [&](std::size_t b) {
        for (std::size_t from = 0; from < block; from += chunk) {
            const auto part = y.subspan(b * block + from, std::min(chunk, block - from));
            const auto first = static_cast<double>(b * block + from);
            const auto sum = along_and_across(part, c.data(), s.data());
            const auto turn = std::polar(1.0, -std::remainder(omega * first, 2.0 * pi));
            out[b] += std::complex(sum.real() * turn.real() - sum.imag() * turn.imag(),
                                   sum.real() * turn.imag() + sum.imag() * turn.real());
        }
    };
    const std::size_t parts = y.size() < worth_two_threads ? 1 : 2;
    share_out(2, parts, [&](std::size_t p) {
        for (std::size_t b = p * out.size() / parts; b < (p + 1) * out.size() / parts; ++b) of_block(b);
    });
    return out;
}

std::optional<double> coarse_scale(std::span<const double> y, double rate_hz, double frequency_hz,
                                   double most_ppm) {
    if (frequency_hz * static_cast<double>(y.size()) < 32.0 * rate_hz) return {};
    const double widest_hz = 1e-6 * most_ppm * frequency_hz;
    const auto block =
        static_cast<std::size_t>(std::clamp(rate_hz / std::max(sums_a_second, sums_a_period * widest_hz), 1.0,
                                            static_cast<double>(y.size()) / 32.0));
    auto sums = demodulated(y, 2.0 * pi * frequency_hz / rate_hz, block);
    double block_s = static_cast<double>(block) / rate_hz;
    while (sums.size() > 128 && 2.0 * block_s * sums_a_period * widest_hz <= 1.0) {
        sums = every_second(sums);
        block_s *= 2.0;
    }
    // A part in the middle first: a long stretch has more bins than need be looked at.
    std::size_t used = std::min(sums.size(), static_cast<std::size_t>(search_s / block_s) + 1);
    double at_hz = strongest(middle(sums, used), block_s, widest_hz);
    at_hz = sharpened(middle(sums, used), block_s, at_hz);
    while (used < sums.size()) {
        used = std::min(2 * used, sums.size());
        at_hz = sharpened(middle(sums, used), block_s, at_hz);
    }
    return 1.0 + at_hz / frequency_hz;
}

}  // namespace fourpole
