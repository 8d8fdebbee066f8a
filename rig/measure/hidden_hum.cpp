// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/hidden_hum.hpp"

#include "rig/analysis/health.hpp"
#include "rig/analysis/mains.hpp"
#include "rig/measure/mains_lines_beside.hpp"
#include "rig/measure/take_health.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace fourpole {

namespace {

constexpr double pi = std::numbers::pi;
constexpr double longest_pause_s = 3.0;
constexpr double beside_nominal = 0.01;              ///< where mains are looked for
constexpr double bins_apart = 2.0;                   ///< nearer to a tone no line is fitted
constexpr double clear_bins = 4.0;                   ///< ... nor is it far off where it is
constexpr double own_bins = 0.25;                    ///< by which a line that was fitted may be off itself
constexpr double far_bins = 10.0;                    ///< beyond it a line leaks less than 3 % of itself
constexpr double speaks = 0.05;                      ///< re the largest line, of the mains' frequency
constexpr double beyond_noise = 4.0;                 ///< of power, in some bins
constexpr double seen = 4.0;                         ///< u, of a line in a pause
constexpr double loudest_pause = 0.03;               ///< of the loudest sample: more is no pause
constexpr double keeps_hz = 0.01, drifts_hz = 0.05;  ///< mains within a take: at least, at most
constexpr int orders_beside_tones = 9;               ///< that are fitted there
constexpr double steepest_at = 2.0816, steepest = 0.4361;  ///< of j1

bool near_an_order(double hz, double within_hz) {
    for (const double mains_hz : {50.0, 60.0}) {
        const double order = std::clamp(std::round(hz / mains_hz), 1.0, static_cast<double>(orders_of_hum));
        if (std::abs(hz - order * mains_hz) < within_hz + beside_nominal * order * mains_hz) return true;
    }
    return false;
}

bool may_hide_hum(const ToneSegment& segment, double rate_hz) {
    const double seconds = segment.end_s - segment.start_s, within_hz = far_bins / seconds;
    const auto products = products_of(segment, rate_hz, seconds);
    return std::any_of(segment.lines.begin(), segment.lines.end(),
                       [&](const PlayedLine& l) { return near_an_order(l.hz, within_hz); }) ||
           std::any_of(products.begin(), products.end(),
                       [&](double hz) { return near_an_order(hz, within_hz); });
}

/// Where the programme is, as far as its pauses need it.
Clock rough_clock(const std::vector<ToneSegment>& segments, const TonePlaces& places, const Timing& timing) {
    Clock out = timing.clock;
    if (timing.found) return out;
    if (places.start) return {out.rate_hz, *places.start, 0.0};
    for (std::size_t i = segments.size(); i-- > 0;)
        if (places.of[i].heard)
            out.start = static_cast<double>(places.of[i].from) -
                        (segments[i].start_s + onset_known_s(segments[i])) * out.rate_hz;
    return out;
}

/// Adds a line that was seen, or that would have been.
void add(HumElsewhere& hum, int order, double hz, double amplitude) {
    auto& slot = hum.amplitude[static_cast<std::size_t>(order - 1)];
    slot = std::max(slot.value_or(0.0), amplitude);
    if (amplitude <= 0.0) return;
    double largest = 0.0;
    for (const auto& a : hum.amplitude) largest = std::max(largest, a.value_or(0.0));
    // Next to nothing is no hum, or does not say where the mains are.
    if (amplitude < speaks * largest) return;
    const double mains_hz = hz / order;
    hum.from_hz = hum.to_hz > 0.0 ? std::min(hum.from_hz, mains_hz) : mains_hz;
    hum.to_hz = std::max(hum.to_hz, mains_hz);
}

/// Far enough from every tone to be what it seems.
bool clear_of_tones(const FittedInput& input, std::size_t tones, double hz) {
    for (std::size_t k = 0; k < tones; ++k)
        if (std::abs(input.hz[k] * input.fit.scale - hz) < clear_bins / input.seconds()) return false;
    return true;
}

/// 50 or 60 Hz, whichever the lines are nearer multiples of; as the take has it where they are of both.
double nominal_of(const std::vector<HumLine>& lines, double known_hz) {
    double off_50 = 0.0, off_60 = 0.0;
    for (const HumLine& l : lines)
        off_50 += std::abs(std::remainder(l.hz, 50.0)), off_60 += std::abs(std::remainder(l.hz, 60.0));
    if (std::abs(off_50 - off_60) < 1.0 && known_hz > 0.0) return known_hz;
    return off_60 < off_50 ? 60.0 : 50.0;
}

/// What a fitted input says of the mains: lines that it holds, and orders at which it would.
void add_fitted(const FittedSegment& segment, const FittedInput& input, HumElsewhere& hum) {
    if (input.hum.empty()) return;
    const double nominal_hz = nominal_of(input.hum, hum.mains_hz());
    for (const HumLine& line : input.hum) {
        if (!clear_of_tones(input, segment.segment.lines.size(), line.hz)) continue;
        const int order =
            std::clamp(static_cast<int>(std::lround(line.hz / nominal_hz)), 1, orders_beside_tones);
        add(hum, order, line.hz, std::abs(line.line.value));
    }
    if (hum.to_hz <= 0.0) return;
    const double apart_hz = bins_apart / input.seconds();
    const auto products = products_below_mains(segment.segment, apart_hz);
    for (int order = 1; order <= orders_beside_tones; ++order) {
        const double hz = order * hum.mains_hz();
        if (std::none_of(products.begin(), products.end(),
                         [&](double p) { return std::abs(p * input.fit.scale - hz) < apart_hz; }))
            add(hum, order, hz, 0.0);
    }
}

bool beside_any_line(const FittedInput& input, double hz) {
    return std::any_of(input.hz.begin(), input.hz.end(), [&](double line_hz) {
        return std::abs(line_hz * input.fit.scale - hz) < far_bins / input.seconds();
    });
}

/// The largest of the orders next to one and next but one (rectifiers draw odd ones or even ones), as they
/// stand in what the tones leave; 0 where noise explains them.
double neighbours(const FittedInput& input, int order, const HumElsewhere& hum) {
    double most = 0.0;
    for (const int apart : {-2, -1, 1, 2}) {
        const double hz = (order + apart) * hum.mains_hz();
        const double width_hz =
            2.0 / input.seconds() + (order + apart) * std::min(0.5 * (hum.to_hz - hum.from_hz), drifts_hz);
        if (hz + width_hz > 0.5 * input.rate_hz) continue;
        const double there = input.noise.around(hz, width_hz),
                     noise = input.noise.density(hz) * 2.0 * width_hz;
        if (there > beyond_noise * noise) most = std::max(most, there);
    }
    return std::sqrt(2.0 * most);
}

void hide_in(FittedInput& input, const HumElsewhere& hum) {
    double largest = 0.0;
    for (const auto& a : hum.amplitude) largest = std::max(largest, a.value_or(0.0));
    if (largest <= 0.0) return;
    for (int order = 1; order <= orders_of_hum; ++order) {
        const double hz = order * hum.mains_hz();
        const auto& known = hum.amplitude[static_cast<std::size_t>(order - 1)];
        // Nobody looked for it; far from every tone it stands in what they leave.
        if (order > orders_beside_tones && !known && !beside_any_line(input, hz)) continue;
        const double amplitude = known                         ? *known
                                 : order > orders_beside_tones ? neighbours(input, order, hum)
                                                               : largest;
        const double u_hz = order * std::clamp(0.5 * (hum.to_hz - hum.from_hz), keeps_hz, drifts_hz);
        // A line that stands elsewhere is what a tone left of this one.
        const double near_hz = 3.0 * u_hz + own_bins / input.seconds();
        const bool fitted = std::any_of(input.hum.begin(), input.hum.end(),
                                        [&](const HumLine& l) { return std::abs(l.hz - hz) < near_hz; });
        if (!fitted && amplitude > 0.0) input.hidden.push_back({hz, u_hz, amplitude});
    }
}

/// Root of the summed squares of the relative slopes that lines beside tones turn them by.
double turned_by(const std::vector<HiddenLine>& lines, const std::vector<std::complex<double>>& phasors,
                 const std::vector<double>& omega, double seconds) {
    double energy = 0.0, variance = 0.0;
    for (std::size_t k = 0; k < phasors.size(); ++k) energy += std::norm(phasors[k]) * omega[k] * omega[k];
    if (energy <= 0.0) return 0.0;
    for (const HiddenLine& hum : lines)
        for (std::size_t k = 0; k < phasors.size(); ++k) {
            const double apart_hz = std::hypot(omega[k] / (2.0 * pi) - hum.hz, hum.u_hz);
            const double x = pi * apart_hz * seconds;
            const double slope =
                x < steepest_at ? std::sin(x) / (x * x) - std::cos(x) / x : std::min(steepest, 1.0 / x);
            const double turn = 6.0 / seconds * slope * hum.amplitude * std::abs(phasors[k]);
            variance += 0.5 * std::pow(turn * omega[k] / energy, 2);
        }
    return std::sqrt(variance);
}

}  // namespace

