// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/sweep_clock.hpp"

#include "rig/align/markers.hpp"
#include "rig/measure/phase_line.hpp"
#include "rig/measure/recorded_wave.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace fourpole {

namespace {

// Between two sweeps the clock is known as well as their paths are alike: one and the same
// path (a plug wired as a difference), or two sides of one earphone (1 us of group delay).
constexpr double same_path_samples = 0.002, two_paths_samples = 0.05;
constexpr double smears_ppm = 20.0;
constexpr double least_over_u = 5.0;      ///< of a pace by a sweep's own bend
constexpr double far_better = 5.0;        ///< re the u of the other sweep
constexpr double least_of_a_break = 0.7;  ///< samples
constexpr double far_s = 0.002;           ///< by which a probe of a sweep may miss it
constexpr double peak_u = 2.0;            ///< samples, of an envelope's peak: two paths of a device

/// Two sweeps, or one file that plays twice.
bool of_one_shape(const Event& a, const Event& b) {
    if (const auto* sweep = std::get_if<Sweep>(&a.what)) {
        const auto* other = std::get_if<Sweep>(&b.what);
        if (!other) return false;
        Sweep moved = *sweep;
        moved.start_s = other->start_s;
        return moved == *other;
    }
    const auto *file = std::get_if<FileEvent>(&a.what), *other = std::get_if<FileEvent>(&b.what);
    // Of a file of two channels the sides play unlike ones.
    return file && other && file->path == other->path && (a.on == b.on || is_mono(file->path));
}

/// ppm from two sweeps of one shape with time between them; nullopt where there are none.
struct SweepClock {
    double ppm, u_ppm, gap_s;
    bool of_files;
    std::size_t a, b;  ///< probes
};
std::optional<SweepClock> clock_from_sweeps(const std::vector<Probe>& probes, const Programme& programme,
                                            const Clock& clock) {
    for (std::size_t i = 0; i < probes.size(); ++i)
        for (std::size_t k = probes.size(); k-- > i + 1;) {
            const Event &a = programme.events[probes[i].event], &b = programme.events[probes[k].event];
            const double gap_s = event_start(b) - event_start(a);
            if (!of_one_shape(a, b) || gap_s <= 0.0) continue;
            // The phase of a sweep that no input hears is its noise's.
            if (!is_heard(probes[i]) || !is_heard(probes[k])) continue;
            const std::size_t ya = loudest(probes[i]), yb = loudest(probes[k]);
            const auto line = phase_line_between(probes[i], ya, probes[k], yb, clock.rate_hz);
            if (!line) continue;
            const double nominal = gap_s * clock.rate_hz / (1.0 + clock.ppm * 1e-6);
            const double measured = nominal + line->delay_samples;
            const bool same_path = probes[i].captured[ya] == probes[k].captured[yb];
            const double u = std::hypot(line->u_samples, same_path ? same_path_samples : two_paths_samples);
            return SweepClock{(gap_s * clock.rate_hz / measured - 1.0) * 1e6,
                              u / measured * 1e6,
                              gap_s,
                              !probes[i].sweep,
                              i,
                              k};
        }
    return std::nullopt;
}

/// By how much the sweeps come later than the clock has them, their mean; 0 where none can say.
double later_than(const std::vector<Probe>& probes, double rate_hz) {
    double sum = 0.0, count = 0.0;
    for (const Probe& probe : probes)
        if (const auto line = probe.sweep ? phase_line(probe, loudest(probe), rate_hz) : std::nullopt)
            sum += line->delay_samples, ++count;
    return count > 0.0 ? sum / count : 0.0;
}

/// What a sweep says of its own pace, and where it stands.
struct OwnPace {
    SweepPace pace;
    double start_s = 0.0;
};

/// What two sweeps say together; where they disagree the clock wanders. One that is known far better than the
/// other says it alone: the other is not where it was looked for.
std::optional<OwnPace> together(const std::optional<OwnPace>& a, const std::optional<OwnPace>& b) {
    if (!a || !b) return a ? a : b;
    const OwnPace &good = a->pace.u_ppm <= b->pace.u_ppm ? *a : *b, &bad = &good == &*a ? *b : *a;
    if (bad.pace.u_ppm > far_better * good.pace.u_ppm) return good;
    OwnPace out = *a;
    out.pace.ppm = 0.5 * (a->pace.ppm + b->pace.ppm);
    out.pace.u_ppm = std::hypot(a->pace.u_ppm, b->pace.u_ppm, 0.5 * (a->pace.ppm - b->pace.ppm));
    return out;
}

/// nullopt: no sweep, or one of too narrow a band.
std::optional<OwnPace> pace_of(const Probe& probe, const Programme& programme, double rate_hz) {
    const auto* sweep = std::get_if<Sweep>(&programme.events[probe.event].what);
    const auto pace = sweep ? own_pace(probe, loudest(probe), sweep->rate_s, rate_hz) : std::nullopt;
    if (!pace) return std::nullopt;
    return OwnPace{*pace, probe.start_s};
}

/// Of the first sweep and the last.
std::optional<OwnPace> pace_of_all(const std::vector<Probe>& probes, const Programme& programme,
                                   double rate_hz) {
    std::optional<OwnPace> first, last;
    for (const Probe& probe : probes) {
        const auto pace = pace_of(probe, programme, rate_hz);
        if (!pace) continue;
        (first ? last : first) = pace;
    }
    return together(first, last);
}

/// A player whose pace is so far off that a sweep is smeared: the clock goes to the sweeps' own pace, and
/// stands where the first of them begins. False: it was near enough, or nobody can tell.
bool at_own_pace(const std::optional<OwnPace>& own, Clock& clock) {
    if (!own || std::abs(own->pace.ppm) < std::max(smears_ppm, least_over_u * own->pace.u_ppm)) return false;
    const double begins = clock.sample_at(own->start_s) + own->pace.delay_samples;
    clock.ppm += own->pace.ppm;
    clock.start += begins - clock.sample_at(own->start_s);
    return true;
}

Discontinuity break_of(double samples, double u, double from, double to) {
    Discontinuity out;
    out.kind = samples < 0.0 ? Discontinuity::Kind::lost : Discontinuity::Kind::inserted;
    out.count = std::lround(std::abs(samples));
    out.u_count = u;
    out.unseen = true;
    out.between = {std::lround(from), std::lround(to)};
    out.at_sample = out.between->second;
    return out;
}

/// A stretch between two alike sweeps that is milliseconds too short or too long: the second is then not
/// where a probe of it was made.
std::optional<Discontinuity> far_break(const Recording& recording, const Programme& programme,
                                       const Timing& timing, const SweepPace& own) {
    Clock clock = timing.clock;
    clock.ppm += own.ppm;
    const auto off = [&](double u_a, double at_a, double u_b, double at_b) {
        return at_b - at_a - (clock.sample_at(u_b) - clock.sample_at(u_a));
    };
    const auto groups = marker_groups(programme);
    for (std::size_t g = 0; g < groups.size(); ++g) {
        if (!groups[g].sweep || groups[g].events.size() < 2) continue;
        const auto of_group = [&](const Timing::Found& m) { return m.group == g; };
        const auto first = std::find_if(timing.marks.begin(), timing.marks.end(), of_group);
        const auto last = std::find_if(timing.marks.rbegin(), timing.marks.rend(), of_group);
        if (first == timing.marks.end()) continue;
        // As long as the pace was not known a sweep's place was not either.
        if (std::abs(off(first->mark.u_s, first->mark.sample, last->mark.u_s, last->mark.sample)) <
            far_s / 2.0 * clock.rate_hz)
            continue;
        const auto found =
            find_arrivals(recording, programme, groups[g], clock.rate_hz / (1.0 + 1e-6 * clock.ppm));
        for (std::size_t k = 1; k < found.size(); ++k) {
            const Event &a = programme.events[found[k - 1].event], &b = programme.events[found[k].event];
            const double gap_s = event_start(b) - event_start(a);
            const double samples = off(event_start(a), found[k - 1].sample, event_start(b), found[k].sample);
            const double u = std::hypot(peak_u, 1e-6 * own.u_ppm * gap_s * clock.rate_hz);
            if (std::abs(samples) < std::max(far_s * clock.rate_hz, least_over_u * u)) continue;
            const double length = (event_end(a) - event_start(a)) * clock.rate_hz / (1.0 + 1e-6 * clock.ppm);
            return break_of(samples, u, found[k - 1].sample + length, found[k].sample);
        }
    }
    return std::nullopt;
}

/// Two sweeps whose distance asks for another pace than each of them runs at: the stream broke between them,
/// by the samples that the distance is wrong by. `unseen`: fewer than so many would not have been told.
std::optional<Discontinuity> break_between(const std::vector<Probe>& probes, const SweepClock& pair,
                                           const Programme& programme, const Clock& clock,
                                           std::optional<double>& unseen) {
    const auto own = together(pace_of(probes[pair.a], programme, clock.rate_hz),
                              pace_of(probes[pair.b], programme, clock.rate_hz));
    unseen.reset();
    if (!own) return std::nullopt;
    const double samples_per_ppm = 1e-6 * pair.gap_s * clock.rate_hz;
    unseen = std::max(least_over_u * own->pace.u_ppm * samples_per_ppm, least_of_a_break);
    const double samples = (clock.ppm + own->pace.ppm - pair.ppm) * samples_per_ppm;
    if (std::abs(samples) <= *unseen) return std::nullopt;
    return break_of(samples, own->pace.u_ppm * samples_per_ppm,
                    clock.sample_at(event_end(programme.events[probes[pair.a].event])),
                    clock.sample_at(event_start(programme.events[probes[pair.b].event])) + samples);
}

}  // namespace

