// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/tone_breaks.hpp"

#include "rig/align/zeros_and_repeats.hpp"
#include "rig/measure/tone_gap.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <numbers>

namespace fourpole {

namespace {

constexpr double widest_ppm = 2500.0;

constexpr double pi = std::numbers::pi;
constexpr double no_step = 0.3;  ///< samples: a wave that moves by less was disturbed, or its clock was
constexpr double blind_jump = 0.05;
constexpr double least_known = 0.02;  ///< samples, at either end of a tone
constexpr int most_rounds = 3;

/// Samples after which the lines are what they were: one tone's period, of several the least of the counts
/// that fit beside the one that was taken.
std::optional<double> modulus(const ToneReference& reference, const std::vector<ToneCount>& counts,
                              std::ptrdiff_t taken) {
    if (reference.lines == 1)
        for (const Side side : sides)
            if (const auto& wave = reference.wave[side]) return 2.0 * pi / wave->omega.front();
    const auto here = std::find_if(counts.begin(), counts.end(),
                                   [taken](const ToneCount& c) { return c.samples == taken; });
    if (here == counts.end()) return {};
    std::optional<double> out;
    for (const ToneCount& c : counts)
        if (c.samples != taken) {
            const double apart = std::abs(c.match.now.delay - here->match.now.delay);
            out = std::min(out.value_or(apart), apart);
        }
    return out;
}

class Examination {
public:
    Examination(const Recording& recording, const ToneReference& reference, const ToneSplit& split,
                double least_step)
        : recording_(recording), reference_(reference), split_(split), least_step_(least_step) {}

    void run(Breaks& out) const {
        const ToneCount& nearest = split_.counts.front();
        if (!is_whole(nearest, reference_)) {
            if (std::abs(nearest.match.later) < no_step && nearest.samples == 0) return disturbed(out);
            return broken_by_a_fraction(nearest, out);
        }
        auto gap = gap_between(recording_, reference_, split_, nearest.samples);
        widen_over_zeros(gap);
        const std::ptrdiff_t filled = gap.end - gap.begin;
        const bool silent = is_silent(recording_, reference_, split_, gap.begin, gap.end, least_step_);
        if (silent && fits(filled) && (!fits(0) || filled == 0))
            return add(Discontinuity::Kind::inserted, filled, gap, {}, out);
        if (silent && fits(0))
            return add(Discontinuity::Kind::zeroed, filled, gap,
                       fits(filled) ? std::optional(static_cast<double>(filled)) : std::nullopt, out);
        if (!silent && fits(0)) return disturbed(out);
        if (const auto twice = block_that_stands_twice(gap.begin)) {
            out.events.push_back(*twice);
            out.later_by += static_cast<double>(twice->count);
            return;
        }
        if (!silent && filled > 0 && fits(filled))
            return add(Discontinuity::Kind::inserted, filled, gap, modulus(reference_, split_.counts, filled),
                       out);
        if (const auto zeros = zeros_that_fit(gap.begin); zeros && filled == 0) {
            gap.begin = gap.earliest = gap.latest = zeros->first;
            return add(Discontinuity::Kind::inserted, zeros->second, gap, {}, out);
        }
        shifted(silent ? filled : 0, out);
    }

private:
    bool fits(std::ptrdiff_t n) const {
        return std::any_of(split_.counts.begin(), split_.counts.end(),
                           [n](const ToneCount& c) { return c.samples == n; });
    }

    bool zero(std::ptrdiff_t n) const {
        if (n < 0 || n >= static_cast<std::ptrdiff_t>(recording_.frames())) return false;
        for (const Side side : sides)
            if (recording_.has(side) &&
                std::abs(recording_.samples[side][static_cast<std::size_t>(n)]) > least_step_)
                return false;
        return true;
    }

    /// Zeros so near a crossing of the wave that they pass for it, from where and how many.
    std::optional<std::pair<std::ptrdiff_t, std::ptrdiff_t>> zeros_that_fit(std::ptrdiff_t near) const {
        constexpr std::ptrdiff_t about = 3;
        for (std::ptrdiff_t n = near - about; n <= near + about; ++n) {
            std::ptrdiff_t run = 0;
            while (zero(n + run)) ++run;
            if (run > 0 && !zero(n - 1) && fits(run)) return std::pair{n, run};
        }
        return {};
    }