PerSide<HumElsewhere> hum_in_pauses(const Recording& recording, const Programme& programme,
                                    const std::vector<ToneSegment>& segments, const TonePlaces& places,
                                    const Timing& timing) {
    PerSide<HumElsewhere> out;
    if (std::none_of(segments.begin(), segments.end(),
                     [&](const ToneSegment& s) { return may_hide_hum(s, recording.rate_hz); }))
        return out;
    auto pauses = quiet_stretches(recording, programme, rough_clock(segments, places, timing),
                                  places.start ? places.u_start : 0.0);
    const auto longest = static_cast<std::size_t>(longest_pause_s * recording.rate_hz);
    double loudest = 0.0, count = 0.0;
    for (QuietStretch& q : pauses) {
        if (q.count > longest) q = {q.from + q.count - longest, longest};
        count += static_cast<double>(q.count);
    }
    if (count < 3.0 * recording.rate_hz / 50.0) return out;
    for (const Side side : sides)
        if (recording.has(side)) loudest = std::max(loudest, peak(recording.samples[side]));
    for (const Side side : sides) {
        if (!recording.has(side)) continue;
        const auto content = quiet_content(recording.samples[side], pauses, recording.rate_hz, orders_of_hum);
        if (content.rest_rms > std::max(loudest_pause * loudest, 1e-6)) continue;
        for (const MainsLine& line : content.lines)
            add(out[side], line.order, line.frequency_hz,
                line.amplitude > seen * line.u ? line.amplitude : 0.0);
    }
    return out;
}

void tell_hidden_hum(FittedTones& tones, const PerSide<HumElsewhere>& pauses) {
    for (const Side side : sides) {
        HumElsewhere hum = pauses[side];
        for (const FittedSegment& segment : tones.segments)
            if (const auto& input = segment.input[side]) add_fitted(segment, *input, hum);
        for (FittedSegment& segment : tones.segments)
            if (auto& input = segment.input[side]) hide_in(*input, hum);
    }
}

double u_scale_by_hidden(const FittedInput& input, std::size_t lines) {
    std::vector<std::complex<double>> phasors(input.fit.phasors.begin(),
                                              input.fit.phasors.begin() + static_cast<std::ptrdiff_t>(lines));
    std::vector<double> omega;
    for (std::size_t k = 0; k < lines; ++k) omega.push_back(2.0 * pi * input.fit.scale * input.hz[k]);
    return input.fit.scale * turned_by(input.hidden, phasors, omega, input.seconds());
}

}  // namespace fourpole
