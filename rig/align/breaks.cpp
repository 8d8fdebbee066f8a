// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/align/breaks.hpp"

#include "rig/align/closed_form_fit.hpp"
#include "rig/align/event_stretch.hpp"
#include "rig/align/gap.hpp"
#include "rig/align/one_break.hpp"
#include "rig/align/zeros_and_repeats.hpp"

#include <algorithm>
#include <cmath>

namespace fourpole {

namespace {

using Index = std::ptrdiff_t;
using Stretch = EventStretch;

// More in one event is no stream that broke: the wave itself is not the event's.
constexpr std::size_t most_clusters = 200;

/// Energy of `length` samples where nothing plays (offset, hum, a tone): that which a tenth of all
/// windows stays below. Of a capture without a pause it is about the wave itself. Not the least: a
/// wave and an offset meet near zero now and then.
double pause_energy(const Stretch& s, Index length) {
    std::vector<double> all;
    for (Index n = 0; n + length <= static_cast<Index>(s.y.size()); n += 6 * length)
        all.push_back(energy(s.y, n, n + length));
    if (all.empty()) return 0.0;
    const auto tenth = all.begin() + static_cast<Index>(all.size() / 10);
    std::nth_element(all.begin(), tenth, all.end());
    return *tenth;
}

/// Mean square of the wave next to a break, in front of it.
double power_before(const Stretch& s, Index from, Index at) {
    constexpr Index most = 4096;
    const Index begin = std::max(from, at - most);
    return energy(s.y, begin, at) / static_cast<double>(std::max<Index>(1, at - begin));
}

/// The clock at which the event plays in samples [from, at) where the one that is told is far off, as by a
/// sweep of which the part behind a break was found.
Clock where_it_plays(const Stretch& s, const Clock& clock, Index from, Index at) {
    constexpr Index most = 1 << 16;
    constexpr double far_off = 50.0, high_hz = 1000.0;
    if (frequency_at(*s.event, clock.u_at(static_cast<double>(at))) < high_hz) return clock;
    const auto delay = delay_of(s, clock, std::max(from, at - most), at);
    return delay && delay->sure && std::abs(delay->samples) > far_off ? later(clock, delay->samples) : clock;
}

/// True where a clean wave runs at none of the clocks: in most windows of 10 ms their closed forms
/// explain less than a third of it, and yet it is a sine and no part of what always stands there.
bool runs_otherwise(const Stretch& s, const std::vector<Clock>& clocks) {
    constexpr double over_pause = 4.0;
    const auto length = static_cast<Index>(0.01 * clocks.front().rate_hz);
    const double pause = pause_energy(s, length);
    int windows = 0, foreign = 0;
    for (Index n = s.from; n + length <= s.to; n += 6 * length) {
        const double f = frequency_at(*s.event, clocks.front().u_at(static_cast<double>(n)));
        if (f * 0.01 < 4.0) continue;  // four periods, for a frequency to differ by
        ++windows;
        const double power = energy(s.y, n, n + length);
        if (power < over_pause * pause || noisiness(s.y, n, n + length) > 0.1) continue;
        foreign += std::all_of(clocks.begin(), clocks.end(), [&](const Clock& clock) {
            return fit(s, clock, n, n + length).left_over - pause > 0.67 * (power - pause);
        });
    }
    return windows >= 4 && 2 * foreign > windows;
}

}  // namespace

Breaks find_breaks(const Recording& recording, const Programme& programme, const Clock& clock, double clock_u,
                   double least_step) {
    std::vector<const Event*> order;
    for (const Event& e : programme.events)
        if (std::holds_alternative<Chirp>(e.what) || std::holds_alternative<Sweep>(e.what))
            order.push_back(&e);
    std::sort(order.begin(), order.end(),
              [](const Event* a, const Event* b) { return event_start(*a) < event_start(*b); });

    Breaks out;
    Clock moved = clock;
    for (const Event* event : order) {
        const auto s = stretch_of(recording, *event, moved);
        if (!s) continue;
        const auto clusters = suspects(*s, moved, least_step);
        if (clusters.size() > most_clusters) {
            out.torn += static_cast<std::int64_t>(clusters.size());
            continue;
        }
        Index before_from = s->from;
        std::vector<Clock> seen{moved};
        for (std::size_t k = 0; k < clusters.size(); ++k) {
            if (clusters[k].first < before_from) continue;  // inside a run that is already explained
            moved = where_it_plays(*s, moved, before_from, clusters[k].first);
            // A break moves the event's own end: its last fade is no break.
            if (const auto now = stretch_of(recording, *event, moved); now && clusters[k].second >= now->to)
                continue;
            // What was put in or written over, and is no wave, ends with a cluster of its own.
            const double power = power_before(*s, before_from, clusters[k].first);
            auto cluster = clusters[k];
            for (std::size_t next = k + 1; next < clusters.size(); ++next) {
                if (holds_wave(*s, cluster.second + 4, clusters[next].first - 3, power)) break;
                cluster.second = clusters[next].second;
                k = next;
            }
            Index after_to = s->to;
            for (std::size_t next = k + 1; next < clusters.size() && after_to == s->to; ++next)
                if (!zeros_before(recording, clusters[next].first, least_step))
                    after_to = clusters[next].first - 2;
            const Found found =
                examine(recording, *s, moved, clock_u, least_step, before_from, cluster, after_to);
            if (found.what.count > 0) {
                out.events.push_back(found.what);
                out.later_by += found.unrounded.value_or(static_cast<double>(found.shift));
            } else if (const auto click = disturbance(*s, found.what.at_sample)) {
                out.clicks.push_back(*click);
            }
            moved.start += static_cast<double>(found.shift);
            seen.push_back(moved);
            before_from = found.after;
        }
        if (out.foreign || !runs_otherwise(*s, seen)) continue;
        // A break in the pause before it moves an event as a whole.
        if (const auto whole = delay_of(*s, moved, s->from, s->to))
            seen.push_back(later(moved, whole->samples));
        out.foreign = runs_otherwise(*s, seen);
    }
    return out;
}

}  // namespace fourpole
