// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/telling_line.hpp"

#include "rig/signal.hpp"

#include <algorithm>
#include <cmath>

namespace fourpole {

namespace {

constexpr double few_periods = 33.0;  ///< of a tone: turned by 0.26 rad at the ends by 2500 ppm

}  // namespace

std::size_t telling_line(const ToneFit& fit, std::span<const double> hz, std::size_t played) {
    std::size_t out = 0;
    double best = 0.0;
    for (std::size_t i = 0; i < played; ++i)
        if (const double size = std::abs(fit.phasors[i]) * hz[i]; size > best) best = size, out = i;
    return out;
}

std::vector<double> telling_candidates(const ToneSegment& segment) {
    std::vector<double> out;
    for (const Side side : sides) {
        double best = 0.0, hz = 0.0;
        for (const PlayedLine& l : segment.lines)
            if (const double size = std::abs(l.played[side]) * l.hz; size > best) best = size, hz = l.hz;
        if (best > 0.0 && std::find(out.begin(), out.end(), hz) == out.end()) out.push_back(hz);
    }
    return out;
}

std::optional<ToneFit> fit_clock(std::span<const double> y, double rate_hz, const ToneSegment& segment,
                                 std::optional<double> told_scale, double most_ppm) {
    std::vector<double> lines;
    for (const PlayedLine& l : segment.lines) lines.push_back(l.hz);
    if (told_scale) return fit_tones(y, rate_hz, lines, *told_scale, ToneClock::free);
    std::optional<ToneFit> out;
    for (const double hz : telling_candidates(segment)) {
        auto start = coarse_scale(y, rate_hz, hz, most_ppm);
        // In so few periods no clock turns a tone far.
        if (!start && hz * static_cast<double>(y.size()) < few_periods * rate_hz) start = 1.0;
        if (!start) continue;
        auto fit = fit_tones(y, rate_hz, lines, *start, ToneClock::free);
        if (fit && (!out || fit->rest_variance < out->rest_variance)) out = std::move(fit);
    }
    return out;
}

}  // namespace fourpole
