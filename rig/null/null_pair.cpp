// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/null/null_pair.hpp"

#include "rig/null/delay_track.hpp"
#include "rig/null/null_readings.hpp"
#include "rig/null/other_lines.hpp"
#include "rig/null/track_breaks.hpp"
#include "rig/null/wander.hpp"
#include "rig/null/zeroed.hpp"
#include "rig/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace fourpole {

namespace {

// Crystals are within 100 ppm, tape transports within 2000; more is another speed or a wrong header.
constexpr double most_ppm = 2000.0;
// More than half of A's power is something else.
constexpr double nothing_in_common = 0.5;
// 20 dB above the median block: one event, not the programme.
constexpr double stands_out = 100.0;
// A block of the track reaches so far.
constexpr double found_over_s = 0.35;
constexpr std::size_t most_clicks = 64;  ///< that are looked at; the highest

std::string side_word(std::optional<Side> side) {
    return side ? fmt::format("{}: ", name(*side)) : std::string();
}

PairOutcome without_figure(std::optional<Side> side, const std::string& why) {
    PairOutcome out;
    out.trouble = side_word(side) + why;
    out.readings.push_back(null_not_measured(side, why));
    return out;
}

PairOutcome too_far_apart(std::optional<Side> side, double ppm) {
    return without_figure(
        side,
        fmt::format("B runs {:.0f} ppm {} against A; two clocks differ by {:.0f} ppm at most, so this is "
                    "another speed or a wrong rate in a header",
                    std::abs(ppm), ppm > 0.0 ? "fast" : "slow", most_ppm));
}

constexpr const char* unrelated =
    "A and B have nothing in common that could be aligned: are they captures of one programme?";

bool seems_unrelated(const std::vector<BlockDelay>& track) {
    const std::size_t found = found_blocks(track).size();
    return 2 * found < track.size() && found < 8;
}

Pair following(const Pair& pair, const Wander& wander) {
    return {pair.a, pair.b, pair.rate_a_hz, pair.rate_b_hz, wander.track};
}

PairOutcome broken(const Pair& pair, std::optional<Side> side, const std::vector<Break>& breaks) {
    PairOutcome out = without_figure(side, in_words(breaks.front(), pair));
    for (std::size_t i = 1; i < breaks.size(); ++i)
        out.notes.push_back(side_word(side) + in_words(breaks[i], pair));
    out.broken = true;
    out.readings.push_back(breaks_reading(side, breaks));
    return out;
}

/// One pair at work, step by step.
class PairNull {
public:
    PairNull(const Pair& pair, const Channel& a, const Channel& b, const Steps& steps, std::size_t number,
             unsigned threads)
        : pair_(pair), a_(a), b_(b), steps_(steps), number_(number), threads_(threads) {}

    PairOutcome run(const CoarseLine& coarse, const std::optional<Line>& known) {
        auto track = lined_up(coarse.line, known);
        // Where a clock swings by more than a wave within a block, nothing is alike until it is followed.
        if (seems_unrelated(track)) {
            wander_ = wander_of(pair_, line_, threads_, {});
            if (!wander_.track) return without_figure(a_.side, unrelated);
            track = delay_track(following(pair_, wander_), line_, threads_, {});
            if (seems_unrelated(track)) return without_figure(a_.side, unrelated);
        }
        if (const double ppm = ppm_of(pair_, line_); std::abs(ppm) > most_ppm)
            return too_far_apart(a_.side, ppm);
        const auto breaks = breaks_on(track);
        const auto zeroed = zeroed_in(pair_, line_, a_.zeros, b_.zeros);
        if (!zeroed.empty() || !breaks.empty())
            return broken(pair_, a_.side, with_holes(breaks, zeroed, found_over_s * pair_.rate_a_hz));
        return matched(coarse.repeats);
    }

private:
    /// The line, and the track as seen from it. Both sides stand on one clock: what the louder one knows of
    /// it the other one need not guess.
    std::vector<BlockDelay> lined_up(const Line& first, const std::optional<Line>& known) {
        const Told first_look = steps_.step(number_, 0.0, 0.25, "delay"),
                   second = steps_.step(number_, 0.25, 0.5, "delay");
        line_ = known ? *known : through_track(first, delay_track(pair_, first, threads_, first_look));
        auto track = seen_from_other_lines(pair_, line_, delay_track(pair_, line_, threads_, second), a_.low,
                                           b_.low, threads_);
        Line finer = through_track(line_, track);
        if (known) finer = {line_.delay + line_.step * median_delay(sharp_blocks(track)), line_.step};
        track = seen_from(line_, finer, std::move(track));
        line_ = finer;
        return track;
    }

