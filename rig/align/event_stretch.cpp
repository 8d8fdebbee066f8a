// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/align/event_stretch.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace fourpole {

namespace {

using Index = std::ptrdiff_t;
using Stretch = EventStretch;

constexpr double over_residual = 12.0;  ///< a break stands this far above the local median
constexpr std::size_t block = 256;      ///< samples that share one median
constexpr Index together = 48;          ///< suspicious samples this close are one break

// An event without fades starts and ends with a kink of its own; a fast fade looks like one.
constexpr double onset_s = 0.004;

constexpr double highest_share_of_rate = 0.42;

// A sine much slower than the window is hardly known from it: next to its crossing the recurrence
// leaves a thousandth of the slope. One lost frame leaves the slope itself, or w times it at a crest.
constexpr double of_slope = 0.01, slow_share_of_rate = 0.005;

// What the event's own edges and changes of frequency leave there, times so much, is no break. A lost frame
// leaves w of the wave; an edge of 20 ms at 8 kHz 0.02 w of it.
constexpr double of_its_own = 2.0;
constexpr Index beside = 32;  ///< samples by which the clock may be off as yet

/// 2 cos(w) of the sine that fits samples [from, to) best.
std::pair<double, double> recurrence(std::span<const double> y, Index from, Index to) {
    double cross = 0.0, power = 0.0;
    for (Index m = from; m < to; ++m) {
        const auto i = static_cast<std::size_t>(m);
        cross += y[i] * (y[i + 1] + y[i - 1]);
        power += y[i] * y[i];
    }
    return {cross, power};
}

/// |y[n+1] - c y[n] + y[n-1]| with c from both sides of n, so that a steady change of
/// frequency cancels and the break itself does not.
std::vector<double> residual(const Stretch& s) {
    std::vector<double> out(static_cast<std::size_t>(s.to - s.from), 0.0);
    for (Index n = s.from; n < s.to; ++n) {
        const auto [cross_a, power_a] = recurrence(s.y, n - 24, n - 3);
        const auto [cross_b, power_b] = recurrence(s.y, n + 4, n + 25);
        const double power = power_a + power_b;
        const double c = power > 0.0 ? (cross_a + cross_b) / power : 2.0;
        const auto i = static_cast<std::size_t>(n);
        out[static_cast<std::size_t>(n - s.from)] = std::abs(s.y[i + 1] - c * s.y[i] + s.y[i - 1]);
    }
    return out;
}

double median_of(std::span<const double> values) {
    std::vector<double> copy(values.begin(), values.end());
    const auto middle = copy.begin() + static_cast<Index>(copy.size() / 2);
    std::nth_element(copy.begin(), middle, copy.end());
    return *middle;
}

/// What the recurrence leaves at most of the event itself on samples [from, to), at the size it has there.
double own_residual(const Stretch& s, const Clock& clock, Index from, Index to) {
    constexpr Index margin = 32;
    const Index first = from - margin, count = to - from + 2 * margin;
    std::vector<double> squares(static_cast<std::size_t>(to - from), 0.0);
    double played = 0.0;
    for (const double phase : {0.0, 0.5 * std::numbers::pi}) {
        std::vector<double> wave(static_cast<std::size_t>(count));
        for (Index i = 0; i < count; ++i)
            wave[static_cast<std::size_t>(i)] =
                value_at(*s.event, clock.u_at(static_cast<double>(first + i)), phase);
        const auto e = residual({s.event, margin, count - margin, wave});
        for (std::size_t i = 0; i < e.size(); ++i) squares[i] += e[i] * e[i];
        played += 0.5 * energy(wave, margin, count - margin);
    }
    if (played <= 0.0) return 0.0;
    return std::sqrt(*std::max_element(squares.begin(), squares.end()) * energy(s.y, from, to) / played);
}

}  // namespace

double energy(std::span<const double> y, Index from, Index to) {
    double sum = 0.0;
    for (Index n = from; n < to; ++n) sum += y[static_cast<std::size_t>(n)] * y[static_cast<std::size_t>(n)];
    return sum;
}

