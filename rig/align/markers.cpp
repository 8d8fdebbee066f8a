// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/align/markers.hpp"

#include "rig/align/marker_peaks.hpp"
#include "rig/fft/correlate.hpp"
#include "rig/share_out.hpp"
#include "rig/stimulus/evaluate.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace fourpole {

namespace {

// An arrival must stand this far above the median of the correlation's envelope. Gaussian
// noise exceeds 6 medians once in 10^11 samples.
constexpr double least_over_median = 8.0;
// ... and this far below the group's strongest is no arrival of the same event any more.
constexpr double least_of_strongest = 0.1;

// A sweep of minutes is looked for by a part of it, which the search's time grows with: 4 s, at six tenths of
// its octaves, where a device has neither its coupling capacitor nor its filter.
constexpr double longest_searched_s = 20.0, part_s = 4.0, place_of_part = 0.6;
constexpr double highest_share_of_rate = 0.45;

constexpr double edge_s = 0.05;     ///< by which a programme may stick out of a capture that holds it
constexpr double as_good_as = 0.8;  ///< of the energy that the best hypothesis explains

bool alike(const Event& a, const Event& b) {
    if (const auto* x = std::get_if<Chirp>(&a.what))
        if (const auto* y = std::get_if<Chirp>(&b.what)) {
            Chirp moved = *y;
            moved.start_s = x->start_s;
            return moved == *x && a.on == b.on;
        }
    if (const auto* x = std::get_if<Sweep>(&a.what))
        if (const auto* y = std::get_if<Sweep>(&b.what)) {
            Sweep moved = *y;
            moved.start_s = x->start_s;
            return moved == *x;
        }
    return false;
}

/// What is looked for, and how long after the event's start it begins. A part of a sweep is a sweep itself:
/// with f1' = f1 e^(t/L), A sin(2 pi f1 L e^(v/L)) is A sin(2 pi f1' L e^((v-t)/L)); Farina's law differs by
/// a phase, to which the envelope is blind.
struct Searched {
    Event event;
    double late_s = 0.0;
};

Searched searched(const Event& event, double rate_hz) {
    const auto* whole = std::get_if<Sweep>(&event.what);
    if (!whole || duration_s(*whole) <= longest_searched_s) return {event, 0.0};
    const double octaves = std::log(std::min(whole->f2_hz, highest_share_of_rate * rate_hz) / whole->f1_hz);
    Sweep part = *whole;
    const double late_s =
        std::clamp(place_of_part * whole->rate_s * octaves, 0.0, duration_s(*whole) - part_s);
    part.start_s += late_s;
    part.f1_hz *= std::exp(late_s / whole->rate_s);
    part.f2_hz = part.f1_hz * std::exp(part_s / whole->rate_s);
    part.fade_in_s = part.fade_out_s = 0.0;
    return {{part, event.on}, late_s};
}

/// A sweep's energy sits at its low end; weighting by its frequency makes the pulse sharp.
std::vector<double> matched_filter(const Event& event, double rate_hz, double phase_rad) {
    const double start = event_start(event);
    const auto frames = static_cast<std::size_t>((event_end(event) - start) * rate_hz) + 1;
    std::vector<double> out(frames);
    const auto* sweep = std::get_if<Sweep>(&event.what);
    double energy = 0.0;
    for (std::size_t i = 0; i < frames; ++i) {
        const double v = static_cast<double>(i) / rate_hz;
        const double wave = value_at(event, start + v, phase_rad);
        out[i] = sweep ? wave * std::exp(v / sweep->rate_s) : wave;
        energy += wave * out[i];
    }
    for (double& x : out) x /= energy;
    return out;
}

/// Squared envelope of the matched filter's output over the capture, all sides summed.
std::vector<double> envelope_squared(const Recording& recording, const Event& event, double samples_per_s) {
    std::vector<std::span<const double>> ys;
    for (const Side s : sides)
        if (recording.has(s)) ys.emplace_back(recording.samples[s]);
    const std::size_t frames = recording.frames();
    std::vector<double> out(frames, 0.0);
    std::vector<LagWindow> windows;
    constexpr std::size_t piece = 1U << 17U;
    for (std::size_t at = 0; at < frames; at += piece)
        windows.push_back({static_cast<std::ptrdiff_t>(at), std::min(piece, frames - at)});
    for (const double phase : {0.0, std::numbers::pi / 2.0}) {
        const auto g = matched_filter(event, samples_per_s, phase);
        share_out(searched_alone(recording) ? 2U : 1U, windows.size(), [&](std::size_t k) {
            const LagWindow& w = windows[k];
            const auto r = correlate(ys, 0, g, {&w, 1});
            for (const auto& y : r)
                for (std::size_t i = 0; i < w.count; ++i)
                    out[static_cast<std::size_t>(w.first) + i] += y[0][i] * y[0][i];
        });
    }
    return out;
}

/// Largest value within [centre - slack, centre + slack], and where.
std::pair<double, std::size_t> largest_near(const std::vector<double>& x, double centre, double slack) {
    const double top = static_cast<double>(x.size()) - 1.0;
    if (centre + slack < 0.0 || centre - slack > top) return {0.0, 0};
    const auto from = static_cast<std::size_t>(std::clamp(centre - slack, 0.0, top));
    const auto to = static_cast<std::size_t>(std::clamp(centre + slack, 0.0, top));
    const auto it = std::max_element(x.begin() + static_cast<std::ptrdiff_t>(from),
                                     x.begin() + static_cast<std::ptrdiff_t>(to) + 1);
    return {*it, static_cast<std::size_t>(it - x.begin())};
}

/// Where the first event that sounds begins and the last one ends.
std::pair<double, double> extent_of(const Programme& programme) {
    double first = programme.length_s, last = 0.0;
    for (const Event& e : programme.events) {
        if (std::holds_alternative<Silence>(e.what)) continue;
        first = std::min(first, event_start(e)), last = std::max(last, event_end(e, programme));
    }
    return {first, last};
}

}  // namespace

