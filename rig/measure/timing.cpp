// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/timing.hpp"

#include "rig/align/breaks.hpp"
#include "rig/align/clock.hpp"
#include "rig/align/markers.hpp"
#include "rig/fft/correlate.hpp"
#include "rig/measure/chirp_start.hpp"
#include "rig/measure/excitation.hpp"
#include "rig/measure/phase_line.hpp"
#include "rig/measure/recorded_apart.hpp"
#include "rig/measure/recorded_wave.hpp"
#include "rig/measure/sweep_clock.hpp"
#include "rig/share_out.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace fourpole {

namespace {

constexpr double least_over_median = 8.0;

// Two crystals are 100 ppm apart at most, which moves a chirp by less than a sample: the sweeps mend
// that. Looking again costs as much as the whole search did.
constexpr double unknown_pace_ppm = 100.0;  ///< between two crystals
constexpr double worth_another_look_ppm = 150.0, likely_at_all_ppm = 5000.0;
// One clock is one number; what the markers of a capture say beside it is a few 1e-3 ppm.
constexpr double not_one_clock_ppm = 0.02;

/// Every marker of the programme where it is. Sweeps are the fallback where the plug made the chirps
/// cancel, there are none, or one of them is missing: then nobody knows which of them the others are.
std::vector<std::vector<Arrival>> arrivals_at(const Recording& recording, const Programme& programme,
                                              const std::vector<MarkerGroup>& groups, double samples_per_s) {
    std::vector<std::vector<Arrival>> out(groups.size());
    const auto look_for = [&](bool sweeps) {
        share_out(searched_alone(recording) ? 1 : analysis_threads, groups.size(), [&](std::size_t g) {
            if (groups[g].sweep == sweeps)
                out[g] = find_arrivals(recording, programme, groups[g], samples_per_s);
        });
    };
    look_for(false);
    bool chirps = false, whole = true;
    for (std::size_t g = 0; g < groups.size(); ++g) {
        if (groups[g].sweep) continue;
        chirps = true;
        whole = whole && out[g].size() == groups[g].events.size();
    }
    if (!(chirps && whole)) look_for(true);
    return out;
}

/// Start of a recorded stimulus: the peak of the capture deconvolved by it.
std::optional<double> find_wave(const Recording& recording, const PreparedEvent& prepared) {
    std::vector<std::span<const double>> ys;
    for (const Side s : sides)
        if (recording.has(s)) ys.emplace_back(recording.samples[s]);
    const auto frames = static_cast<std::ptrdiff_t>(recording.frames());
    double best = 0.0;
    std::optional<double> at;
    std::vector<double> sizes;
    constexpr std::ptrdiff_t piece = 1 << 16;
    for (std::ptrdiff_t first = -frames / 2; first < frames; first += piece) {
        const LagWindow window{first, static_cast<std::size_t>(std::min(piece, frames - first))};
        for (const auto& y : correlate(ys, prepared.origin, prepared.inverse, {&window, 1}))
            for (std::size_t i = 0; i < y[0].size(); ++i) {
                const double size = std::abs(y[0][i]);
                sizes.push_back(size);
                if (size > best) best = size, at = static_cast<double>(first) + static_cast<double>(i);
            }
    }
    const auto middle = sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2);
    std::nth_element(sizes.begin(), middle, sizes.end());
    if (best <= least_over_median * *middle) return std::nullopt;
    return at;
}

/// What the programme's files say, beside what its markers do.
std::optional<Fault> take_in_files(const Recording& recording, const Programme& programme, bool same_clock,
                                   double least_step, Timing& out) {
    if (std::none_of(programme.events.begin(), programme.events.end(),
                     [](const Event& e) { return std::holds_alternative<FileEvent>(e.what); }))
        return std::nullopt;
    out.has_markers = true;
    auto track = track_recorded(recording, programme, same_clock, least_step);
    if (!track) return track.error();
    if (!track->found) return std::nullopt;
    if (!out.found || (!out.u_ppm && track->knows_pace())) {
        out.found = true;
        out.clock = track->clock;
        out.u_start = 1.0;
        out.start_includes = "the device's own delay, as most of the files' blocks have it";
        if (track->knows_pace()) {
            out.u_ppm = track->pace->u_ppm;
            out.from = recorded_stimulus;
            out.mean_over_s = track->seconds;
        } else {
            out.from = "nothing: the files do not tell a clock offset from a delay that grows with frequency";
        }
    }
    out.recorded = std::move(*track);
    return std::nullopt;
}

/// What a doubtful pace may do to the responses by files.
void add_pace_doubt(const Timing& timing, bool same_clock, const Programme& programme,
                    std::vector<Probe>& probes) {
    if (same_clock) return;
    for (Probe& probe : probes) {
        if (probe.sweep) continue;
        probe.u_pace = 1e-6 * timing.u_ppm.value_or(unknown_pace_ppm);
        if (timing.recorded && timing.recorded->pace) {
            probe.spread = timing.recorded->pace->spread;
            continue;
        }
        // Every frequency may play at any time: var(t) = T^2 / 12.
        const Event& event = programme.events[probe.event];
        const double s = (event_end(event) - event_start(event)) / std::sqrt(12.0);
        constexpr double hz_per_bin = 10.0;
        probe.spread = {hz_per_bin, {}};
        for (double f = 0.0; f <= 0.5 * timing.clock.rate_hz; f += hz_per_bin)
            probe.spread.v.push_back(std::pow(2.0 * std::numbers::pi * f * s, 2));
    }
}

}  // namespace

