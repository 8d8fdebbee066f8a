// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/marked_breaks.hpp"

#include "rig/measure/hidden_hum.hpp"
#include "rig/measure/sweeps.hpp"
#include "rig/measure/tone_breaks.hpp"
#include "rig/measure/tone_pace.hpp"
#include "rig/share_out.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace fourpole {

namespace {

constexpr double mark_u = 0.15;       ///< samples, of the distance between two alike markers
constexpr double wander = 1e-6;       ///< by which a clock may be another where no tone plays
constexpr double least_break = 0.5;   ///< samples
constexpr double off_period = 0.3;    ///< samples by which a distance may miss a multiple of a period
constexpr double guard = 8.0;         ///< samples
constexpr double any_pace = 2500e-6;  ///< by which a player may be fast or slow
constexpr double shortest_s = 0.04;

/// By the nearest marker in front of it and the nearest behind it, from where to where it surely plays.
/// @param scale  1 + ppm 1e-6, that may be off by `u_scale`
TonePlace place_of(const Recording& recording, const ToneSegment& segment, const Timing& timing, double scale,
                   double u_scale) {
    const double fs = recording.rate_hz, frames = static_cast<double>(recording.frames());
    const Timing::Found *before = nullptr, *behind = nullptr;
    for (const auto& m : timing.marks) {
        if (m.end_u_s <= segment.start_s && (!before || m.mark.u_s > before->mark.u_s)) before = &m;
        if (m.mark.u_s >= segment.end_s && (!behind || m.mark.u_s < behind->mark.u_s)) behind = &m;
    }
    if (!before && !behind) return {};
    const auto at = [&](const Timing::Found& m, double u_s) {
        return m.mark.sample + (u_s - m.mark.u_s) * fs / scale;
    };
    const auto off = [&](const Timing::Found& m, double u_s) {
        return guard + u_scale * std::abs(u_s - m.mark.u_s) * fs;
    };
    const Timing::Found &first = before ? *before : *behind, &last = behind ? *behind : *before;
    const double from = std::clamp(at(first, segment.start_s) + off(first, segment.start_s), 0.0, frames);
    const double to = std::clamp(at(last, segment.end_s) - off(last, segment.end_s), 0.0, frames);
    if (to - from < shortest_s * fs) return {};
    return {static_cast<std::size_t>(from), static_cast<std::size_t>(to), true};
}

/// At the tones' own pace: far from its marker a segment of a slow player stands where its neighbour would,
/// whose edge is no part of it. One segment alone has none.
std::vector<TonePlace> places_of(const Recording& recording, const std::vector<ToneSegment>& segments,
                                 const Timing& timing) {
    std::vector<TonePlace> out;
    const auto place = [&](double scale, double u_scale) {
        out.clear();
        for (const ToneSegment& s : segments) out.push_back(place_of(recording, s, timing, scale, u_scale));
    };
    std::optional<double> pace;
    if (segments.size() > 1) {
        place(1.0, any_pace);
        pace = pace_of_tones(recording, segments, out);
    }
    place(pace.value_or(1.0), 0.0);
    return out;
}

/// Two neighbours of one group of markers, and what is between them.
struct Span {
    const Timing::Found *a, *b;
    double samples = 0.0;  ///< by which they stand farther apart than the programme says
    double u = 0.0;
};

std::vector<Span> spans_of(const Timing& timing, const Clock& clock, double u_ppm, double tones_s) {
    std::vector<Span> out;
    for (const auto& a : timing.marks) {
        const Timing::Found* next = nullptr;
        for (const auto& b : timing.marks)
            if (b.group == a.group && b.mark.u_s > a.mark.u_s && (!next || b.mark.u_s < next->mark.u_s))
                next = &b;
        // A sweep at another pace than its filter stands elsewhere: not by less than a sample, and not so
        // well.
        if (!next || a.sweep) continue;
        const double says = clock.sample_at(next->mark.u_s) - clock.sample_at(a.mark.u_s);
        const double bare = std::max(0.0, says - tones_s * clock.rate_hz);
        out.push_back({&a, next, next->mark.sample - a.mark.sample - says,
                       std::hypot(mark_u, wander * bare, 1e-6 * u_ppm * says)});
    }
    std::stable_sort(out.begin(), out.end(), [](const Span& x, const Span& y) {
        return x.b->mark.u_s - x.a->mark.u_s < y.b->mark.u_s - y.a->mark.u_s;
    });
    return out;
}

double end_of(const Timing::Found& m, const Clock& clock) {
    return m.mark.sample + clock.sample_at(m.end_u_s) - clock.sample_at(m.mark.u_s);
}

bool lies_in(const Span& span, const Discontinuity& d) {
    const auto first = static_cast<double>(d.unseen ? d.between->first : d.at_sample);
    const auto last = static_cast<double>(d.unseen ? d.between->second : d.at_sample);
    return last >= span.a->mark.sample && first <= span.b->mark.sample;
}

/// The one break of a span whose count is open; nullptr: none, or several.
Discontinuity* open_one(const Span& span, std::vector<Discontinuity>& events) {
    Discontinuity* out = nullptr;
    for (Discontinuity& d : events) {
        if (!lies_in(span, d) || !d.modulo_samples) continue;
        if (out) return nullptr;
        out = &d;
    }
    return out;
}

double beyond(const Span& span, const std::vector<Discontinuity>& events) {
    double out = span.samples;
    for (const Discontinuity& d : events)
        if (lies_in(span, d)) out -= later_by(d);
    return out;
}

void settle(const Span& span, Discontinuity& d, Breaks& breaks) {
    const double more = beyond(span, breaks.events);
    const double may_miss = std::max(off_period, 4.0 * span.u);
    if (std::abs(std::remainder(more, *d.modulo_samples)) > may_miss || may_miss > 0.4 * *d.modulo_samples)
        return;
    const double whole = std::round(later_by(d) + more);
    breaks.later_by += whole - later_by(d);
    if (whole < 0.0)
        d.kind = Discontinuity::Kind::lost;
    else if (d.kind == Discontinuity::Kind::lost)
        d.kind = Discontinuity::Kind::repeated;
    else if (d.kind == Discontinuity::Kind::zeroed && whole > 0.0)
        d.kind = Discontinuity::Kind::inserted;
    if (d.kind != Discontinuity::Kind::zeroed) d.count = std::abs(std::lround(whole));
    d.modulo_samples.reset();
}

/// A shift that the markers on both sides count as none: something else beside the tone, hum, looked like a
/// whole period of it.
bool is_none(const Discontinuity& d) { return d.count == 0 && d.kind != Discontinuity::Kind::zeroed; }

}  // namespace

