// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/missing_end.hpp"

#include "rig/align/markers.hpp"
#include "rig/analysis/health.hpp"

#include <algorithm>
#include <limits>
#include <span>

namespace fourpole {

namespace {

constexpr double surely = 10.0;  ///< times the energy: 10 dB
constexpr double decay_s = 0.1;

double first_start(const Programme& programme) {
    double out = programme.length_s;
    for (const Event& e : programme.events)
        if (!std::holds_alternative<Silence>(e.what)) out = std::min(out, event_start(e));
    return out;
}

/// What a take's markers stand between, in samples, and how much earlier than the last of their kind they
/// were taken for; 0 where a kind's first and last are both there.
struct Lone {
    double gap_s = 0.0, from = std::numeric_limits<double>::infinity(), to = 0.0;
};

Lone lone_markers(const Programme& programme, const Timing& timing) {
    const auto groups = marker_groups(programme);
    Lone out;
    for (std::size_t g = 0; g < groups.size(); ++g) {
        const auto of_group = [g](const Timing::Found& f) { return f.group == g; };
        if (groups[g].events.size() < 2 ||
            std::count_if(timing.marks.begin(), timing.marks.end(), of_group) != 1)
            continue;
        const auto& only = *std::find_if(timing.marks.begin(), timing.marks.end(), of_group);
        out.gap_s =
            std::max(out.gap_s, event_start(programme.events[groups[g].events.back()]) - only.mark.u_s);
        out.from = std::min(out.from, only.mark.sample);
        out.to = std::max(out.to, only.mark.sample + (only.end_u_s - only.mark.u_s) * timing.clock.rate_hz);
    }
    return out;
}

}  // namespace

std::optional<double> missing_beginning(const Recording& recording, const Programme& programme,
                                        const Timing& timing) {
    const Lone lone = lone_markers(programme, timing);
    if (lone.gap_s <= 0.0) return {};
    const auto frames = static_cast<double>(recording.frames());
    const auto place = [&](double at) { return static_cast<std::size_t>(std::clamp(at, 0.0, frames)); };
    double before = 0.0, behind = 0.0;
    for (const Side side : sides) {
        if (!recording.has(side)) continue;
        const std::span<const double> x = recording.samples[side];
        before += energy_of(x.first(place(lone.from)));
        behind += energy_of(x.subspan(place(lone.to + decay_s * recording.rate_hz)));
    }
    if (!(before > surely * behind)) return {};
    return lone.gap_s * recording.rate_hz - timing.clock.sample_at(first_start(programme));
}

}  // namespace fourpole
