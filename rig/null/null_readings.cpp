// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/null/null_readings.hpp"

#include "rig/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace fourpole {

namespace {

double power_db(double power) { return AmplitudeRatio{std::sqrt(power)}.decibels(); }

constexpr double missed = 0.5, tenth = 0.1;
constexpr std::size_t most_in_words = 4;

/// Half of db_per_relative: a power is the square of an amplitude.
double u_db(const Share& share) { return 0.5 * db_per_relative * share.u / share.power; }

/// A share of A's power in dB, moved by `gain_db`: a figure, or a bound where it is lost in what the
/// resampler itself leaves.
Point point_of(const Share& share, double gain_db) {
    Point p;
    if (share.power < least_residual) {
        p.value = power_db(least_residual) + gain_db;
        p.state = State::at_most;
    } else {
        p.value = power_db(share.power) + gain_db;
        p.u = u_db(share);
    }
    return p;
}

Reading scalar(const std::string& name, const std::string& definition, std::optional<Side> side,
               Point point) {
    Reading r;
    r.name = name, r.unit = "dB", r.definition = definition;
    r.side = side;
    r.points.push_back(point);
    return r;
}

Reading null_reading(std::optional<Side> side, const Pair& pair, const Match& match,
                     const Residual& residual) {
    const double gain_db = -AmplitudeRatio{std::abs(match.scale)}.decibels();
    Reading r = scalar("null", "null@1", side, point_of(residual.total, gain_db));
    const Hearing hearing = hearing_of(pair);
    r.details.emplace_back("residual_db", *r.scalar().value);
    r.details.emplace_back("depth_db", *r.scalar().value - gain_db);
    r.details.emplace_back("gain_db", gain_db);
    r.details.emplace_back("gain_u_db", db_per_relative * match.u_relative_scale);
    r.details.emplace_back("polarity", std::string(match.scale < 0.0 ? "-" : "+"));
    r.details.emplace_back("delay_samples", match.line.delay);
    r.details.emplace_back("delay_u_samples", match.u_delay);
    r.details.emplace_back("delay_s", match.line.delay / pair.rate_b_hz);
    r.details.emplace_back("ppm", ppm_of(pair, match.line));
    r.details.emplace_back("ppm_u", match.u_ppm);
    r.details.emplace_back("low_hz", hearing.low_hz);
    r.details.emplace_back("high_hz", hearing.high_hz);
    r.details.emplace_back("reference", std::string("A: its level, its clock, its samples"));
    return r;
}

/// What the clocks' wander makes, or would make if it were not followed.
Reading wander_reading(std::optional<Side> side, const Pair& pair, const Wander& wander, double gain_db) {
    Reading r = scalar("null_wander", "null.wander@1", side, {.state = State::not_measured});
    if (!wander.told) {
        r.details.emplace_back("why", std::string("less than two octaves tell of the delay"));
        return r;
    }
    r.points.front() =
        wander.track ? point_of(wander.share, gain_db)
                     : Point{.value = power_db(std::max(least_residual, std::max(0.0, wander.share.power) +
                                                                            2.0 * wander.share.u)) +
                                      gain_db,
                             .state = State::at_most};
    if (!wander.track) return r;
    r.details.emplace_back("rms_s", wander.rms / pair.rate_a_hz);
    r.details.emplace_back("peak_s", wander.track->most() / pair.rate_a_hz);
    r.details.emplace_back("u_of_block_s", wander.u / pair.rate_a_hz);
    r.details.emplace_back("block_s", wander.block_s);
    if (wander.quick > 0.0) r.details.emplace_back("too_quick_db", power_db(wander.quick) + gain_db);
    if (wander.lost > least_residual) r.details.emplace_back("lost_db", power_db(wander.lost) + gain_db);
    r.details.emplace_back("parts_doubt_db", power_db(std::max(least_residual, wander.rest)) + gain_db);
    return r;
}

Reading spectrum(std::optional<Side> side, const Residual& residual, double gain_db) {
    Reading r;
    r.name = "null_spectrum", r.unit = "dB", r.definition = "null.third_octave@1";
    r.side = side;
    r.curve = true;
    for (const ThirdOctave& third : residual.thirds) {
        Point p = point_of(third.residual, gain_db);
        p.at = third.centre_hz;
        r.points.push_back(p);
    }
    return r;
}

}  // namespace

Readings null_readings(std::optional<Side> side, const Pair& pair, const Match& match,
                       const Residual& residual, const Wander& wander) {
    const double gain_db = -AmplitudeRatio{std::abs(match.scale)}.decibels();
    Readings out;
    out.push_back(null_reading(side, pair, match, residual));
    out.push_back(spectrum(side, residual, gain_db));
    // Where a clock wanders still a filter or a bent curve may seem to explain what it makes.
    const double doubtful = wander.track ? wander.rest : 0.0;
    const auto bound = [&](const Share& share) {
        return Point{.value = power_db(std::max(least_residual, share.power + 2.0 * share.u)) + gain_db,
                     .state = State::at_most};
    };
    const auto part = [&](const Share& share, double doubt) {
        const double unresolved = std::max({least_residual, least_part * residual.total.power, doubt});
        if (share.power > std::max(unresolved, 2.0 * share.u)) return point_of(share, gain_db);
        return bound({std::max(unresolved - 2.0 * share.u, share.power), share.u});
    };
    out.push_back(scalar("null_linear", "null.linear@1", side, part(residual.linear, doubtful)));
    out.push_back(scalar("null_nonlinear", "null.nonlinear@1", side, part(residual.nonlinear, doubtful)));
    // Wander that was not followed is no noise: where it may be half of that, noise has a bound.
    Point noise = part(residual.noise, 0.0);
    if (doubtful > missed * residual.noise.power) noise = bound(residual.noise);
    out.push_back(scalar("null_noise", "null.noise@1", side, noise));
    out.push_back(wander_reading(side, pair, wander, gain_db));
    return out;
}