std::optional<Stretch> stretch_of(const Recording& recording, const Event& event, const Clock& clock) {
    const auto frames = static_cast<Index>(recording.frames());
    const auto* sweep = std::get_if<Sweep>(&event.what);
    const double from_s = event_start(event) + onset_s;
    const double to_s = event_end(event) - onset_s - (sweep ? sweep->fade_out_s : 0.0);
    auto from = std::max<Index>(32, std::lround(clock.sample_at(from_s)));
    auto to = std::min<Index>(frames - 32, std::lround(clock.sample_at(to_s)));
    // Near half the capture's rate its converter's filter begins; beyond, nothing of the event is left.
    const auto heard = [&](Index n) {
        return frequency_at(event, clock.u_at(static_cast<double>(n))) <
               highest_share_of_rate * clock.rate_hz;
    };
    while (to > from && !heard(to)) to -= 32;
    while (from < to && !heard(from)) from += 32;
    if (to - from < 512) return std::nullopt;
    const std::vector<double>* best = nullptr;
    for (const Side s : sides)
        if (recording.has(s) && (!best || energy(recording.samples[s], from, to) > energy(*best, from, to)))
            best = &recording.samples[s];
    return Stretch{&event, from, to, *best};
}

std::vector<std::pair<Index, Index>> suspects(const Stretch& s, const Clock& clock, double least_step) {
    const std::vector<double> e = residual(s);
    std::vector<double> medians;
    for (std::size_t at = 0; at < e.size(); at += block)
        medians.push_back(median_of(std::span(e).subspan(at, std::min(block, e.size() - at))));
    std::vector<std::pair<Index, Index>> out;
    for (std::size_t i = 0; i < e.size(); ++i) {
        const std::size_t b = i / block;
        double local = medians[b];
        if (b > 0) local = std::max(local, medians[b - 1]);
        if (b + 1 < medians.size()) local = std::max(local, medians[b + 1]);
        const Index n = s.from + static_cast<Index>(i);
        if (e[i] < over_residual * local + 4.0 * least_step) continue;
        if (!out.empty() && n - out.back().second < together)
            out.back().second = n;
        else
            out.emplace_back(n, n);
    }
    std::erase_if(out, [&](const auto& cluster) {
        double most = 0.0, steepest = 0.0;
        for (Index n = cluster.first; n <= cluster.second; ++n)
            most = std::max(most, e[static_cast<std::size_t>(n - s.from)]);
        const Index from = std::max(s.from, cluster.first - beside),
                    to = std::min(s.to, cluster.second + beside);
        if (most < of_its_own * own_residual(s, clock, from, to)) return true;
        if (frequency_at(*s.event, clock.u_at(static_cast<double>(cluster.first))) >
            slow_share_of_rate * clock.rate_hz)
            return false;
        for (Index n = cluster.first - 8; n < cluster.second + 8; ++n)
            steepest = std::max(
                steepest, std::abs(s.y[static_cast<std::size_t>(n + 1)] - s.y[static_cast<std::size_t>(n)]));
        return most < of_slope * steepest;
    });
    return out;
}

std::optional<Index> disturbance(const Stretch& s, Index at) {
    const Index from = std::max(s.from, at - 64), to = std::min(s.to, at + 64);
    if (to - from < 3) return std::nullopt;
    double top = 0.0;
    for (Index n = from; n < to; ++n) top = std::max(top, std::abs(s.y[static_cast<std::size_t>(n)]));
    const std::vector<double> e = residual({s.event, from, to, s.y});
    // One wrong sample spoils three residuals: it is the middle one.
    std::size_t worst = 0;
    double most = 0.0;
    for (std::size_t i = 1; i + 1 < e.size(); ++i)
        if (const double sum = e[i - 1] + e[i] + e[i + 1]; sum > most) most = sum, worst = i;
    if (most <= 0.02 * top) return std::nullopt;
    return from + static_cast<Index>(worst);
}

double noisiness(std::span<const double> y, Index from, Index to) {
    const auto [cross, power] = recurrence(y, from, to);
    const double c = power > 0.0 ? cross / power : 2.0;
    double rest = 0.0;
    for (Index n = from; n < to; ++n) {
        const auto i = static_cast<std::size_t>(n);
        rest += std::pow(y[i + 1] - c * y[i] + y[i - 1], 2);
    }
    return power > 0.0 ? rest / (power * (2.0 + c * c)) : 1.0;
}

}  // namespace fourpole
