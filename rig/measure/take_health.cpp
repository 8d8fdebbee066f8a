// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/take_health.hpp"

#include "rig/analysis/health.hpp"
#include "rig/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace fourpole {

namespace {

// What the device may still say after an event has ended.
constexpr double decay_s = 0.15;
constexpr double shortest_quiet_s = 0.05;
constexpr int mains_orders = 9;
// Where a person should look at the cable before believing small figures.
constexpr double dc_worth_a_word = 0.01;     // 1 % of full scale
constexpr double mains_worth_a_word = 1e-3;  // -60 dB of full scale
// Louder than -30 dB of the loudest, steady hum apart, is no pause: something plays that nobody
// told us of.
constexpr double loudest_pause = 0.03;

bool plays(const Programme& programme, Side side) {
    return std::any_of(programme.events.begin(), programme.events.end(), [&](const Event& e) {
        return e.on[side] && !std::holds_alternative<Silence>(e.what);
    });
}

bool sweeps(const Programme& programme, Side side) {
    return std::any_of(programme.events.begin(), programme.events.end(),
                       [&](const Event& e) { return e.on[side] && std::holds_alternative<Sweep>(e.what); });
}

}  // namespace

double converter_step(const Take& take) {
    const int bits = take.floating_point ? 24 : std::clamp(take.bits, 8, 32);
    return std::ldexp(1.0, 1 - bits);
}

Result<SideChannels> side_channels(const Take& take, const Programme& programme) {
    SideChannels out{};
    if (!take.facts.channels.empty()) {
        for (std::size_t c = 0; c < take.facts.channels.size() && c < take.channels.size(); ++c) {
            const std::string& word = take.facts.channels[c];
            const auto side = side_named(word);
            if (!side || out[*side])
                return Fault{Fault::Kind::bad_input, "channels",
                             fmt::format("channel {} is called \"{}\"; allowed: left and right, each once",
                                         c + 1, word)};
            out[*side] = c;
        }
    } else if (take.channels.size() == 1) {
        if (plays(programme, Side::left) && plays(programme, Side::right))
            return Fault{
                Fault::Kind::take_invalid, "",
                "the capture is mono but the programme plays both sides, and nobody says which one was "
                "captured; give a stereo capture, a programme of one side, or channels in the .json beside "
                "the capture"};
        out[plays(programme, Side::right) ? Side::right : Side::left] = 0;
    } else {
        out = {{0, 1}};
    }
    return out;
}

Result<Recording> recording_of(const Take& take, const Programme& programme) {
    const auto channel = side_channels(take, programme);
    if (!channel) return channel.error();
    Recording out;
    out.rate_hz = take.rate_hz;
    for (const Side side : sides)
        if ((*channel)[side]) out.samples[side] = take.channels[*(*channel)[side]];
    return out;
}

void judge_levels(const Recording& recording, const Programme& programme, double step, Measurement& out) {
    for (const Side side : sides) {
        if (!recording.has(side)) continue;
        const auto& x = recording.samples[side];
        const Extremes reach = extremes(x);
        if (dead(reach, step) && plays(programme, side)) {
            out.valid = false;
            out.reasons.push_back(fmt::format(
                "dead input: the {} channel never moves (every sample within one step of {:.6g} FS); plug it "
                "in, unmute it, or choose the right input",
                name(side), mean(x)));
        }
        const auto clip = clipping(x, reach, step);
        if (!clip) continue;
        Reading r{.name = "clipping", .unit = "FS", .definition = "clipping.flat_top@1", .side = side};
        r.points.push_back({.value = clip->level, .u = 0.5 * step});
        r.details.emplace_back("count", clip->count);
        out.readings.push_back(std::move(r));
        const bool converter = clip->level > 0.999;
        // A sweep whose tops are cut off says nothing of what is linear, whoever cut them.
        if (converter || sweeps(programme, side)) out.valid = false;
        out.reasons.push_back(fmt::format("{}: {} samples of the {} channel stand at {:.4f} FS; {}",
                                          converter ? "clipped input" : "clipped before the converter",
                                          clip->count, name(side), clip->level,
                                          converter ? "lower the input gain or the player's volume"
                                                    : "something ahead of the interface went no further"));
    }
}