Reading null_not_measured(std::optional<Side> side, const std::string& why) {
    Reading r = scalar("null", "null@1", side, {.state = State::not_measured});
    r.details.emplace_back("why", why);
    return r;
}

Reading breaks_reading(std::optional<Side> side, const std::vector<Break>& breaks) {
    Reading r;
    r.name = "discontinuity", r.unit = "samples", r.definition = "discontinuity.null@1";
    r.side = side;
    std::vector<Discontinuity> events;
    double sum = 0.0, u = 0.0;
    for (const Break& b : breaks) {
        if (!b.count) continue;
        Discontinuity d;
        d.kind = b.kind;
        d.count = static_cast<std::int64_t>(*b.count);
        d.u_count = b.u_count;
        d.at_sample = static_cast<std::int64_t>(std::llround(b.at_b));
        sum += *b.count, u = std::hypot(u, b.u_count);
        events.push_back(d);
    }
    Point p;
    if (events.empty())
        p.state = State::not_measured;
    else
        p.value = sum, p.u = u;
    r.points.push_back(p);
    r.details.emplace_back("events", events);
    return r;
}

std::string in_words(const Break& found, const Pair& pair) {
    const std::string where = fmt::format("at sample {:.0f} of B (sample {:.0f} of A, {:.3f} s)", found.at_b,
                                          found.at_a, found.at_a / pair.rate_a_hz);
    if (!found.count) return fmt::format("B stops following A {}: what is there is not what A holds", where);
    if (found.kind == Discontinuity::Kind::zeroed)
        return fmt::format("{} holds {:.0f} zeros {} while {} sounds: zeroed in {}", found.in_a ? "A" : "B",
                           *found.count, where, found.in_a ? "B" : "A", found.in_a ? "A" : "B");
    const std::string count = found.u_count > 0.0
                                  ? fmt::format("about {:.0f} (u {:.2g})", *found.count, found.u_count)
                                  : fmt::format("{:.0f}", *found.count);
    if (found.kind == Discontinuity::Kind::lost)
        return fmt::format("B lacks {} samples that A has, {}: lost in B, or inserted in A", count, where);
    return fmt::format("B has {} samples more than A, {}: inserted in B, or lost in A", count, where);
}

std::string in_words(const LoudStretch& stretch, const Residual& residual, const Pair& pair) {
    return fmt::format(
        "the residual stands {:.0f} dB above its median, and four fifths of that between samples {:.0f} and "
        "{:.0f} of A ({:.3f} s): look there for a drop-out or something that only one of both holds",
        power_db(residual.loudest_over_median), stretch.from, stretch.to, stretch.from / pair.rate_a_hz);
}

std::string in_words(const std::vector<Click>& clicks, const Residual& residual, const Pair& pair) {
    std::string where;
    for (std::size_t i = 0; i < std::min(clicks.size(), most_in_words); ++i) {
        const Click& c = clicks[i];
        const char* held = !c.in_a ? "one of both" : *c.in_a ? "A" : "B";
        where += fmt::format("{}{} sample{} of {} at sample {:.0f} of B (sample {:.0f} of A, {:.3f} s)",
                             i > 0 ? ", " : "", c.count, c.count == 1 ? "" : "s", held, c.what.at_b,
                             c.what.at_a, c.what.at_a / pair.rate_a_hz);
    }
    if (residual.outliers.size() > most_in_words)
        where += fmt::format(" and {} more", residual.outliers.size() - most_in_words);
    const double rest = residual.total.power - residual.in_outliers;
    return fmt::format("{} in what B is not of A: {}; {} {:.1f} dB of the residual, and no sample is missing",
                       residual.outliers.size() == 1 ? "a click" : "clicks", where,
                       residual.outliers.size() == 1 ? "it makes" : "they make",
                       power_db(residual.total.power / std::max(rest, least_part * residual.total.power)));
}

std::vector<std::string> in_words(const Wander& wander, const Residual& residual, const Pair& pair) {
    if (!wander.track) return {};
    const auto us = [&](double samples) { return 1e6 * samples / pair.rate_a_hz; };
    const auto below = [](double power) { return -power_db(std::max(power, least_residual)); };
    std::vector<std::string> out;
    out.push_back(fmt::format(
        "the clocks wander against each other by {:.3g} us rms, {:.3g} us at most: it was followed in blocks "
        "of {:.0f} ms and is no part of the residual, in which it would stand {:.1f} dB below A",
        us(wander.rms), us(wander.track->most()), 1e3 * wander.block_s, below(wander.share.power)));
    if (wander.quick > tenth * residual.total.power)
        out.push_back(
            fmt::format("they also swing faster than blocks of {:.0f} ms can follow: what that makes, up to "
                        "{:.1f} dB below A, is in the residual and counts as noise",
                        1e3 * wander.block_s, below(wander.quick)));
    if (wander.lost > tenth * residual.total.power)
        out.push_back(
            fmt::format("in places ten times the usual remains, {:.1f} dB below A: there it may "
                        "not have been followed, and that counts as noise",
                        below(wander.lost)));
    if (wander.leap)
        out.push_back(
            fmt::format("their delay leaps by {:.2f} samples within {:.0f} ms of sample {:.0f} of A "
                        "({:.3f} s): samples were lost or inserted, or a clock jumped; which of "
                        "them cannot be told",
                        wander.leap->samples, 2e3 * wander.block_s, wander.leap->at_a,
                        wander.leap->at_a / pair.rate_a_hz));
    return out;
}

}  // namespace fourpole
