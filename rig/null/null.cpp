// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/null/null.hpp"

#include "rig/null/coarse_line.hpp"
#include "rig/null/delay_track.hpp"
#include "rig/null/null_readings.hpp"
#include "rig/null/other_lines.hpp"
#include "rig/null/prepared_channel.hpp"
#include "rig/null/track_breaks.hpp"
#include "rig/null/wander.hpp"
#include "rig/null/zeroed.hpp"
#include "rig/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <system_error>

namespace fourpole {

namespace {

constexpr double least_s = 0.5;
// Crystals are within 100 ppm, tape transports within 2000; more is another speed or a wrong header.
constexpr double most_ppm = 2000.0;
// More than half of A's power is something else.
constexpr double nothing_in_common = 0.5;
// Own channels that are as alike as this need no look at whether they were swapped.
constexpr double surely_alike = 0.98, clearly_more = 0.1;
// 20 dB above the median block: one event, not the programme.
constexpr double stands_out = 100.0;
// A block of the track reaches so far.
constexpr double found_over_s = 0.35;
constexpr double prepared_share = 0.2;  // of the time

/// Shares 0 .. 1 among steps that follow each other.
class Steps {
public:
    Steps(const NullProgress& progress, std::size_t pairs)
        : progress_(progress), pairs_(static_cast<double>(pairs)) {}

    /// Of both captures' channels the n-th is looked at.
    Told preparing(std::size_t n) const {
        return [this, n](double part) {
            if (progress_)
                progress_(prepared_share * (static_cast<double>(n) + part) / (2.0 * pairs_),
                          "looking for what both hold");
        };
    }

