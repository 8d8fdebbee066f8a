// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/excitation.hpp"

#include "rig/fft/fft.hpp"
#include "rig/stimulus/between_samples.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace fourpole {

namespace {

constexpr double floor_of_division = 1e-7;  ///< of the largest |X|^2: quieter bins are not used

/// Of the mean |X|^2 within 2 Hz: noise and music have bins of nearly nothing among loud ones, and divided by
/// them a take's noise would be all that is seen.
constexpr double floor_between_neighbours = 1e-3, neighbours_hz = 2.0;

/// ... and of the mean within so many bins of the inverse's own length: by its ends it leaks, and what is
/// divided by nothing in a hole between two tones would stand beside it many times as large as what plays.
struct LeakFloor {
    double bins, share;
};
constexpr LeakFloor leak_floors[] = {{3.0, 1e-3}, {30.0, 1e-5}, {150.0, 1e-6}};

constexpr double highest_share_of_rate = 0.45;  ///< of the capture's rate, where a sweep goes beyond half

constexpr double ringing_s = 0.5;  ///< how far the inverse of a recorded wave reaches beyond it

// The inverse is faded over half an octave at the low end and a fourteenth at the high
// end: a sweep that starts or stops hard would ring on into its own harmonics' places.
constexpr double rise_of_inverse = 0.35, fall_of_inverse = 0.05;

/// Raised cosine from 0 at x = 0 to 1 at x = 1.
double fade(double x) { return x >= 1.0 ? 1.0 : x <= 0.0 ? 0.0 : 0.5 - 0.5 * std::cos(std::numbers::pi * x); }

/// Mean of each bin and those within `reach` bins of it.
std::vector<double> mean_around(const std::vector<double>& power, double reach) {
    const auto far = static_cast<std::size_t>(reach);
    std::vector<double> sum(power.size() + 1, 0.0), out(power.size());
    std::partial_sum(power.begin(), power.end(), sum.begin() + 1);
    for (std::size_t k = 0; k < power.size(); ++k) {
        const std::size_t first = k - std::min(k, far), last = std::min(power.size() - 1, k + far);
        out[k] = (sum[last + 1] - sum[first]) / static_cast<double>(last + 1 - first);
    }
    return out;
}

double hertz_of_bin(std::size_t bin, const RealFft& fft, double rate_hz) {
    return static_cast<double>(bin) * rate_hz / static_cast<double>(fft.size());
}

}  // namespace

SampleSource PreparedEvent::inverse_source() const {
    if (!weighted) return source_of(inverse);
    return [samples = source_of(wave), size = wave.size(), by = weighted](std::ptrdiff_t from,
                                                                          std::span<double> out) {
        samples(from, out);
        for (std::size_t i = 0; i < out.size(); ++i)
            if (const std::ptrdiff_t n = from + static_cast<std::ptrdiff_t>(i);
                n >= 0 && n < static_cast<std::ptrdiff_t>(size))
                out[i] = by(static_cast<std::size_t>(n), out[i]);
    };
}

PreparedEvent prepare_sweep(const Event& event, const Clock& clock, double quiet_after_s) {
    const auto& sweep = std::get<Sweep>(event.what);
    PreparedEvent out;
    out.origin = static_cast<std::ptrdiff_t>(std::floor(clock.sample_at(sweep.start_s)));
    const double fast = 1.0 + clock.ppm * 1e-6;  // the capture hears every frequency higher
    // What lies beyond half the capture's rate did not pass its converter: the sweep ends before.
    const double highest_hz = highest_share_of_rate * clock.rate_hz / fast;
    const bool whole = sweep.f2_hz < 0.51 * clock.rate_hz / fast;
    const double f2_hz = whole ? sweep.f2_hz : std::max(highest_hz, 1.01 * sweep.f1_hz);
    const double length_s = sweep.rate_s * std::log(f2_hz / sweep.f1_hz);
    const auto last = static_cast<std::ptrdiff_t>(std::ceil(clock.sample_at(sweep.start_s + length_s)));
    out.wave.resize(static_cast<std::size_t>(last - out.origin + 1));
    const double rise_s = rise_of_inverse * sweep.rate_s, fall_s = fall_of_inverse * sweep.rate_s;
    const auto u_of = [clock, origin = out.origin](std::size_t i) {
        return clock.u_at(static_cast<double>(origin) + static_cast<double>(i));
    };
    for (std::size_t i = 0; i < out.wave.size(); ++i) out.wave[i] = value_at(event, u_of(i));
    out.weighted = [=, start_s = sweep.start_s, rate_s = sweep.rate_s](std::size_t i, double x) {
        const double v = u_of(i) - start_s;
        return x * std::exp(v / rate_s) * fade(v / rise_s) * fade((length_s - v) / fall_s);
    };
    out.f1_hz = sweep.f1_hz * fast;
    out.f2_hz = f2_hz * fast;
    out.rate_s = sweep.rate_s / fast;
    out.fade_in_s = sweep.fade_in_s / fast;
    out.rate_hz = clock.rate_hz;
    out.quiet_after_s = quiet_after_s + duration_s(sweep) - length_s;
    return out;
}