std::vector<QuietStretch> quiet_stretches(const Recording& recording, const Programme& programme,
                                          const Clock& clock, double u_start) {
    const double frames = static_cast<double>(recording.frames()), guard = 16.0 + 2.0 * u_start;
    std::vector<std::pair<double, double>> busy;
    for (const Event& e : programme.events)
        if (!std::holds_alternative<Silence>(e.what))
            busy.emplace_back(clock.sample_at(event_start(e)) - guard,
                              clock.sample_at(event_end(e, programme) + decay_s));
    std::sort(busy.begin(), busy.end());
    std::vector<QuietStretch> out;
    double at = 0.0;
    const auto add = [&](double until) {
        if (until - at >= shortest_quiet_s * recording.rate_hz)
            out.push_back({static_cast<std::size_t>(at), static_cast<std::size_t>(until - at)});
    };
    for (const auto& [from, to] : busy) {
        add(std::clamp(from, 0.0, frames));
        at = std::max(at, std::clamp(to, 0.0, frames));
    }
    add(frames);
    return out;
}

namespace {

void say_no_quiet(Side side, double rms, Measurement& out) {
    out.reasons.push_back(
        fmt::format("no quiet: the {} channel holds {:.1f} dB of full scale where the "
                    "programme is silent; DC and mains are not measured",
                    name(side), AmplitudeRatio{rms}.decibels()));
    for (const auto& [what, unit] : {std::pair{"dc", "FS"}, std::pair{"mains", "dBFS"}}) {
        Reading none{.name = what, .unit = unit, .definition = "quiet.none@1", .side = side};
        none.points.push_back({.state = State::not_measured});
        out.readings.push_back(std::move(none));
    }
}

}  // namespace

void add_mains(Side side, const MainsLine& line, bool seen, const char* definition, Measurement& out) {
    const double value = seen ? line.amplitude : line.amplitude + 2.0 * line.u;
    // Of lines that are not there one bound is enough.
    if (value <= 0.0 || (!seen && line.order > 1)) return;
    Reading m{.name = "mains", .unit = "dBFS", .definition = definition, .side = side};
    m.order = line.order;
    m.points.push_back({.at = line.frequency_hz,
                        .value = AmplitudeRatio{value}.decibels(),
                        .u = seen ? std::optional(db_per_relative * line.u / line.amplitude) : std::nullopt,
                        .state = seen ? State::exact : State::at_most});
    out.readings.push_back(std::move(m));
    if (seen && line.amplitude > mains_worth_a_word)
        out.reasons.push_back(fmt::format("hum: {:.2f} Hz at {:.1f} dB of full scale in the {} channel",
                                          line.frequency_hz, AmplitudeRatio{line.amplitude}.decibels(),
                                          name(side)));
}

void read_quiet(const Recording& recording, const std::vector<QuietStretch>& quiet, bool something_plays,
                double step, Measurement& out) {
    // The loudest of both sides: a side that hears nothing is all noise, and quiet for that.
    double loudest = 0.0;
    for (const Side side : sides)
        if (recording.has(side)) loudest = std::max(loudest, peak(recording.samples[side]));
    for (const Side side : sides) {
        if (!recording.has(side)) continue;
        const auto& x = recording.samples[side];
        double count = 0.0;
        for (const QuietStretch& q : quiet) count += static_cast<double>(q.count);
        if (count < 2.0) continue;
        const QuietContent content = quiet_content(x, quiet, recording.rate_hz, mains_orders);
        if (something_plays && content.rest_rms > std::max(loudest_pause * loudest, 1e-6)) {
            say_no_quiet(side, content.rest_rms, out);
            continue;
        }
        const double dc = content.dc;
        Reading r{.name = "dc", .unit = "FS", .definition = "dc.quiet_mean@1", .side = side};
        // Half a step, evenly spread, where no noise moves the converter.
        const bool still = content.rest_rms < 0.3 * step;
        const double grain = still ? step / std::sqrt(12.0) : 0.0;
        r.points.push_back({.value = dc, .u = std::hypot(content.dc_u, grain)});
        out.readings.push_back(std::move(r));
        if (std::abs(dc) > dc_worth_a_word)
            out.reasons.push_back(
                fmt::format("dc: the {} channel stands at {:.4f} FS with nothing playing", name(side), dc));

        for (MainsLine line : content.lines) {
            // Half a step either way is hum that such a converter does not show.
            if (still) line.u = std::hypot(line.u, 0.25 * step);
            add_mains(side, line, line.u > 0.0 ? line.amplitude > 4.0 * line.u : line.amplitude > 0.0,
                      "mains.quiet_fit@1", out);
        }
    }
}

}  // namespace fourpole
