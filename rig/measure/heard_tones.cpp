// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/heard_tones.hpp"

#include "rig/measure/breaks_by_edges.hpp"
#include "rig/measure/hidden_hum.hpp"
#include "rig/measure/tone_breaks.hpp"
#include "rig/measure/tone_places.hpp"
#include "rig/measure/tone_start.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace fourpole {

namespace {

/// The wander that the tones show; and where markers told the pace, what it may have done to it: each of the
/// two at the ends comes early by its rms, and so does the start.
void doubt_by_wander(const FittedTones& fitted, double rate_hz, Timing& timing) {
    if (!fitted.wander) return;
    timing.wander_rms_s = fitted.wander->rms_s;
    if (!timing.u_ppm || timing.mean_over_s <= 0.0) return;
    timing.u_wander_ppm = 1e6 * std::numbers::sqrt2 * timing.wander_rms_s / timing.mean_over_s;
    timing.u_ppm = std::hypot(*timing.u_ppm, *timing.u_wander_ppm);
    timing.u_start = std::hypot(timing.u_start, timing.wander_rms_s * rate_hz);
}

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
    // Between markers they were looked for before the clock was believed.
    std::vector<ToneBreaks> breaks(segments.size());
    const auto pauses = hum_in_pauses(recording, programme, segments, places, timing);
    out.fitted = fit_segments(recording, segments, places, grain, told, pauses, [&](std::size_t i) {
        if (!timing.found)
            breaks[i] = breaks_between_tones(recording, segments[i], places.of[i], least_step, pauses);
    });
    if (!timing.found && places.start) {
        const Clock clock{recording.rate_hz, *places.start, out.fitted.ppm.value_or(0.0)};
        settle_by_edges(recording, programme, segments, clock, breaks);
    }
    for (const ToneBreaks& tones : breaks) {
        const Breaks& found = tones.found;
        if (tones.blind_to) timing.blind_to = std::max(timing.blind_to.value_or(0.0), *tones.blind_to);
        out.breaks.events.insert(out.breaks.events.end(), found.events.begin(), found.events.end());
        out.breaks.clicks.insert(out.breaks.clicks.end(), found.clicks.begin(), found.clicks.end());
        out.breaks.torn += found.torn;
        out.breaks.later_by += found.later_by;
    }
    if (!same_clock) doubt_by_wander(out.fitted, recording.rate_hz, timing);
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
        timing.mean_over_s = out.fitted.seconds;
        if (out.fitted.wander) timing.u_wander_ppm = 1e6 * out.fitted.wander->u_pace;
    }
    // Where nothing says the start better, it is where the first tone begins, or as much earlier as its
    // place is known: what lies before it is quiet.
    for (std::size_t i = segments.size(); i-- > 0;)
        if (places.of[i].heard && places.of[i].from > 0)
            timing.clock.start = static_cast<double>(places.of[i].from) -
                                 (segments[i].start_s + onset_known_s(segments[i])) * recording.rate_hz;
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