    Told step(std::size_t pair, double from, double to, const std::string& what) const {
        return [this, pair, from, to, what](double part) {
            const double done = static_cast<double>(pair) + from + part * (to - from);
            if (progress_) progress_(prepared_share + (1.0 - prepared_share) * done / pairs_, what);
        };
    }

private:
    const NullProgress& progress_;
    double pairs_;
};

std::string side_word(std::optional<Side> side) {
    return side ? fmt::format("{}: ", name(*side)) : std::string();
}

Result<std::vector<std::optional<Side>>> sides_of(const NullCapture& capture, const char* which) {
    const std::size_t count = capture.channels.size();
    if (count == 1) return std::vector<std::optional<Side>>{std::nullopt};
    if (count != 2)
        return Fault{Fault::Kind::bad_input, "",
                     fmt::format("{} has {} channels; a null takes one or two (left, right)", which, count)};
    std::vector<std::optional<Side>> out{Side::left, Side::right};
    if (capture.called.size() != 2) return out;
    for (std::size_t i = 0; i < 2; ++i)
        if (const auto named = side_named(capture.called[i])) out[i] = named;
    return out;
}

/// What one pair of channels gave.
struct PairOutcome {
    bool broken = false;
    std::string trouble;  ///< why there is no figure; "" where there is one
    std::vector<std::string> notes;
    Readings readings;
    std::vector<LinearPoint> learned;
    std::optional<Line> line;  ///< where there is a figure
};

PairOutcome without_figure(std::optional<Side> side, const std::string& why) {
    PairOutcome out;
    out.trouble = side_word(side) + why;
    out.readings.push_back(null_not_measured(side, why));
    return out;
}

void note_what_stands_out(const Pair& pair, const Residual& residual, std::optional<Side> side,
                          PairOutcome& out) {
    if (residual.total.power < least_residual)
        out.notes.push_back(
            side_word(side) +
            "nothing remains that the resampler could not have left itself: the residual is a bound");
    else if (residual.loudest_over_median > stands_out)
        out.notes.push_back(
            fmt::format("{}the residual stands {:.0f} dB above its median around sample {:.0f} of A ({:.2f} "
                        "s): look there "
                        "for a click, a drop-out or something that only one of both holds",
                        side_word(side), AmplitudeRatio{std::sqrt(residual.loudest_over_median)}.decibels(),
                        residual.loudest_at, residual.loudest_at / pair.rate_a_hz));
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

PairOutcome null_pair(const Pair& pair, const Channel& a, const Channel& b, const CoarseLine& coarse,
                      const std::optional<Line>& known, const Steps& steps, std::size_t number,
                      unsigned threads) {
    const std::optional<Side> side = a.side;
    const Told first_look = steps.step(number, 0.0, 0.25, "delay"),
               second = steps.step(number, 0.25, 0.5, "delay");
    // Both sides stand on one clock: what the louder one knows of it the other one need not guess.
    Line line =
        known ? *known : through_track(coarse.line, delay_track(pair, coarse.line, threads, first_look));
    auto track =
        seen_from_other_lines(pair, line, delay_track(pair, line, threads, second), a.low, b.low, threads);
    Line finer = through_track(line, track);
    if (known) finer = {line.delay + line.step * median_delay(sharp_blocks(track)), line.step};
    track = seen_from(line, finer, std::move(track));
    line = finer;
    Wander wander;
    // Where a clock swings by more than a wave within a block, nothing is alike until it is followed.
    if (seems_unrelated(track)) {
        wander = wander_of(pair, line, threads, {});
        if (!wander.track) return without_figure(side, unrelated);
        const Pair swings = following(pair, wander);
        track = delay_track(swings, line, threads, {});
        if (seems_unrelated(track)) return without_figure(side, unrelated);
    }
    if (std::abs(ppm_of(pair, line)) > most_ppm) return too_far_apart(side, ppm_of(pair, line));
    auto breaks = wander.track ? breaks_in(following(pair, wander), line, track, a.low, b.low)
                               : breaks_in(pair, line, track, a.low, b.low);
    // What swings by samples within a block of the track looks like breaks, until it is followed.
    if (!breaks.empty() && !wander.track) {
        wander = wander_of(pair, line, threads, {});
        const Pair swings = following(pair, wander);
        if (wander.track && !wander.leap)
            breaks = breaks_in(swings, line, delay_track(swings, line, threads, {}), a.low, b.low);
    }
    const auto zeroed = zeroed_in(pair, line, a.zeros, b.zeros);
    if (!zeroed.empty() || !breaks.empty())
        return broken(pair, side, with_holes(breaks, zeroed, found_over_s * pair.rate_a_hz));
    const Told matching = steps.step(number, 0.5, 0.7, "gain, delay, clock");
    const auto matched = match(pair, line, threads, matching);
    if (!matched) return without_figure(side, unrelated);
    if (!wander.track)
        wander = wander_of(pair, matched->line, threads, steps.step(number, 0.7, 0.8, "wander"));
    const Pair followed = following(pair, wander);
    const auto moved = wander.track ? match(followed, wander.line, threads, {}) : matched;
    if (!moved) return without_figure(side, unrelated);
    if (wander.track)
        if (const auto holes = zeroed_in(followed, moved->line, a.zeros, b.zeros); !holes.empty())
            return broken(pair, side, holes);
    const Residual residual =
        residual_of(followed, *moved, threads, steps.step(number, 0.8, 1.0, "residual"));
    if (residual.total.power > nothing_in_common)
        return without_figure(
            side,
            fmt::format("B is not A: after the best match {:.0f} % of A's power remain, so no figure of it "
                        "would mean anything",
                        100.0 * std::min(1.0, residual.total.power)));
    PairOutcome out;
    // What wanders about the mean line may do so to the line itself: u by blocks that are not followed.
    const Match told{moved->line, moved->scale, moved->u_relative_scale,
                     std::max(matched->u_delay, moved->u_delay), std::max(matched->u_ppm, moved->u_ppm)};
    out.readings = null_readings(side, pair, told, residual, wander);
    out.learned = residual.difference;
    for (const std::string& note : in_words(wander, residual, pair))
        out.notes.push_back(side_word(side) + note);
    out.line = matched->line;
    if (coarse.repeats)
        out.notes.push_back(side_word(side) +
                            "the programme repeats itself: the delay is one of several that fit as well");
    note_what_stands_out(pair, residual, side, out);
    return out;
}

using Channels = std::vector<Channel>;

Pair pair_of(const NullCapture& a, const NullCapture& b, const Channel& x, const Channel& y) {
    return {x.samples, y.samples, a.rate_hz, b.rate_hz};
}

/// Of each channel of A the one of B that it is held against, and the first idea of how.
struct Pairing {
    std::vector<std::size_t> partner;
    std::vector<std::optional<CoarseLine>> lines;
    double likeness = 0.0;
};

Pairing paired(const NullCapture& a, const NullCapture& b, const Channels& of_a, const Channels& of_b,
               bool crossed, unsigned threads) {
    Pairing out;
    for (std::size_t i = 0; i < of_a.size(); ++i) {
        std::size_t k = i;
        for (std::size_t n = 0; n < of_b.size(); ++n)
            if (of_b[n].side == of_a[i].side) k = n;
        if (crossed) k = 1 - k;
        out.partner.push_back(k);
        out.lines.emplace_back();
        if (of_a[i].silent || of_b[k].silent) continue;
        out.lines.back() = coarse_line(pair_of(a, b, of_a[i], of_b[k]), of_a[i].low, of_b[k].low, threads);
        if (out.lines.back()) out.likeness += out.lines.back()->likeness;
    }
    return out;
}

PairOutcome pair_outcome(const NullCapture& a, const NullCapture& b, const Channel& x, const Channel& y,
                         const std::optional<CoarseLine>& line, const std::optional<Line>& known,
                         const Steps& steps, std::size_t number, unsigned threads) {
    if (x.silent && y.silent) {
        PairOutcome out;
        out.notes.push_back(side_word(x.side) + "silent in both");
        out.readings.push_back(null_not_measured(x.side, "silent in both"));
        return out;
    }
    if (x.silent || y.silent)
        return without_figure(
            x.side, fmt::format("{} is silent, {} is not", x.silent ? "A" : "B", x.silent ? "B" : "A"));
    if (!line && !known) return without_figure(x.side, unrelated);
    return null_pair(pair_of(a, b, x, y), x, y, line.value_or(CoarseLine{}), known, steps, number, threads);
}

/// All channels into one outcome. Of what is broken no figure is told.
NullOutcome together(std::vector<PairOutcome> all, const Channels& of_a, bool crossed) {
    NullOutcome out;
    std::size_t figures = 0;
    bool broken = false;
    for (const PairOutcome& one : all) {
        broken = broken || one.broken;
        figures += !one.learned.empty() || one.readings.size() > 2;
        if (!one.trouble.empty()) out.reasons.push_back(one.trouble);
    }
    out.valid = figures > 0 && !broken;
    if (crossed)
        out.reasons.insert(out.reasons.begin(), "the channels of B are swapped: A's left is B's right");
    for (std::size_t i = 0; i < all.size(); ++i) {
        PairOutcome& one = all[i];
        out.reasons.insert(out.reasons.end(), one.notes.begin(), one.notes.end());
        if (!out.valid && one.trouble.empty() && one.readings.size() > 1)
            one.readings = {null_not_measured(of_a[i].side, "void: the other side is broken")};
        if (crossed && !one.readings.empty())
            one.readings.front().details.emplace_back("channel_of_b",
                                                      std::string(name(other(*of_a[i].side))));
        out.readings.insert(out.readings.end(), one.readings.begin(), one.readings.end());
        if (out.valid && !one.learned.empty()) out.learned.push_back({of_a[i].side, std::move(one.learned)});
    }
    if (figures == 0 && out.reasons.empty()) out.reasons.emplace_back("nothing to compare");
    return out;
}

}  // namespace

namespace {

Result<NullOutcome> null_of_two(const NullCapture& a, const NullCapture& b, const Correction& correction,
                                unsigned threads, const NullProgress& progress) {
    const auto sides_a = sides_of(a, "A"), sides_b = sides_of(b, "B");
    if (!sides_a) return sides_a.error();
    if (!sides_b) return sides_b.error();
    if (a.channels.size() != b.channels.size())
        return Fault{Fault::Kind::bad_input, "",
                     fmt::format("A has {} and B {}; a null needs as many in both",
                                 a.channels.size() == 1 ? "one channel" : "two channels",
                                 b.channels.size() == 1 ? "one" : "two")};
    for (const NullCapture* take : {&a, &b})
        if (static_cast<double>(take->frames()) < least_s * take->rate_hz)
            return Fault{
                Fault::Kind::bad_input, "",
                fmt::format("{} lasts {:.3g} s; a null needs {:g} s at least", take == &a ? "A" : "B",
                            static_cast<double>(take->frames()) / take->rate_hz, least_s)};
    const Steps steps(progress, a.channels.size());
    Channels of_a, of_b;
    for (std::size_t i = 0; i < a.channels.size(); ++i) {
        of_a.push_back(prepared_channel(a, i, (*sides_a)[i], {}, steps.preparing(2 * i)));
        of_b.push_back(prepared_channel(b, i, (*sides_b)[i], correction, steps.preparing(2 * i + 1)));
    }
    Pairing own = paired(a, b, of_a, of_b, false, threads);
    bool crossed = false;
    if (of_a.size() == 2 && own.likeness < 2.0 * surely_alike) {
        Pairing other_way = paired(a, b, of_a, of_b, true, threads);
        crossed = other_way.likeness > own.likeness + clearly_more;
        if (crossed) own = std::move(other_way);
    }
    std::vector<PairOutcome> all(of_a.size());
    std::optional<Line> known;
    std::vector<std::size_t> order(of_a.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto weight = [&](std::size_t i) { return own.lines[i] ? own.lines[i]->weight : 0.0; };
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t i, std::size_t k) { return weight(i) > weight(k); });
    for (std::size_t n = 0; n < order.size(); ++n) {
        const std::size_t i = order[n];
        all[i] = pair_outcome(a, b, of_a[i], of_b[own.partner[i]], own.lines[i], known, steps, n, threads);
        if (!known) known = all[i].line;
    }
    return together(std::move(all), of_a, crossed);
}

}  // namespace

Result<NullOutcome> null_of(const NullCapture& a, const NullCapture& b, const Correction& correction,
                            unsigned threads, const NullProgress& progress) {
    try {
        return null_of_two(a, b, correction, threads, progress);
    } catch (const Fault& unreadable) {
        return unreadable;
    } catch (const std::system_error& no_room) {
        return Fault{Fault::Kind::bad_input, "", no_room.what()};
    }
}

Result<NullOutcome> null_of(Take a, Take b, const Correction& correction, unsigned threads,
                            const NullProgress& progress) {
    return null_of(in_memory(std::move(a)), in_memory(std::move(b)), correction, threads, progress);
}

}  // namespace fourpole