PreparedEvent prepare_wave(std::span<const double> wave, const Clock& clock, double start_s,
                           double quiet_after_s, std::size_t frames, const SamplesEarly& early) {
    PreparedEvent out;
    const double step = 1.0 + 1e-6 * clock.ppm, at = clock.sample_at(start_s);
    const bool own_samples = clock.ppm == 0.0 && !early;
    // The inverse rings on both sides of the wave itself: room for it, the wave in the middle.
    const auto margin = std::min(wave.size() / 2, static_cast<std::size_t>(ringing_s * clock.rate_hz));
    const auto length = static_cast<std::size_t>(std::ceil(static_cast<double>(wave.size()) / step));
    const auto first = static_cast<std::ptrdiff_t>(std::lround(at));
    out.origin = first - static_cast<std::ptrdiff_t>(margin);
    // A wave that begins or ends hard rings on between its samples.
    const auto lead = static_cast<std::ptrdiff_t>(own_samples ? 0 : std::min<std::size_t>(margin, 128));
    const double place = own_samples ? 0.0 : step * (static_cast<double>(first - lead) - at);
    const std::size_t count = length + 2 * static_cast<std::size_t>(lead);
    if (early) {
        std::vector<double> places(count);
        for (std::size_t i = 0; i < count; ++i) {
            const double n = static_cast<double>(first - lead) + static_cast<double>(i);
            places[i] = step * (n + early(n) - at);
        }
        out.wave = between_samples(wave, places);
    } else {
        out.wave = between_samples(wave, place, step, count);
    }
    out.wave.insert(out.wave.begin(), margin - static_cast<std::size_t>(lead), 0.0);
    out.wave.resize(length + 2 * margin, 0.0);
    for (std::size_t i = 0; i < out.wave.size(); ++i) {
        const auto n = out.origin + static_cast<std::ptrdiff_t>(i);
        // What was played before or after the capture is in no sample of it.
        if (frames != std::numeric_limits<std::size_t>::max() &&
            (n < 0 || n >= static_cast<std::ptrdiff_t>(frames)))
            out.wave[i] = 0.0;
    }
    out.rate_hz = clock.rate_hz;
    out.quiet_after_s = quiet_after_s;

    RealFft fft(fast_length(2 * out.wave.size()));
    std::fill(std::copy(out.wave.begin(), out.wave.end(), fft.signal()), fft.signal() + fft.size(), 0.0);
    fft.forward();
    std::vector<double> power(fft.bins());
    for (std::size_t k = 0; k < fft.bins(); ++k) power[k] = std::norm(fft.spectrum()[k]);
    const double least = floor_of_division * *std::max_element(power.begin(), power.end());
    std::vector<double> floor(fft.bins(), std::max(least, 1e-300));
    const auto at_least = [&](double share, double reach) {
        const auto around = mean_around(power, reach);
        for (std::size_t k = 0; k < floor.size(); ++k) floor[k] = std::max(floor[k], share * around[k]);
    };
    at_least(floor_between_neighbours, neighbours_hz * static_cast<double>(fft.size()) / clock.rate_hz);
    for (const LeakFloor& f : leak_floors)
        at_least(f.share, f.bins * static_cast<double>(fft.size()) / static_cast<double>(out.wave.size()));
    for (std::size_t k = 0; k < fft.bins(); ++k) fft.spectrum()[k] /= power[k] + floor[k];
    fft.inverse();
    out.inverse.assign(fft.signal(), fft.signal() + out.wave.size());
    // It rings on beyond the wave; cut off there it would let all frequencies leak into each other.
    for (std::size_t i = 0; i < margin; ++i) {
        const double w = fade((static_cast<double>(i) + 0.5) / static_cast<double>(margin));
        out.inverse[i] *= w, out.inverse[out.inverse.size() - 1 - i] *= w;
    }

    std::vector<double> sorted = power;
    const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
    std::nth_element(sorted.begin(), middle, sorted.end());
    const double enough = 1e-4 * *middle;
    std::size_t low = 1, high = fft.bins() - 1;
    while (low < high && power[low] < enough) ++low;
    while (high > low && power[high] < enough) --high;
    out.f1_hz = hertz_of_bin(low, fft, clock.rate_hz);
    out.f2_hz = hertz_of_bin(high, fft, clock.rate_hz);
    if (!own_samples) out.f2_hz = std::min(out.f2_hz, between_samples_band * 0.5 * clock.rate_hz);
    return out;
}

}  // namespace fourpole
