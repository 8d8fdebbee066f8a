// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/pace_doubt.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

namespace fourpole {

namespace {

constexpr double pi = std::numbers::pi;
constexpr double longest_block_s = 0.01, shortest_block_s = 0.001, least_periods = 4.0;
constexpr double blocks_wanted = 64.0;
constexpr std::size_t least_blocks = 16;
// Of white noise sum s_k^2 / k^2 scatters by sqrt(sum 1 / k^4) / sum 1 / k^2 = 0.63 of itself: 3 of that.
constexpr double pace_beyond_chance = 2.9;
constexpr double beyond_chance = 3.0;
constexpr std::size_t end_part = 100;  ///< of the blocks
constexpr double wide_rad = 0.4;       ///< rms of a phase that a fit's own slope may not have followed
constexpr double highest_k = 200.0;    ///< beyond it 1 / k^2 leaves 0.3 % of the sum

/// sum_k s_k^2 / k^2 over the spectrum of times without their line.
double weighted_power(const std::vector<double>& times) {
    const auto n = static_cast<double>(times.size());
    double sum = 0.0;
    for (double k = 1.0; k <= std::min(highest_k, 0.5 * n - 1.0); ++k) {
        double even = 0.0, odd = 0.0;
        const std::complex<double> step = std::polar(1.0, 2.0 * pi * k / n);
        std::complex<double> turn = std::polar(1.0, -pi * k * (n - 1.0) / n);
        for (const double t : times) {
            even += t * turn.real(), odd += t * turn.imag();
            turn *= step;
        }
        const double kept = 1.0 - 6.0 / (pi * pi * k * k);
        sum += 2.0 / (n * n) * (even * even + odd * odd / kept) / (k * k);
    }
    return sum;
}

/// Whole turns of the tone taken out of the steps from block to block.
void unwrap(std::vector<double>& times, double period_s) {
    for (std::size_t b = 1; b < times.size(); ++b)
        times[b] = times[b - 1] + std::remainder(times[b] - times[b - 1], period_s);
}

/// Takes the line out, and returns its slope a block.
double take_line_out(std::vector<double>& times) {
    const auto count = static_cast<double>(times.size());
    double sum = 0.0, along = 0.0;
    for (std::size_t b = 0; b < times.size(); ++b) {
        sum += times[b];
        along += times[b] * (static_cast<double>(b) - 0.5 * (count - 1.0));
    }
    const double slope = 12.0 * along / (count * (count * count - 1.0));
    for (std::size_t b = 0; b < times.size(); ++b)
        times[b] -= sum / count + slope * (static_cast<double>(b) - 0.5 * (count - 1.0));
    return slope;
}

}  // namespace

BlockTimes block_times(const ToneFit& fit, std::complex<double> phasor, double hz, double rate_hz,
                       std::size_t block) {
    const double omega = 2.0 * pi * hz / rate_hz;
    // The tone as fitted makes half of its phasor in each block; what is left is added to that.
    const auto own = 0.5 * static_cast<double>(block) * phasor *
                     std::polar(1.0, -std::remainder(omega * fit.centre(), 2.0 * pi));
    BlockTimes out{static_cast<double>(block) / rate_hz, {}};
    for (const auto& sum : demodulated(fit.rest, omega, block))
        out.times_s.push_back(std::arg(1.0 + sum / own) / (omega * rate_hz));
    return out;
}

std::optional<PaceDoubt> pace_doubt(const ToneFit& fit, std::complex<double> phasor, double hz,
                                    double rate_hz) {
    PaceDoubt out;
    hz *= fit.scale;
    out.seconds = static_cast<double>(fit.rest.size()) / rate_hz;
    if (std::abs(phasor) <= 0.0) return {};
    const double block_s = std::max(
        std::clamp(out.seconds / blocks_wanted, shortest_block_s, longest_block_s), least_periods / hz);
    const auto block = static_cast<std::size_t>(block_s * rate_hz + 0.5);
    BlockTimes blocks = block_times(fit, phasor, hz, rate_hz, block);
    std::vector<double>& times = blocks.times_s;
    if (times.size() < least_blocks) return {};
    const auto mean_square = [&times] {
        double squares = 0.0;
        for (const double t : times) squares += t * t;
        return squares / static_cast<double>(times.size());
    };
    double rms = std::sqrt(mean_square());
    if (rms * 2.0 * pi * hz > wide_rad) {
        // A fit on a sideband of its own turns more than half a turn from block to block.
        const auto quick =
            static_cast<std::size_t>(std::max(block_s / 8.0, least_periods / hz) * rate_hz + 0.5);
        if (quick < block) blocks = block_times(fit, phasor, hz, rate_hz, quick);
        unwrap(times, 1.0 / hz);
        out.pace_off = take_line_out(times) / blocks.block_s;
        rms = std::sqrt(mean_square());
    }
    const auto count = static_cast<double>(times.size());
    // sigma / A sqrt(2 / N) rad a block. What wander leaves in the rest counts here too, and little: 1 / N of
    // it.
    out.noise_rms_s =
        std::sqrt(2.0 * fit.rest_variance / (blocks.block_s * rate_hz)) / (std::abs(phasor) * 2.0 * pi * hz);
    const double span_s = blocks.block_s * count;
    const double pace = 6.0 / (pi * span_s) * std::sqrt(weighted_power(times));
    const double by_noise = std::sqrt(12.0 / count) * out.noise_rms_s / span_s;
    const bool wanders = pace > std::sqrt(pace_beyond_chance) * by_noise;
    if (wanders) out.u_pace = pace;
    if (wanders || rms > out.noise_rms_s * (1.0 + beyond_chance * std::sqrt(0.5 / count)))
        out.rms_s = std::sqrt(std::max(rms * rms - out.noise_rms_s * out.noise_rms_s, 0.0));
    if (out.rms_s > 0.0) {
        const std::size_t most = std::max<std::size_t>(1, times.size() / end_part);
        for (std::size_t b = 0; b < most; ++b)
            out.first_s += times[b] / static_cast<double>(most),
                out.last_s += times[times.size() - 1 - b] / static_cast<double>(most);
    }
    return out;
}

}  // namespace fourpole