std::size_t loudest(const Probe& probe) {
    const double f = std::sqrt(probe.f1_hz * probe.f2_hz);
    std::size_t best = 0;
    double most = -1.0;
    for (std::size_t y = 0; y < probe.captured.size(); ++y) {
        double sum = 0.0;
        for (const double k : {0.5, 1.0, 2.0, 4.0})
            if (k * f < 0.9 * probe.f2_hz) sum += std::abs(probe.deconvolution->transfer_value(y, k * f));
        if (sum > most) most = sum, best = y;
    }
    return best;
}

Result<std::optional<Discontinuity>> clock_by_sweeps(const Recording& recording, const Programme& programme,
                                                     Timing& timing) {
    constexpr int passes = 4;
    for (int pass = 0; pass < passes; ++pass) {
        auto probes = probe_all(recording, programme, timing.clock, 1);
        if (!probes) return probes.error();
        const auto clock = clock_from_sweeps(*probes, programme, timing.clock);
        if (!clock) break;
        const auto own = pace_of_all(*probes, programme, recording.rate_hz);
        if (pass == 0 && at_own_pace(own, timing.clock)) continue;
        if (own && pass < 2)
            if (auto far = far_break(recording, programme, timing, own->pace)) return far;
        if (auto broke = break_between(*probes, *clock, programme, timing.clock, timing.unseen_samples))
            return broke;
        timing.clock.ppm = clock->ppm;
        // A sweep of another pace than its filter seems to begin elsewhere, and the gates of its
        // harmonics stand where it begins.
        timing.clock.start += later_than(*probes, recording.rate_hz);
        timing.u_ppm = clock->u_ppm;
        timing.from = clock->of_files ? recorded_stimulus : "sweeps";
        timing.mean_over_s = clock->gap_s;
    }
    return std::optional<Discontinuity>();
}

}  // namespace fourpole
