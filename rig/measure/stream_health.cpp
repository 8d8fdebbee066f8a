// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/stream_health.hpp"

#include "rig/align/breaks.hpp"
#include "rig/align/clock.hpp"
#include "rig/align/markers.hpp"
#include "rig/measure/marked_breaks.hpp"
#include "rig/measure/missing_end.hpp"
#include "rig/measure/sounding_breaks.hpp"
#include "rig/measure/take_health.hpp"
#include "rig/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>

namespace fourpole {

namespace {

constexpr double common_rates_hz[] = {8000,  11025, 16000, 22050,  32000,  44100,
                                      48000, 88200, 96000, 176400, 192000, 384000};
// A sweep of 1.5 s that is 200 ppm off its filter is smeared over a dozen samples.
constexpr double told_by_sweeps_ppm = 200.0;
constexpr double crystals_ppm = 200.0;  // between two of them

/// Samples by which the distance of the markers is longer (+) or shorter than the programme's, where
/// the sweeps themselves run at the converter's pace: frames were lost or inserted between the
/// markers, and the offset that their distance tells is no clock. nullopt: the sweeps agree with
/// it, there is none, or it is too small (200 ppm) for them to tell.
struct Astray {
    double samples = 0.0;
    double of_crystals = 0.0;  ///< by which two clocks may differ over that distance
};
std::optional<Astray> samples_astray(const Recording& recording, const Programme& programme,
                                     const Timing& timing) {
    const double ppm = timing.clock.ppm;
    if (!timing.u_ppm || !timing.first || !timing.last || std::abs(ppm) < told_by_sweeps_ppm) return {};
    const auto loudness = [&](const MarkerGroup& g, double samples_per_s) {
        double sum = 0.0;
        for (const Arrival& a : find_arrivals(recording, programme, g, samples_per_s)) sum += a.strength;
        return sum;
    };
    for (const MarkerGroup& g : marker_groups(programme)) {
        if (!g.sweep) continue;
        const double here = loudness(g, recording.rate_hz);
        const double there = loudness(g, recording.rate_hz / (1.0 + 1e-6 * ppm));
        if (here <= there) return {};
        const double says = (timing.last->u_s - timing.first->u_s) * recording.rate_hz;
        // Of several groups of markers the first may stand on one side of the break, a fit between them all.
        const double first_group = timing.last->sample - timing.first->sample - says;
        const double all_groups = says / (1.0 + 1e-6 * ppm) - says;
        return Astray{std::abs(first_group) > std::abs(all_groups) ? first_group : all_groups,
                      1e-6 * told_by_sweeps_ppm * says};
    }
    return {};
}

/// The programme's chirps, looked for as if the capture had been made at `rate_hz`.
struct ChirpsAt {
    bool in_place = false;  ///< every one of them, as two crystals have it
    double strength = 0.0;
};
ChirpsAt chirps_at(const Recording& recording, const Programme& programme, double rate_hz) {
    constexpr double likely_ppm = 500.0;
    const auto groups = marker_groups(programme);
    Recording other = recording;
    other.rate_hz = rate_hz;
    std::vector<std::vector<Arrival>> arrivals;
    ChirpsAt out;
    bool whole = true, several = false;
    for (const MarkerGroup& g : groups) {
        arrivals.push_back(g.sweep ? std::vector<Arrival>{} : find_arrivals(other, programme, g, rate_hz));
        for (const Arrival& a : arrivals.back()) out.strength += a.strength;
        if (g.sweep || g.events.size() < 2) continue;
        several = true;
        whole = whole && arrivals.back().size() == g.events.size();
    }
    if (!whole || !several) return out;
    const auto estimate = estimate_clock(other, programme, groups, arrivals);
    out.in_place = estimate && estimate->u_ppm && std::abs(estimate->clock.ppm) < likely_ppm;
    return out;
}

/// Another common sample rate at which every chirp of the programme is in the capture and its clock
/// within 500 ppm: the file's header says the wrong one. nullopt: none, or no chirps to tell by.
std::optional<double> rate_that_fits(const Recording& recording, const Programme& programme) {
    // A click is a chirp of any rate, and a sweep a weak one.
    const ChirpsAt here = chirps_at(recording, programme, recording.rate_hz);
    if (here.in_place) return std::nullopt;
    for (const double rate_hz : common_rates_hz) {
        if (rate_hz == recording.rate_hz) continue;
        const ChirpsAt there = chirps_at(recording, programme, rate_hz);
        if (there.in_place && there.strength > here.strength) return rate_hz;
    }
    return std::nullopt;
}

/// Breaks under tones, chirps and sweeps, and between them. The tones have a pace of their own, on which the
/// markers' distance says what was lost, not how fast a clock is.
Breaks all_breaks(const Recording& recording, const Programme& programme, const Timing& timing,
                  double least_step) {
    Breaks out = breaks_while_sounding(recording, programme, timing, least_step);
    MarkedBreaks tones = breaks_between_marks(recording, programme, timing, least_step);
    double paced_s = seconds_of_tones(programme);
    if (timing.recorded) {
        const RecordedTrack& files = *timing.recorded;
        out.events.insert(out.events.end(), files.breaks.events.begin(), files.breaks.events.end());
        out.torn += files.breaks.torn;
        out.later_by += files.breaks.later_by;
        // What the markers say is then held against the files' own pace.
        if (!tones.clock) {
            tones.clock = files.clock;
            tones.u_ppm = files.knows_pace() ? files.pace->u_ppm : crystals_ppm;
            paced_s += files.seconds;
        }
    }
    out.events.insert(out.events.end(), tones.found.events.begin(), tones.found.events.end());
    out.clicks.insert(out.clicks.end(), tones.found.clicks.begin(), tones.found.clicks.end());
    out.torn += tones.found.torn;
    out.later_by += tones.found.later_by;
    settle_by_marks(timing, tones, paced_s, out);
    std::stable_sort(
        out.events.begin(), out.events.end(),
        [](const Discontinuity& a, const Discontinuity& b) { return a.at_sample < b.at_sample; });
    return out;
}

/// "lost frames: 64 samples lost at sample 118321", and how sure that is.
std::string in_words(const Discontinuity& d) {
    std::string out =
        fmt::format("{} frames: {}{} sample{} {} ", name(d.kind), d.u_count > 0.0 ? "about " : "", d.count,
                    d.count == 1 ? "" : "s", name(d.kind));
    out += d.between ? fmt::format("between samples {} and {}", d.between->first, d.between->second)
                     : fmt::format("at sample {}", d.at_sample);
    if (d.unseen)
        out += fmt::format(
            ", by the markers on both sides (u {:.2g}): in a pause, or a whole period of what plays there",
            d.u_count);
    else if (d.u_count > 0.0)
        out += fmt::format(" (u {:.2g})", d.u_count);
    if (d.modulo_samples)
        out += fmt::format(
            ", or more or fewer by whole periods of about {:.3g} samples: too little plays beside it to tell",
            *d.modulo_samples);
    return out;
}

/// A number that was none stands at the end of its type once it is a sample, or is its own uncertainty.
bool is_known(const Discontinuity& d) {
    constexpr std::int64_t beyond_all = std::int64_t{1} << 53;  // samples; no file holds as many
    const auto is_place = [](std::int64_t n) { return n > -beyond_all && n < beyond_all; };
    return is_place(d.count) && is_place(d.at_sample) && std::isfinite(d.u_count) &&
           std::isfinite(d.modulo_samples.value_or(0.0)) &&
           (!d.between || (is_place(d.between->first) && is_place(d.between->second)));
}

/// What stands in a take without the programme: silence has other causes than something else.
std::string what_is_there(const Recording& recording) {
    constexpr double quiet_dbfs = -60.0;
    double loudest = 0.0;
    for (const Side side : sides) {
        if (!recording.has(side) || recording.samples[side].empty()) continue;
        double sum = 0.0, squares = 0.0;
        for (const double x : recording.samples[side]) sum += x, squares += x * x;
        const auto count = static_cast<double>(recording.samples[side].size());
        loudest = std::max(loudest, std::sqrt(std::max(0.0, squares / count - sum * sum / (count * count))));
    }
    // re the rms of a full-scale sine
    const double dbfs = AmplitudeRatio{std::max(loudest, 1e-12) * std::numbers::sqrt2}.decibels();
    if (dbfs < quiet_dbfs)
        return fmt::format(
            "the inputs hold no more than {:.0f} dBFS: a quiet or stopped player, or an open lead", dbfs);
    return fmt::format("what the inputs hold, {:.0f} dBFS, is something else", dbfs);
}

/// A sentence where the take begins after the programme or ends before it; "" where it is whole.
std::string not_whole(const Recording& recording, const Programme& programme, const Timing& timing) {
    if (!timing.found) return "";
    // Markers are found to a sample, a clock that is not known is off by 200 ppm at most.
    const double slack = 0.002 * recording.rate_hz;
    double late = 0.0, cut = 0.0;
    for (const Event& e : programme.events) {
        if (!std::holds_alternative<Chirp>(e.what) && !std::holds_alternative<Sweep>(e.what)) continue;
        late = std::max(late, -timing.clock.sample_at(event_start(e)));
        cut = std::max(cut, timing.clock.sample_at(event_end(e)) - static_cast<double>(recording.frames()));
    }
    if (cut > slack)
        if (const auto begins = missing_beginning(recording, programme, timing)) late = *begins;
    if (late > slack)
        return fmt::format(
            "the take begins {:.2f} s after the programme's first event did; start recording earlier",
            late / recording.rate_hz);
    if (cut > slack)
        return fmt::format("the take ends {:.2f} s before the programme's last event does; record longer",
                           cut / recording.rate_hz);
    return "";
}

std::string wrong_header(double fits_hz, double says_hz) {
    return fmt::format(
        "wrong rate: the programme is there at {:.10g} Hz, and the file says {:.10g} Hz; correct the header "
        "or the interface's setting",
        fits_hz, says_hz);
}

}  // namespace

void read_breaks(Breaks found, std::size_t first_frame, Measurement& out) {
    if (std::erase_if(found.events, [](const Discontinuity& d) { return !is_known(d); }) > 0) {
        out.valid = false;
        out.reasons.emplace_back(
            "a break of the stream whose place or count nothing in this take tells; take it again");
    }
    for (std::int64_t& at : found.clicks) at += static_cast<std::int64_t>(first_frame);
    for (Discontinuity& d : found.events) {
        d.at_sample += static_cast<std::int64_t>(first_frame);
        if (!d.between) continue;
        d.between->first += static_cast<std::int64_t>(first_frame);
        d.between->second += static_cast<std::int64_t>(first_frame);
    }
    for (const std::int64_t at : found.clicks) {
        out.valid = false;
        out.reasons.push_back(fmt::format("click: the wave is disturbed at sample {}; take it again", at));
    }
    if (found.torn > 0) {
        out.valid = false;
        out.reasons.push_back(
            fmt::format("disturbed: the programme is torn in {} places; overloaded, crackling or not this "
                        "programme at all",
                        found.torn));
    }
    if (found.foreign) {
        out.valid = false;
        out.reasons.push_back(
            "another programme, or a long gap: a sweep of this take runs at another pace than the programme "
            "says, or a long stretch of it is missing");
        return;
    }
    const std::vector<Discontinuity>& breaks = found.events;
    if (breaks.empty()) return;
    out.valid = false;
    Reading r;
    r.name = "discontinuity";
    r.unit = "samples";
    r.definition = "discontinuity.recurrence@1";
    std::int64_t sum = 0;
    std::optional<double> u = 0.0;
    for (const Discontinuity& d : breaks) {
        sum += d.count;
        u = u && !d.modulo_samples ? std::optional(std::hypot(*u, d.u_count)) : std::nullopt;
        out.reasons.push_back(in_words(d));
    }
    // Up to its modulus a count is known, and by it nothing of how much was lost in all.
    r.points.push_back(
        {.value = static_cast<double>(sum), .u = u, .state = u ? State::exact : State::at_least});
    r.details.emplace_back("events", breaks);
    out.readings.push_back(std::move(r));
}

std::string judge_stream(const Take& take, const Recording& recording, const Programme& programme,
                         const Timing& timing, Measurement& out) {
    if (timing.has_markers && !timing.found) {
        out.valid = false;
        const auto rate = rate_that_fits(recording, programme);
        return rate ? wrong_header(*rate, recording.rate_hz)
                    : "the programme is not in this take: neither a chirp nor a sweep of it was found; " +
                          what_is_there(recording);
    }
    // A clipped wave breaks its own sine at every top: only the clipping is reported.
    if (!out.valid) return "";
    if (std::string words = not_whole(recording, programme, timing); !words.empty()) {
        out.valid = false;
        // Under a header of twice the rate the first half of a programme has its room, not the rest.
        const auto rate = rate_that_fits(recording, programme);
        return rate ? wrong_header(*rate, recording.rate_hz) : words;
    }
    if (timing.told_ppm) {
        out.valid = false;
        return fmt::format(
            "two clocks: the markers stand {:+.2f} ppm apart from one clock's; player and "
            "converter do not share one, measure without --same-clock",
            *timing.told_ppm);
    }
    const auto breaks = all_breaks(recording, programme, timing, 2.5 * converter_step(take));
    if (!breaks.events.empty() || breaks.foreign || breaks.torn > 0)
        if (const auto rate = rate_that_fits(recording, programme)) {
            out.valid = false;
            return wrong_header(*rate, recording.rate_hz);
        }
    if (breaks.events.empty())
        if (const auto astray = samples_astray(recording, programme, timing)) {
            out.valid = false;
            return fmt::format(
                "{} frames: the programme's markers stand {:.0f} samples {} the programme says (two crystals "
                "may explain {:.0f} of them), and what plays between them runs at its own pace; the stream "
                "broke in a pause",
                astray->samples < 0.0 ? "lost" : "inserted", std::abs(astray->samples),
                astray->samples < 0.0 ? "nearer than" : "farther apart than", astray->of_crystals);
        }
    read_breaks(breaks, take.first_frame, out);
    if (std::abs(timing.clock.ppm) <= largest_ppm || !breaks.events.empty()) return "";
    out.valid = false;
    return fmt::format(
        "wrong rate: the player runs {:+.0f} ppm off the converter; more than {:.0f} ppm is a wrong sample "
        "rate, not a clock",
        timing.clock.ppm, largest_ppm);
}

}  // namespace fourpole
