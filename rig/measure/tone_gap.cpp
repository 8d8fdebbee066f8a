// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/tone_gap.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace fourpole {

namespace {

constexpr double beyond_noise = 8.0, of_amplitude = 0.02;
constexpr double as_likely = 16.0;     ///< variances: four standard deviations
constexpr double silent_rms = 3.0;     ///< re the usual noise
constexpr std::ptrdiff_t silence = 8;  ///< samples that have an rms

double amplitude(const ToneWave& wave) {
    double sum = 0.0;
    for (const auto& p : wave.phasors) sum += std::abs(p);
    return sum;
}

/// Squares against one wave over the noise, and the farthest any input is off it over what is no wave.
struct Against {
    std::vector<double> squares, off;
};
Against against(const Recording& recording, const ToneReference& reference, const ToneState& state,
                double rest, std::size_t from, std::size_t count) {
    Against out{std::vector<double>(count, 0.0), std::vector<double>(count, 0.0)};
    for (const Side side : sides) {
        const auto& wave = reference.wave[side];
        if (!wave) continue;
        const auto x = wave->at(static_cast<double>(from) - state.delay, count).value;
        const double variance = rest * wave->variance;
        const double most = std::max(beyond_noise * std::sqrt(variance), of_amplitude * amplitude(*wave));
        for (std::size_t i = 0; i < count; ++i) {
            const double r = recording.samples[side][from + i] - state.gain * x[i];
            out.squares[i] += r * r / variance;
            out.off[i] = std::max(out.off[i], std::abs(r) / most);
        }
    }
    return out;
}

}  // namespace

ToneGap gap_between(const Recording& recording, const ToneReference& reference, const ToneSplit& split,
                    std::ptrdiff_t count) {
    const std::size_t from = split.last, samples = split.first - split.last;
    ToneState behind = split.behind;
    behind.delay += static_cast<double>(count - split.counts.front().samples);
    const Against first = against(recording, reference, split.before, split.rest, from, samples);
    const Against second = against(recording, reference, behind, split.rest, from, samples);
    // sum[i]: against the first wave before sample i, against the second from i on.
    std::vector<double> sum(samples + 1, 0.0);
    for (const double s : second.squares) sum[0] += s;
    for (std::size_t i = 0; i < samples; ++i) sum[i + 1] = sum[i] + first.squares[i] - second.squares[i];
    const auto least = std::min_element(sum.begin(), sum.end());
    auto begin = static_cast<std::size_t>(least - sum.begin()), end = begin;
    std::size_t earliest = begin, latest = begin;
    while (earliest > 0 && sum[earliest - 1] < *least + as_likely) --earliest;
    while (latest < samples && sum[latest + 1] < *least + as_likely) ++latest;
    bool filled = false;
    for (std::size_t i = 0; i < samples; ++i)
        if (std::min(first.off[i], second.off[i]) > 1.0) {
            if (!filled) begin = i;
            filled = true, end = i + 1;
        }
    if (filled) earliest = latest = begin;
    const auto at = [&](std::size_t i) { return static_cast<std::ptrdiff_t>(from + i); };
    return {at(begin), at(end), at(earliest), at(latest)};
}

bool is_silent(const Recording& recording, const ToneReference& reference, const ToneSplit& split,
               std::ptrdiff_t from, std::ptrdiff_t to, double least_step) {
    if (from < 0 || to <= from || to > static_cast<std::ptrdiff_t>(recording.frames())) return false;
    bool zero = true, quiet = to - from >= silence;
    for (const Side side : sides) {
        if (!recording.has(side)) continue;
        double squares = 0.0;
        for (std::ptrdiff_t n = from; n < to; ++n) {
            const double v = recording.samples[side][static_cast<std::size_t>(n)];
            zero = zero && std::abs(v) <= least_step;
            const double ac = v - (reference.wave[side] ? reference.wave[side]->constant : 0.0);
            squares += ac * ac;
        }
        if (const auto& wave = reference.wave[side])
            quiet = quiet && squares <= silent_rms * silent_rms * split.rest * wave->variance *
                                            static_cast<double>(to - from);
    }
    return zero || quiet;
}

}  // namespace fourpole