bool is_whole(const Timing::Found& mark, const std::vector<Discontinuity>& events, double rate_hz) {
    constexpr double slack_s = 0.01;
    const double from = mark.mark.sample, to = from + (mark.end_u_s - mark.mark.u_s + slack_s) * rate_hz;
    return std::none_of(events.begin(), events.end(), [&](const Discontinuity& d) {
        const auto at = static_cast<double>(d.at_sample);
        return !d.unseen && at + static_cast<double>(d.count) >= from && at < to;
    });
}

double seconds_of_tones(const Programme& programme) {
    double out = 0.0;
    for (const ToneSegment& s : tone_segments(programme)) out += s.end_s - s.start_s;
    return out;
}

MarkedBreaks breaks_between_marks(const Recording& recording, const Programme& programme,
                                  const Timing& timing, double least_step) {
    MarkedBreaks out;
    if (!timing.found || timing.marks.empty()) return out;
    const auto segments = tone_segments(programme);
    const auto hum = hum_in_pauses(recording, programme, segments, {}, timing);
    const auto places = places_of(recording, segments, timing);
    std::vector<ToneBreaks> by_segment(segments.size());
    share_out(analysis_threads, segments.size(), [&](std::size_t i) {
        if (places[i].heard)
            by_segment[i] = breaks_between_tones(recording, segments[i], places[i], least_step, hum);
    });
    double weight = 0.0, sum = 0.0;
    for (const ToneBreaks& b : by_segment) {
        if (!b.followed) continue;
        const double w = 1.0 / std::max(b.u_ppm * b.u_ppm, 1e-18);
        weight += w, sum += w * b.ppm;
        Breaks& all = out.found;
        all.events.insert(all.events.end(), b.found.events.begin(), b.found.events.end());
        all.clicks.insert(all.clicks.end(), b.found.clicks.begin(), b.found.clicks.end());
        all.torn += b.found.torn;
        all.later_by += b.found.later_by;
        if (b.blind_to) out.blind_to = std::max(out.blind_to.value_or(0.0), *b.blind_to);
    }
    if (weight > 0.0) {
        const double ppm = sum / weight;
        const auto first =
            std::min_element(timing.marks.begin(), timing.marks.end(),
                             [](const auto& a, const auto& b) { return a.mark.u_s < b.mark.u_s; });
        Clock clock{recording.rate_hz, 0.0, ppm};
        clock.start = first->mark.sample - clock.sample_at(first->mark.u_s);
        out.clock = clock;
        out.u_ppm = 1.0 / std::sqrt(weight);
    }
    return out;
}

void settle_by_marks(const Timing& timing, const MarkedBreaks& tones, double tones_s, Breaks& breaks) {
    if (!tones.clock) return;
    auto spans = spans_of(timing, *tones.clock, tones.u_ppm, tones_s);
    std::erase_if(spans, [&](const Span& span) {
        const double rate_hz = tones.clock->rate_hz;
        return !is_whole(*span.a, breaks.events, rate_hz) || !is_whole(*span.b, breaks.events, rate_hz);
    });
    for (const Span& span : spans)
        if (Discontinuity* open = open_one(span, breaks.events)) settle(span, *open, breaks);
    std::erase_if(breaks.events, is_none);
    for (const Span& span : spans) {
        const double more = beyond(span, breaks.events);
        if (std::abs(more) <= std::max(least_break, 4.0 * span.u)) continue;
        Discontinuity d;
        d.kind = more < 0.0 ? Discontinuity::Kind::lost : Discontinuity::Kind::inserted;
        d.count = std::max(1L, std::lround(std::abs(more)));
        d.u_count = span.u;
        d.unseen = true;
        double from = end_of(*span.a, *tones.clock);
        double to = span.b->mark.sample;
        // Other markers that stand apart by the same have it between them too.
        for (const Span& other : spans)
            if (std::abs(beyond(other, breaks.events) - more) < least_break && other.a->mark.sample < to &&
                other.b->mark.sample > from)
                from = std::max(from, end_of(*other.a, *tones.clock)),
                to = std::min(to, other.b->mark.sample);
        d.between = {std::lround(from), std::lround(to)};
        d.at_sample = d.between->first;
        breaks.later_by += more;
        breaks.events.push_back(d);
    }
}

}  // namespace fourpole
