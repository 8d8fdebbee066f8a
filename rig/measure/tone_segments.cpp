// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/tone_segments.hpp"

#include "rig/stimulus/evaluate.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <variant>

namespace fourpole {

namespace {

constexpr double pi = std::numbers::pi;
constexpr double cancelled = 1e-9;  ///< of a tone: rounding is what is left of it
constexpr double hair_s = 1e-6;     ///< decimal seconds that mean the same moment

/// Adds one tone to the line of its frequency.
void add(std::vector<PlayedLine>& lines, const Tone& tone, double start_s, const PerSide<bool>& on) {
    // A sin(2 pi f (u - start) + phase) as a cosine's phasor at u = 0.
    const auto phasor = std::polar(
        tone.amplitude,
        std::remainder(tone.phase_rad - 0.5 * pi - 2.0 * pi * tone.frequency_hz * start_s, 2.0 * pi));
    auto here = std::find_if(lines.begin(), lines.end(), [&](const PlayedLine& l) {
        return std::abs(l.hz - tone.frequency_hz) <= 1e-9 * tone.frequency_hz;
    });
    if (here == lines.end()) here = lines.insert(lines.end(), PlayedLine{tone.frequency_hz, {}});
    for (const Side side : sides) {
        if (!on[side]) continue;
        here->played[side] += phasor;
        if (std::abs(here->played[side]) < cancelled * tone.amplitude) here->played[side] = 0.0;
    }
}

bool is_silent(const PlayedLine& line) {
    return std::abs(line.played[Side::left]) <= 0.0 && std::abs(line.played[Side::right]) <= 0.0;
}

/// In so many seconds; lines in the order of their frequency.
bool can_be_told_apart(const std::vector<PlayedLine>& lines, double seconds) {
    for (std::size_t i = 1; i < lines.size(); ++i)
        if ((lines[i].hz - lines[i - 1].hz) * seconds < least_bins_apart) return false;
    return true;
}

/// A J-test's carrier as tones (see rig/stimulus/evaluate.hpp); nullopt where the event is neither.
std::optional<Tones> as_tones(const Event& e) {
    if (const auto* tones = std::get_if<Tones>(&e.what)) return *tones;
    const auto* jtest = std::get_if<JTest>(&e.what);
    if (!jtest || jtest->rate_hz <= 0.0) return {};
    return Tones{
        jtest->start_s, jtest->duration_s, 0.0, {{0.25 * jtest->rate_hz, std::sqrt(0.5), -0.75 * pi}}};
}

bool silent(const Event& e) { return std::holds_alternative<Silence>(e.what); }

}  // namespace

std::size_t ToneSegment::lines_of(Side side) const {
    return static_cast<std::size_t>(std::count_if(
        lines.begin(), lines.end(), [&](const PlayedLine& l) { return std::abs(l.played[side]) > 0.0; }));
}

double ToneSegment::loudest_of(Side side) const {
    double out = 0.0;
    for (const PlayedLine& l : lines) out = std::max(out, std::abs(l.played[side]));
    return out;
}

std::vector<ToneSegment> tone_segments(const Programme& programme) {
    std::vector<double> bounds;
    for (const Event& e : programme.events)
        if (!silent(e)) {
            bounds.push_back(event_start(e));
            bounds.push_back(event_end(e, programme));
        }
    std::sort(bounds.begin(), bounds.end());
    std::vector<ToneSegment> out;
    for (std::size_t at = 0; at + 1 < bounds.size(); ++at) {
        ToneSegment segment{bounds[at], bounds[at + 1], {}, {}};
        bool tones_only = true;
        double from = segment.start_s, to = segment.end_s;
        for (const Event& e : programme.events) {
            const double end = event_end(e, programme);
            if (silent(e) || event_start(e) > segment.start_s + hair_s || end < segment.end_s - hair_s)
                continue;
            const auto tones = as_tones(e);
            const auto* jtest = std::get_if<JTest>(&e.what);
            if (!tones || (jtest && segment.jtest)) {
                tones_only = false;
                continue;
            }
            if (jtest) segment.jtest = PlayedJTest{jtest->bits, jtest->rate_hz};
            for (const Tone& tone : tones->tones) add(segment.lines, tone, tones->start_s, e.on);
            from = std::max(from, tones->start_s + tones->edge_s);
            to = std::min(to, tones->start_s + tones->duration_s - tones->edge_s);
        }
        segment.start_s = from, segment.end_s = to;
        std::erase_if(segment.lines, is_silent);
        if (!tones_only || segment.lines.empty() || to - from < shortest_tone_s) continue;
        std::sort(segment.lines.begin(), segment.lines.end(),
                  [](const PlayedLine& a, const PlayedLine& b) { return a.hz < b.hz; });
        if (can_be_told_apart(segment.lines, to - from)) out.push_back(std::move(segment));
    }
    return out;
}

}  // namespace fourpole
