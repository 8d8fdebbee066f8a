// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/heard_tones.hpp"

#include "rig/measure/tone_places.hpp"
#include "rig/measure/tone_start.hpp"

namespace fourpole {

HeardTones hear_tones(const Recording& recording, const Programme& programme, const PerSide<double>& grain,
                      bool same_clock, Timing& timing) {
    HeardTones out;
    const auto segments = tone_segments(programme);
    if (segments.empty()) return out;
    const TonePlaces places = place_tones(recording, segments, timing);
    const auto told = same_clock     ? std::optional(0.0)
                      : timing.u_ppm ? std::optional(timing.clock.ppm)
                                     : std::nullopt;
    out.fitted = fit_segments(recording, segments, places, grain, told);
    if (timing.found) {
        out.clock = timing.clock;
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
    if (const auto start = start_by_phases(out.fitted, places.start.value_or(0.0))) {
        out.clock = start->clock;
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
