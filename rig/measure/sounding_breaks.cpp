// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/sounding_breaks.hpp"

#include "rig/measure/marked_breaks.hpp"

#include <algorithm>
#include <cmath>

namespace fourpole {

namespace {

// What breaks are looked for with, samples: a clock from markers across them; the markers' own places; where
// sweeps alone say.
constexpr double rough_clock_u = 200.0, marker_u = 0.3, unknown_clock_u = 6144.0;
constexpr int most_rounds = 8;
constexpr double crystals_ppm = 200.0;  // between two of them
constexpr double most_likely_ppm = 2500.0;

/// Samples by which the breaks between two places make what follows later.
double later_between(const Breaks& found, double from, double to) {
    double out = 0.0;
    for (const Discontinuity& d : found.events)
        if (const auto at = static_cast<double>(d.at_sample); at >= from && at < to) out += later_by(d);
    return out;
}

/// The clock that is left when the breaks are taken out: between the first whole chirp and the last that is
/// like it, or of no offset where there are no two.
Clock clock_without(const Breaks& found, const Timing& timing) {
    Clock out{timing.clock.rate_hz, timing.clock.start, 0.0};
    const Timing::Found *first = nullptr, *last = nullptr;
    for (const auto& m : timing.marks) {
        if (m.sweep || !is_whole(m, found.events, out.rate_hz)) continue;
        if (!first) first = &m;
        if (m.group == first->group && m.mark.u_s > first->mark.u_s) last = &m;
    }
    if (!first) return out;
    const double from = first->mark.sample;
    if (last) {
        const double samples = last->mark.sample - from - later_between(found, from, last->mark.sample);
        const double ppm = ((last->mark.u_s - first->mark.u_s) * out.rate_hz / samples - 1.0) * 1e6;
        if (std::abs(ppm) < most_likely_ppm) out.ppm = ppm;
    }
    out.start += from - later_between(found, 0.0, from) - out.sample_at(first->mark.u_s);
    return out;
}

}  // namespace

Breaks breaks_while_sounding(const Recording& recording, const Programme& programme, const Timing& timing,
                             double least_step) {
    // Of a sweep that broke either part may be what was found.
    const bool chirps =
        std::any_of(timing.marks.begin(), timing.marks.end(), [](const auto& m) { return !m.sweep; });
    double clock_u = chirps ? rough_clock_u : unknown_clock_u;
    auto breaks = find_breaks(recording, programme, timing.clock, clock_u, least_step);
    if (breaks.events.empty() || !timing.first) return breaks;
    // First with two equal clocks, which is never off by more than a crystal is. A count that is wrong by
    // one then moves the clock at the break by a part of one only: a few rounds leave nothing of it.
    if (chirps) clock_u = 1e-6 * crystals_ppm * static_cast<double>(recording.frames());
    for (int round = 0; round < most_rounds; ++round) {
        Clock clock = clock_without(breaks, timing);
        if (round == 0 || clock.ppm == 0.0) {
            clock.start = timing.first->sample - timing.first->u_s * clock.rate_hz;
            clock.ppm = 0.0;
        } else {
            clock_u = marker_u;
        }
        const double before = breaks.later_by;
        breaks = find_breaks(recording, programme, clock, clock_u, least_step);
        if (round > 1 && std::abs(breaks.later_by - before) < 0.05) break;
    }
    return breaks;
}

}  // namespace fourpole