std::vector<MarkerGroup> marker_groups(const Programme& programme) {
    std::vector<MarkerGroup> groups;
    for (std::size_t i = 0; i < programme.events.size(); ++i) {
        const Event& event = programme.events[i];
        const bool sweep = std::holds_alternative<Sweep>(event.what);
        if (!sweep && !std::holds_alternative<Chirp>(event.what)) continue;
        const auto same = std::find_if(groups.begin(), groups.end(), [&](const MarkerGroup& g) {
            return alike(programme.events[g.events.front()], event);
        });
        if (same == groups.end())
            groups.push_back({{i}, sweep});
        else
            same->events.push_back(i);
    }
    for (MarkerGroup& g : groups)
        std::sort(g.events.begin(), g.events.end(), [&](std::size_t a, std::size_t b) {
            return event_start(programme.events[a]) < event_start(programme.events[b]);
        });
    return groups;
}

std::vector<Arrival> find_arrivals(const Recording& recording, const Programme& programme,
                                   const MarkerGroup& group, double samples_per_s) {
    const auto [event, late_s] = searched(programme.events[group.events.front()], samples_per_s);
    const std::vector<double> envelope = envelope_squared(recording, event, samples_per_s);
    const double noise = upper_median(envelope);
    const double fs = samples_per_s;
    const auto start = [&](std::size_t k) { return event_start(programme.events[group.events[k]]); };

    // Every strong peak may be any of the group's events: the hypothesis that explains most
    // of the energy wins, the earliest where two explain the same.
    const auto candidates =
        strongest_peaks(envelope, group.events.size() + 4, static_cast<std::size_t>(0.02 * fs));
    if (candidates.empty()) return {};
    const double strongest = envelope[candidates.front()];
    if (strongest < least_over_median * least_over_median * noise || strongest <= 0.0) return {};

    const auto [first_s, last_s] = extent_of(programme);
    const auto holds_all = [&](const Arrival& a) {
        const double at = event_start(programme.events[a.event]);
        return a.sample - (at - first_s) * fs >= -edge_s * fs &&
               a.sample + (last_s - at) * fs <= static_cast<double>(recording.frames()) + edge_s * fs;
    };
    double best = 0.0, found_from = 0.0;
    bool found_whole = false;
    std::vector<Arrival> found;
    for (const std::size_t peak : candidates)
        for (std::size_t as = 0; as < group.events.size(); ++as) {
            double energy = 0.0;
            std::vector<Arrival> these;
            for (std::size_t k = 0; k < group.events.size(); ++k) {
                const double gap_s = start(k) - start(as);
                const double slack =
                    k == as ? 0.0 : (0.01 * std::abs(gap_s) + std::min(0.2, 0.25 * std::abs(gap_s))) * fs;
                const auto [height, at] =
                    largest_near(envelope, static_cast<double>(peak) + gap_s * fs, slack);
                if (height < least_over_median * least_over_median * noise ||
                    height < least_of_strongest * least_of_strongest * strongest)
                    continue;
                energy += height;
                these.push_back({group.events[k],
                                 static_cast<double>(at) + vertex(envelope, at) - late_s * fs,
                                 std::sqrt(height)});
            }
            // Of two that explain about the same, the one by which the capture holds the whole programme, as
            // where one of two sides is dead; then the earlier: a capture may hold more of the event than
            // this programme asks for, never less of what came before.
            if (these.empty()) continue;
            const bool same = energy > as_good_as * best && !found.empty();
            const bool whole = holds_all(these.front());
            const bool earlier = these.front().sample < found_from - 1.0;
            if (energy > best / as_good_as ||
                (same && (whole > found_whole || (whole == found_whole && earlier)))) {
                best = std::max(best, energy);
                found_whole = whole, found_from = these.front().sample;
                found = std::move(these);
            }
        }
    return found;
}

}  // namespace fourpole
