// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/tone_start.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

namespace fourpole {

namespace {

constexpr double pi = std::numbers::pi;
constexpr std::size_t least_lines = 8;
constexpr double around_s = 1.0;
constexpr double least_agreement = 0.6;
// Moments whose lines agree as well as the best are the same lines a period later.
constexpr double as_well = 0.98;
constexpr double delay_from_hz = 500.0, delay_to_hz = 15000.0;

/// A line as it came re as it was played at u = 0, at the middle of its stretch.
struct Arrived {
    double hz;
    std::complex<double> turn;  ///< unit
    double u_phase;
};

struct Lines {
    const FittedInput* input = nullptr;
    std::vector<Arrived> of;
};

Lines lines_of(const FittedSegment& segment, Side from) {
    Lines best;
    double most = 0.0;
    for (const Side at : sides) {
        if (!segment.input[at]) continue;
        Lines here{&*segment.input[at], {}};
        double power = 0.0;
        for (const PlayedLine& line : segment.segment.lines) {
            const auto e = here.input->at(line.hz);
            if (!e || std::abs(line.played[from]) <= 0.0 || std::abs(line.played[other(from)]) > 0.0 ||
                std::abs(e->value) < 10.0 * e->noise)
                continue;
            const auto ratio = e->value / line.played[from];
            power += std::norm(ratio);
            here.of.push_back({line.hz, ratio / std::abs(ratio), e->noise / std::abs(e->value)});
        }
        if (power > most) most = power, best = std::move(here);
    }
    return best;
}

double agreement(const Lines& lines, double u) {
    std::complex<double> sum = 0.0;
    for (const Arrived& a : lines.of) sum += a.turn * std::polar(1.0, -2.0 * pi * std::fmod(a.hz * u, 1.0));
    return std::abs(sum) / static_cast<double>(lines.of.size());
}

struct Moment {
    double u = 0.0;
    bool alone = true;
};

/// The moment at the stretch's middle, near `expected_u`, at which the lines agree.
std::optional<Moment> moment(const Lines& lines, double expected_u) {
    double top_hz = 0.0;
    for (const Arrived& a : lines.of) top_hz = std::max(top_hz, a.hz);
    const double step = 0.2 / top_hz;
    std::vector<double> like;
    for (double u = expected_u - around_s; u <= expected_u + around_s; u += step)
        like.push_back(agreement(lines, u));
    const double best = *std::max_element(like.begin(), like.end());
    if (best < least_agreement) return {};
    double nearest = 2.0 * around_s;
    std::optional<Moment> out;
    std::size_t found = 0;
    for (std::size_t i = 1; i + 1 < like.size(); ++i) {
        if (like[i] < as_well * best || like[i] < like[i - 1] || like[i] < like[i + 1]) continue;
        const double u = expected_u - around_s + step * static_cast<double>(i);
        ++found;
        if (std::abs(u - expected_u) < nearest) nearest = std::abs(u - expected_u), out = {u, true};
    }
    if (out) out->alone = found == 1;
    return out;
}

/// phase = constant - 2 pi f delay, every line counting the same: the delay and its u, seconds.
std::pair<double, double> delay_of(const Lines& lines, double u) {
    double n = 0, x = 0, y = 0, xx = 0, xy = 0, noise = 0;
    double before = 0.0;
    for (const Arrived& a : lines.of) {
        if (a.hz < delay_from_hz || a.hz > delay_to_hz) continue;
        double phase = std::arg(a.turn * std::polar(1.0, -2.0 * pi * std::fmod(a.hz * u, 1.0)));
        phase = n > 0.0 ? before + std::remainder(phase - before, 2.0 * pi) : phase;
        before = phase;
        const double w = 2.0 * pi * a.hz;
        n += 1.0, x += w, y += phase, xx += w * w, xy += w * phase;
        noise += 0.5 * a.u_phase * a.u_phase;
    }
    const double spread = n * xx - x * x;
    if (n < 3.0 || spread <= 0.0) return {0.0, 0.0};
    return {-(n * xy - x * y) / spread, std::sqrt(noise / n * n / spread)};
}

}  // namespace

std::optional<ToneStart> start_by_phases(const FittedTones& tones, double near) {
    Lines best;
    double scale = 1.0;
    for (const FittedSegment& segment : tones.segments)
        for (const Side from : sides) {
            Lines lines = lines_of(segment, from);
            if (lines.of.size() < least_lines || lines.of.size() <= best.of.size()) continue;
            best = std::move(lines);
            scale = segment.scale;
        }
    if (!best.input) return {};
    const double rate_hz = best.input->rate_hz;
    const double expected_u = scale * (best.input->centre() - near) / rate_hz;
    const auto at = moment(best, expected_u);
    if (!at) return {};
    const auto [delay_s, u_s] = delay_of(best, at->u);
    ToneStart out;
    out.agreement = agreement(best, at->u);
    out.alone = at->alone;
    out.clock.rate_hz = rate_hz;
    out.clock.ppm = 1e6 * (scale - 1.0);
    out.clock.start = best.input->centre() - (at->u - delay_s) * rate_hz / scale;
    out.u_start = u_s * rate_hz;
    return out;
}

}  // namespace fourpole
