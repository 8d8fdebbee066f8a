// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/stopped_tones.hpp"

#include "rig/measure/tone_places.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

namespace fourpole {

namespace {

constexpr double shortest_block_s = 0.05, periods = 2.0;
constexpr double edge_s = 0.02, clocks_apart = 2.5e-3;
constexpr double silent = 0.01;  ///< of power: 20 dB
constexpr double usual_of = 0.9;
constexpr std::size_t least_blocks = 4, in_a_row = 2;

/// Seconds in which what a side plays has much the same power wherever they begin.
double block_of(const ToneSegment& segment, Side side) {
    double slowest = periods / shortest_block_s, before = 0.0;
    for (const PlayedLine& line : segment.lines) {
        if (std::abs(line.played[side]) <= 0.0) continue;
        slowest = std::min(slowest, line.hz - before);
        before = line.hz;
    }
    return periods / slowest;
}

/// Samples in which the programme has the segment play, as far as the capture holds them.
TonePlace should_play(const ToneSegment& segment, TonePlace heard, bool alone, const Recording& recording) {
    if (!heard.heard) return heard;
    const double fs = recording.rate_hz, frames = static_cast<double>(recording.frames());
    const double lasts = (segment.end_s - segment.start_s) * fs;
    double from = static_cast<double>(heard.from), to = static_cast<double>(heard.to);
    if (alone && from > 0.0)
        to = std::max(to, from + lasts);
    else if (alone && to < frames)
        from = std::min(from, to - lasts);
    const double off = edge_s * fs + clocks_apart * lasts;
    from = from > 0.0 ? from + off : 0.0;
    to = to < frames ? to - off : std::min(to - off, frames);
    from = std::max(from, 0.0), to = std::min(to, frames);
    return {static_cast<std::size_t>(from), static_cast<std::size_t>(std::max(from, to)), to > from};
}

std::vector<double> powers(const std::vector<double>& x, const TonePlace& place, std::size_t block) {
    std::vector<double> out;
    for (std::size_t at = place.from; at + block <= place.to; at += block) {
        double sum = 0.0, squares = 0.0;
        for (std::size_t n = at; n < at + block; ++n) sum += x[n], squares += x[n] * x[n];
        const auto count = static_cast<double>(block);
        out.push_back(std::max(0.0, squares / count - sum * sum / (count * count)));
    }
    return out;
}

/// The first block of a silence.
std::optional<std::size_t> first_silent(const std::vector<double>& power) {
    if (power.size() < least_blocks) return {};
    std::vector<double> sorted = power;
    std::sort(sorted.begin(), sorted.end());
    const double usual = sorted[static_cast<std::size_t>(usual_of * static_cast<double>(sorted.size() - 1))];
    std::size_t run = 0;
    for (std::size_t b = 0; b < power.size(); ++b) {
        run = power[b] < silent * usual ? run + 1 : 0;
        if (run == in_a_row) return b + 1 - in_a_row;
    }
    return {};
}

}  // namespace

std::string stopped_tones(const Recording& recording, const std::vector<ToneSegment>& segments,
                          const Timing& timing) {
    const TonePlaces places = place_tones(recording, segments, timing);
    const bool alone = !timing.found && segments.size() == 1;
    for (std::size_t i = 0; i < segments.size(); ++i) {
        const TonePlace place = should_play(segments[i], places.of[i], alone, recording);
        if (!place.heard) continue;
        for (const Side side : sides) {
            if (!recording.has(side) || segments[i].lines_of(side) == 0) continue;
            const double block_s = block_of(segments[i], side);
            const auto block = static_cast<std::size_t>(std::ceil(block_s * recording.rate_hz));
            const auto at = first_silent(powers(recording.samples[side], place, block));
            if (!at) continue;
            return fmt::format(
                "silence in a tone: the {} input holds next to nothing from {:.2f} s of the take on, within "
                "the tone from {:g} s to {:g} s of the programme; the player stopped, or that side went mute",
                name(side), static_cast<double>(place.from + *at * block) / recording.rate_hz,
                segments[i].start_s, segments[i].end_s);
        }
    }
    return "";
}

}  // namespace fourpole