    /// A zero near a crossing of the wave fits both.
    void widen_over_zeros(ToneGap& gap) const {
        if (gap.end <= gap.begin) return;
        while (zero(gap.begin - 1)) --gap.begin;
        bool all = true;
        for (std::ptrdiff_t n = gap.begin; n < gap.end; ++n) all = all && zero(n);
        while (all && zero(gap.end)) ++gap.end;
    }

    std::optional<Discontinuity> block_that_stands_twice(std::ptrdiff_t at) const {
        const auto likely = std::find_if(split_.counts.begin(), split_.counts.end(),
                                         [](const ToneCount& c) { return c.samples > 0; });
        if (likely == split_.counts.end()) return {};
        auto twice = repeated_at(recording_, at, likely->samples, most_count);
        if (!twice || !fits(twice->count)) return {};
        // 1 kHz of a digital loop at 48 kHz stands twice every 48 samples, whatever was lost or repeated.
        const auto period = modulus(reference_, split_.counts, twice->count);
        if (period && comes_back(twice->at_sample, std::lround(*period), twice->count))
            twice->modulo_samples = period;
        return twice;
    }

    /// The `count` samples before `at` are those of a period before, bit by bit.
    bool comes_back(std::ptrdiff_t at, std::ptrdiff_t period, std::ptrdiff_t count) const {
        if (period <= 0 || at - count - period < 0) return false;
        for (const Side side : sides) {
            if (!recording_.has(side)) continue;
            const auto end = recording_.samples[side].begin() + at;
            if (!std::equal(end - count, end, end - count - period)) return false;
        }
        return true;
    }

    /// The least loss that fits; nothing stands in for what would have been inserted, unless it is what stood
    /// there before.
    void shifted(std::ptrdiff_t silence, Breaks& out) const {
        const auto lost = std::find_if(split_.counts.begin(), split_.counts.end(),
                                       [](const ToneCount& c) { return c.samples < 0; });
        const ToneCount& taken = lost == split_.counts.end() ? split_.counts.front() : *lost;
        const auto gap = gap_between(recording_, reference_, split_, taken.samples);
        const auto kind = taken.samples < 0 ? Discontinuity::Kind::lost
                          : silence > 0     ? Discontinuity::Kind::inserted
                                            : Discontinuity::Kind::repeated;
        add(kind, std::abs(taken.samples), gap, modulus(reference_, split_.counts, taken.samples), out);
    }

    void add(Discontinuity::Kind kind, std::ptrdiff_t count, const ToneGap& gap, std::optional<double> modulo,
             Breaks& out) const {
        Discontinuity d;
        d.kind = kind, d.count = count, d.at_sample = gap.begin, d.modulo_samples = modulo;
        if (gap.latest > gap.earliest + 1) d.between = {gap.earliest, gap.latest};
        out.events.push_back(d);
        if (kind == Discontinuity::Kind::zeroed) return;
        out.later_by += static_cast<double>(kind == Discontinuity::Kind::lost ? -count : count);
    }

    /// A player's own samples are no whole ones of another rate.
    void broken_by_a_fraction(const ToneCount& nearest, Breaks& out) const {
        const double samples = static_cast<double>(nearest.samples) + nearest.match.later;
        if (std::abs(samples) < 0.5) return disturbed(out);
        const auto gap = gap_between(recording_, reference_, split_, nearest.samples);
        Discontinuity d;
        d.kind = samples < 0.0 ? Discontinuity::Kind::lost : Discontinuity::Kind::inserted;
        d.count = std::lround(std::abs(samples));
        d.at_sample = gap.begin;
        d.u_count = std::max(0.5, nearest.match.u_delay);
        d.modulo_samples = modulus(reference_, split_.counts, nearest.samples);
        if (gap.latest > gap.earliest + 1) d.between = {gap.earliest, gap.latest};
        out.events.push_back(d);
        out.later_by += samples;
    }