Result<Timing> coarse_timing(const Recording& recording, const Programme& programme, bool same_clock,
                             double least_step) {
    Timing out;
    out.clock.rate_hz = recording.rate_hz;
    out.from = "nothing: the programme has no marker";
    const auto groups = marker_groups(programme);
    auto arrivals = arrivals_at(recording, programme, groups, recording.rate_hz);
    auto estimate = estimate_clock(recording, programme, groups, arrivals);
    // Where frames are lost the pace of the markers is no clock's, and a second look at it is off.
    const auto first_look = arrivals;
    // Of another pace than its filter a chirp seems to begin elsewhere.
    if (estimate && estimate->u_ppm && std::abs(estimate->clock.ppm) > worth_another_look_ppm &&
        std::abs(estimate->clock.ppm) < likely_at_all_ppm) {
        arrivals =
            arrivals_at(recording, programme, groups, recording.rate_hz / (1.0 + 1e-6 * estimate->clock.ppm));
        if (auto again = estimate_clock(recording, programme, groups, arrivals); again && again->u_ppm)
            estimate = again;
    }
    out.has_markers = !groups.empty();
    if (estimate) {
        out.found = true;
        out.clock = estimate->clock;
        out.u_ppm = estimate->u_ppm;
        out.u_start = estimate->u_start;
        out.from = estimate->u_ppm ? estimate->from
                                   : "nothing: a single event cannot tell a clock offset from a delay";
    }
    for (std::size_t g = 0; g < first_look.size(); ++g)
        for (const Arrival& a : first_look[g]) {
            const Event& e = programme.events[a.event];
            out.marks.push_back({{event_start(e), a.sample}, event_end(e), g, groups[g].sweep});
        }
    for (const auto& found : first_look) {
        if (found.empty() || out.first) continue;
        const auto mark = [&](const Arrival& a) {
            return Timing::Mark{event_start(programme.events[a.event]), a.sample};
        };
        out.first = mark(found.front());
        if (found.size() > 1) out.last = mark(found.back());
    }
    if (out.u_ppm && out.first && out.last) out.mean_over_s = out.last->u_s - out.first->u_s;
    if (auto trouble = take_in_files(recording, programme, same_clock, least_step, out)) return *trouble;
    for (const Event& e : programme.events) {
        const auto* file = std::get_if<FileEvent>(&e.what);
        if (!file || out.found) continue;
        const auto wave = recorded_wave(*file, e.on, recording.rate_hz);
        if (!wave) return wave.error();
        const PreparedEvent prepared = prepare_wave(*wave, out.clock, 0.0, 0.0);
        if (const auto at = find_wave(recording, prepared)) {
            out.found = true;
            out.clock.start = *at - file->start_s * recording.rate_hz;
            out.u_start = 1.0;
            out.from =
                "nothing: a single event cannot tell a clock offset from a delay; the file is too short or "
                "too "
                "much like itself elsewhere to be followed, so that frames lost or inserted in it are not "
                "told";
        }
    }
    if (same_clock) {
        if (out.u_ppm && std::abs(out.clock.ppm) > std::max(not_one_clock_ppm, 6.0 * *out.u_ppm))
            out.told_ppm = out.clock.ppm;
        out.clock.ppm = 0.0;
        out.u_ppm = 0.0;
        out.from = "one clock for player and converter";
    }
    return out;
}

Result<FineTiming> fine_timing(const Recording& recording, const Programme& programme, Timing timing,
                               bool same_clock, int orders) {
    FineTiming out;
    if (!timing.u_ppm && !same_clock) {
        auto told = clock_by_sweeps(recording, programme, timing);
        if (!told) return told.error();
        out.between_sweeps = *told;
    }
    auto probes = probe_all(recording, programme, timing.clock, orders);
    if (!probes) return probes.error();
    out.probes = std::move(*probes);
    hear_files_apart(recording, programme, timing.clock, same_clock, out.probes);
    add_pace_doubt(timing, same_clock, programme, out.probes);
    double sum = 0.0, u2 = 0.0, least = 0.0, most = 0.0, from_hz = 0.0, to_hz = 0.0;
    int count = 0;
    for (Probe& probe : out.probes) {
        probe.heard = is_heard(probe);
        if (!probe.heard) continue;
        const auto line = phase_line(probe, loudest(probe), recording.rate_hz);
        if (!line) continue;
        least = count ? std::min(least, line->delay_samples) : line->delay_samples;
        most = count ? std::max(most, line->delay_samples) : line->delay_samples;
        sum += line->delay_samples;
        u2 += line->u_samples * line->u_samples;
        from_hz = count ? std::min(from_hz, line->from_hz) : line->from_hz;
        to_hz = std::max(to_hz, line->to_hz);
        ++count;
    }
    if (count > 0) {
        out.shift_samples = sum / count;
        out.disagreement =
            std::max(most - least, timing.from == "chirps" ? std::abs(out.shift_samples) - 1.0 : 0.0);
        timing.clock.start += out.shift_samples;
        timing.u_start = std::sqrt(u2) / count;
        timing.start_includes =
            fmt::format("the device's own mean delay from {:.0f} Hz to {:.3g} kHz", from_hz, 1e-3 * to_hz);
    } else if (timing.found) {
        if (const auto later = chirp_start(recording, programme, timing.clock)) {
            timing.clock.start += later->samples;
            timing.u_start = later->u;
            timing.start_includes = fmt::format(
                "the device's own mean delay from {:.0f} Hz to {:.3g} kHz, the "
                "chirps' band",
                later->from_hz, 1e-3 * later->to_hz);
        }
    }
    out.timing = std::move(timing);
    return out;
}

}  // namespace fourpole