    std::vector<Break> breaks_on(const std::vector<BlockDelay>& track) {
        auto breaks = breaks_in(following(pair_, wander_), line_, track, a_.low, b_.low);
        if (breaks.empty() || wander_.track) return breaks;
        // What swings by samples within a block of the track looks like breaks, until it is followed.
        wander_ = wander_of(pair_, line_, threads_, {});
        const Pair swings = following(pair_, wander_);
        if (wander_.track && !wander_.leap)
            breaks = breaks_in(swings, line_, delay_track(swings, line_, threads_, {}), a_.low, b_.low);
        return breaks;
    }

    PairOutcome matched(bool repeats) {
        const Told matching = steps_.step(number_, 0.5, 0.7, "gain, delay, clock");
        const auto still = match(pair_, line_, threads_, matching);
        if (!still) return without_figure(a_.side, unrelated);
        if (!wander_.track)
            wander_ = wander_of(pair_, still->line, threads_, steps_.step(number_, 0.7, 0.8, "wander"));
        const Pair followed = following(pair_, wander_);
        const auto moved = wander_.track ? match(followed, wander_.line, threads_, {}) : still;
        if (!moved) return without_figure(a_.side, unrelated);
        if (wander_.track)
            if (const auto holes = zeroed_in(followed, moved->line, a_.zeros, b_.zeros); !holes.empty())
                return broken(pair_, a_.side, holes);
        const Residual residual =
            residual_of(followed, *moved, threads_, steps_.step(number_, 0.8, 1.0, "residual"));
        if (residual.total.power > nothing_in_common)
            return without_figure(
                a_.side,
                fmt::format("B is not A: after the best match {:.0f} % of A's power remain, so no figure of "
                            "it would mean anything",
                            100.0 * std::min(1.0, residual.total.power)));
        const auto clicks = clicks_in(followed, *moved, residual);
        if (const auto holes = zeroed_among(clicks); !holes.empty()) return broken(pair_, a_.side, holes);
        PairOutcome out;
        // What wanders about the mean line may do so to the line itself: u by blocks that are not followed.
        const Match told{moved->line, moved->scale, moved->u_relative_scale,
                         std::max(still->u_delay, moved->u_delay), std::max(still->u_ppm, moved->u_ppm)};
        out.readings = null_readings(a_.side, pair_, told, residual, wander_);
        out.learned = residual.difference;
        out.line = still->line;
        const auto note = [&](const std::string& words) { out.notes.push_back(side_word(a_.side) + words); };
        for (const std::string& words : in_words(wander_, residual, pair_)) note(words);
        if (repeats) note("the programme repeats itself: the delay is one of several that fit as well");
        if (residual.total.power < least_residual)
            note("nothing remains that the resampler could not have left itself: the residual is a bound");
        else if (!clicks.empty())
            note(in_words(clicks, residual, pair_));
        else if (residual.loudest_over_median > stands_out || !residual.outliers.empty())
            note(in_words(loudest_stretch(followed, *moved, residual.loudest_first, residual.loudest_length),
                          residual, pair_));
        return out;
    }

    std::vector<Click> clicks_in(const Pair& followed, const Match& match, const Residual& residual) const {
        std::vector<Click> out;
        if (residual.total.power < least_residual) return out;
        for (const Outlier& one : highest(residual.outliers, most_clicks))
            if (const auto click = click_at(followed, match, one, a_.zero, b_.zero)) out.push_back(*click);
        return out;
    }

    const Pair& pair_;
    const Channel &a_, &b_;
    const Steps& steps_;
    std::size_t number_;
    unsigned threads_;
    Line line_;
    Wander wander_;
};

}  // namespace

PairOutcome null_pair(const Pair& pair, const Channel& a, const Channel& b,
                      const std::optional<CoarseLine>& coarse, const std::optional<Line>& known,
                      const Steps& steps, std::size_t number, unsigned threads) {
    if (a.silent && b.silent) {
        PairOutcome out;
        out.notes.push_back(side_word(a.side) + "silent in both");
        out.readings.push_back(null_not_measured(a.side, "silent in both"));
        return out;
    }
    if (a.silent || b.silent)
        return without_figure(
            a.side, fmt::format("{} is silent, {} is not", a.silent ? "A" : "B", a.silent ? "B" : "A"));
    if (!coarse && !known) return without_figure(a.side, unrelated);
    return PairNull(pair, a, b, steps, number, threads).run(coarse.value_or(CoarseLine{}), known);
}

}  // namespace fourpole