    void disturbed(Breaks& out) const {
        const auto gap = gap_between(recording_, reference_, split_, 0);
        if (gap.end > gap.begin) out.clicks.push_back(gap.begin);
    }

    const Recording& recording_;
    const ToneReference& reference_;
    const ToneSplit& split_;
    double least_step_;
};

/// The least count that leaves the wave as it is: what a window cannot see.
std::optional<double> blind_to(const Recording& recording, const ToneReference& reference) {
    // The wave against itself: a capture that holds nothing else.
    Recording itself;
    itself.rate_hz = recording.rate_hz;
    const std::size_t count = 2 * tone_window(recording, reference);
    for (const Side side : sides)
        if (const auto& wave = reference.wave[side]) itself.samples[side] = wave->at(0.0, count).value;
    std::optional<double> out;
    for (const ToneCount& c : possible_counts(itself, reference, 0, count, {}, 1.0))
        if (c.samples != 0 && std::abs(c.match.later) < blind_jump)
            out = std::min(out.value_or(std::numeric_limits<double>::max()),
                           static_cast<double>(std::abs(c.samples)));
    return out;
}

bool broken_within(const ToneReference& reference, const ToneTracked& tracked) {
    return std::any_of(tracked.splits.begin(), tracked.splits.end(),
                       [&](const ToneSplit& s) { return s.last < reference.to && s.first > reference.from; });
}

TonePlace longest_whole(const ToneTracked& tracked) {
    TonePlace best;
    std::size_t from = tracked.from;
    const auto until = [&](std::size_t to) {
        if (to > from && to - from > best.to - best.from) best = {from, to, true};
    };
    for (const ToneSplit& s : tracked.splits) until(s.last), from = s.first;
    until(tracked.to);
    return best;
}

/// Of the pace, as if all that stands beside the tones turned them at either end: hum may.
double pace_u(const ToneReference& reference, const ToneTracked& tracked) {
    double u = std::numeric_limits<double>::max();
    for (const Side side : sides)
        if (const auto& wave = reference.wave[side]) {
            double slope = 0.0;
            for (std::size_t k = 0; k < wave->omega.size(); ++k)
                slope += 0.5 * std::norm(wave->phasors[k]) * wave->omega[k] * wave->omega[k];
            u = std::min(u, std::sqrt(wave->variance / std::max(slope, 1e-300)));
        }
    return std::hypot(2.0 * u, least_known) / static_cast<double>(tracked.to - tracked.from);
}

}  // namespace

ToneBreaks breaks_between_tones(const Recording& recording, const ToneSegment& segment,
                                const TonePlace& place, double least_step, const PerSide<HumElsewhere>& hum) {
    ToneBreaks out;
    auto reference = tone_reference(recording, segment, place, hum);
    if (!reference) return out;
    ToneTracked tracked = track_tones(recording, *reference, place);
    // A small break may lie within the part that the waves were fitted in: again without it.
    for (int round = 0; round < most_rounds && broken_within(*reference, tracked); ++round) {
        const auto other = tone_reference(recording, segment, longest_whole(tracked), hum);
        if (!other) break;
        reference = other;
        tracked = track_tones(recording, *reference, place);
    }
    out.from = tracked.from, out.to = tracked.to;
    out.followed = tracked.to > tracked.from;
    if (!out.followed) return out;
    out.found.torn = tracked.lost_track;
    for (const ToneSplit& split : tracked.splits)
        Examination(recording, *reference, split, least_step).run(out.found);
    // What the delay crept by belongs to the clock: longer = slower.
    const double crept = tracked.later_at_all / static_cast<double>(tracked.to - tracked.from);
    out.ppm = 1e6 * (reference->scale * (1.0 - crept) - 1.0);
    out.u_ppm = 1e6 * pace_u(*reference, tracked);
    // Whatever was followed there, it was not these tones.
    if (std::abs(out.ppm) > widest_ppm) out.followed = false;
    out.blind_to = blind_to(recording, *reference);
    out.at_begin = tracked.at_begin, out.at_end = tracked.at_end;
    out.reference = std::move(reference);
    return out;
}

}  // namespace fourpole
