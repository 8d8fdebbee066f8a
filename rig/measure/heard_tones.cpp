// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/heard_tones.hpp"

#include "rig/measure/tone_breaks.hpp"
#include "rig/measure/tone_places.hpp"
#include "rig/measure/tone_start.hpp"

namespace fourpole {

namespace {

constexpr double edge_s = 0.02;         ///< of a segment, where no break is looked for
constexpr double onset_known_s = 0.03;  ///< of a tone without a marker: three blocks of its level

}  // namespace

HeardTones hear_tones(const Recording& recording, const Programme& programme, const PerSide<double>& grain,
                      bool same_clock, double least_step, Timing& timing) {
    HeardTones out;
    const auto segments = tone_segments(programme);
    if (segments.empty()) return out;
    const TonePlaces places = place_tones(recording, segments, timing);
    const auto told = same_clock     ? std::optional(0.0)
                      : timing.u_ppm ? std::optional(timing.clock.ppm)
                                     : std::nullopt;
    std::vector<Breaks> breaks(segments.size());
    out.fitted = fit_segments(recording, segments, places, grain, told, [&](std::size_t i, double scale) {
        // The edges of a step, and of a place that is known to a block only, are no breaks.
        TonePlace inner = places.of[i];
        const auto edge = static_cast<std::size_t>(edge_s * recording.rate_hz);
        if (!inner.heard || inner.to < inner.from + 4 * edge) return;
        inner.from += edge, inner.to -= edge;
        breaks[i] = breaks_between_tones(recording, segments[i], inner, scale, least_step);
    });
    for (const Breaks& found : breaks) {
        out.breaks.events.insert(out.breaks.events.end(), found.events.begin(), found.events.end());
        out.breaks.clicks.insert(out.breaks.clicks.end(), found.clicks.begin(), found.clicks.end());
        out.breaks.torn += found.torn;
        out.breaks.later_by += found.later_by;
    }
    if (timing.found) {
        out.clock = timing.clock;
        out.only_start = true;
        return out;
    }
    if (!out.fitted.ppm) return out;
    timing.found = true;
    timing.has_start = false;
    if (!same_clock) {
        timing.clock.ppm = *out.fitted.ppm;
        timing.u_ppm = out.fitted.u_ppm;
        timing.from = "tones";
    }
    // Where nothing says the start better, it is where the first tone begins, or as much earlier as its
    // place is known: what lies before it is quiet.
    for (std::size_t i = segments.size(); i-- > 0;)
        if (places.of[i].heard && places.of[i].from > 0)
            timing.clock.start = static_cast<double>(places.of[i].from) -
                                 (segments[i].start_s + onset_known_s) * recording.rate_hz;
    if (const auto start = start_by_phases(out.fitted, places.start.value_or(0.0))) {
        out.clock = start->clock;
        out.only_start = places.start || start->alone;
        timing.clock.start = start->clock.start;
        timing.u_start = start->u_start;
        timing.has_start = true;
    } else if (places.start) {
        timing.clock.start = *places.start;
        timing.u_start = places.u_start;
        timing.has_start = true;
    }
    return out;
}

}  // namespace fourpole
