// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/channel_ratio.hpp"

#include "rig/analysis/health.hpp"
#include "rig/measure/heard_tones.hpp"
#include "rig/measure/points.hpp"
#include "rig/measure/stream_health.hpp"
#include "rig/measure/take_health.hpp"
#include "rig/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace fourpole {

namespace {

constexpr double pi = std::numbers::pi;
constexpr int per_octave = 24;
// Tones that were not played still catch what leaks from those that were; a hundredth of it and less.
constexpr double most_beside = 10.0;  ///< power of the rest re the tones'
// The two channels take a Recording's two places; they are no sides of an earphone.
constexpr Side before = Side::left, after = Side::right;

std::optional<Side> only_side(const PerSide<bool>& plays) {
    if (plays[Side::left] == plays[Side::right]) return std::nullopt;
    return plays[Side::left] ? Side::left : Side::right;
}

std::string called(Side place, const SensePair& pair) {
    return fmt::format("channel {} ({} the sense resistor)", (place == before ? pair.before : pair.after) + 1,
                       place == before ? "before" : "after");
}

void judge_pair(const Recording& recording, const SensePair& pair, double step, Measurement& out) {
    for (const Side place : sides) {
        const auto& x = recording.samples[place];
        if (dead(x, step)) {
            out.valid = false;
            out.reasons.push_back(fmt::format(
                "dead input: {} never moves (every sample within one step of {:.6g} FS); plug it in, unmute "
                "it, or name another channel in the calibration's impedance block",
                called(place, pair), mean(x)));
        }
        if (const auto clip = clipping(x, step)) {
            out.valid = false;
            out.reasons.push_back(
                fmt::format("clipped input: {} samples of {} stand at {:.4f} FS; lower the "
                            "input gain or the player's volume",
                            clip->count, called(place, pair), clip->level));
        }
    }
}

/// Most of what the input holds is something else: another programme.
bool foreign(const FittedInput& input) {
    double tones = 0.0;
    for (const auto& phasor : input.fit.phasors) tones += 0.5 * std::norm(phasor);
    return input.fit.rest_variance > most_beside * tones;
}

/// Adds one frequency; of one frequency and side the surest stays.
void add(double hz, std::optional<Side> side, const Estimate& v_before, const Estimate& v_after,
         HeardPair& out) {
    const double size = std::abs(v_before.value);
    if (!(size > least_over_noise * v_before.noise)) {
        out.buried.push_back({hz, side});
        return;
    }
    const auto value = v_after.value / v_before.value;
    const ChannelRatio found{
        hz, side, {value, std::hypot(v_after.noise, std::abs(value) * v_before.noise) / size}};
    for (ChannelRatio& r : out.ratios)
        if (r.side == side && std::abs(r.hz - hz) <= 1e-9 * hz) {
            if (found.ratio.noise < r.ratio.noise) r = found;
            return;
        }
    out.ratios.push_back(found);
}

void add_tones(const FittedTones& tones, HeardPair& out) {
    for (const FittedSegment& segment : tones.segments) {
        const auto &first = segment.input[before], &second = segment.input[after];
        if (!first || !second || foreign(*first)) continue;
        for (const PlayedLine& line : segment.segment.lines) {
            const auto a = first->at(line.hz);
            auto b = second->at(line.hz);
            if (!a || !b) continue;
            // Both stand at the middles of their own stretches.
            const double apart =
                2.0 * pi * first->fit.scale * line.hz * (first->centre() - second->centre()) / first->rate_hz;
            b->value *= std::polar(1.0, std::remainder(apart, 2.0 * pi));
            add(line.hz,
                only_side(
                    {{std::abs(line.played[Side::left]) > 0.0, std::abs(line.played[Side::right]) > 0.0}}),
                *a, *b, out);
        }
    }
}

void add_sweeps(const std::vector<Probe>& probes, HeardPair& out) {
    for (const Probe& probe : probes) {
        const auto first = probe.y_of(before), second = probe.y_of(after);
        if (!probe.heard || !first || !second) continue;
        const auto grid = reading_grid(probe, per_octave);
        auto found = probe.deconvolution->transfers(grid);
        for (std::size_t i = 0; i < grid.size(); ++i) {
            Estimate& e = found[*second][i];
            // What the gates may have left in either.
            const double smoothed = std::hypot(found[*first][i].bias, e.bias);
            e.noise = std::hypot(e.noise, smoothed * std::abs(e.value));
            add(grid[i], only_side(probe.drives), found[*first][i], e, out);
        }
    }
}

}  // namespace

Result<HeardPair> hear_pair(const Take& take, const Programme& programme, const SensePair& pair,
                            bool same_clock) {
    if (std::max(pair.before, pair.after) >= take.channels.size())
        return Fault{Fault::Kind::bad_input, "",
                     fmt::format("an impedance is read from two channels, {} and {} counted from 0; this "
                                 "capture has {}",
                                 pair.before, pair.after, take.channels.size())};
    HeardPair out;
    const Recording recording{take.rate_hz, {{take.channels[pair.before], take.channels[pair.after]}}};
    judge_pair(recording, pair, converter_step(take), out.health);
    if (!out.health.valid) return out;
    const bool one_clock = same_clock || take.facts.same_clock;
    auto timing = coarse_timing(recording, programme, one_clock);
    if (!timing) return timing.error();
    const std::string trouble = judge_stream(take, recording, programme, *timing, out.health);
    if (!trouble.empty()) out.health.reasons.push_back(trouble);
    if (!out.health.valid) return out;
    auto fine = fine_timing(recording, programme, *timing, one_clock, 1);
    if (!fine) return fine.error();
    PerSide<double> grain{};
    for (const Side place : sides) grain[place] = grain_of(recording.samples[place], converter_step(take));
    const HeardTones tones =
        hear_tones(recording, programme, grain, one_clock, 2.5 * converter_step(take), fine->timing);
    if (std::abs(fine->timing.clock.ppm) > largest_ppm) {
        out.health.valid = false;
        out.health.reasons.push_back(fmt::format(
            "wrong rate: the tones run {:+.0f} ppm off the programme's; another programme, or a wrong header",
            fine->timing.clock.ppm));
        return out;
    }
    read_breaks(tones.breaks, take.first_frame, out.health);
    if (!out.health.valid) return out;
    if (timing->has_markers || fine->timing.found) out.health.readings.push_back(clock_reading(fine->timing));
    add_tones(tones.fitted, out);
    add_sweeps(fine->probes, out);
    std::sort(out.ratios.begin(), out.ratios.end(),
              [](const ChannelRatio& a, const ChannelRatio& b) { return a.hz < b.hz; });
    if (!out.ratios.empty()) return out;
    out.health.valid = false;
    out.health.reasons.push_back(
        fmt::format("nothing of the programme's tones and sweeps stands above what else is in {}; is it "
                    "another programme, or another channel?",
                    called(before, pair)));
    return out;
}

}  // namespace fourpole
