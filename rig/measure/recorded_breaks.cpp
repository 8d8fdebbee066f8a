// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/recorded_breaks.hpp"

#include "rig/align/zeros_and_repeats.hpp"
#include "rig/measure/recorded_place.hpp"

#include <algorithm>
#include <cmath>

namespace fourpole {

namespace {

using Index = std::ptrdiff_t;

constexpr Index least_zeros = 8, beside_zeros = 1024, told_within = 16;
constexpr double stands_out = 9.0;  ///< powers of what is left over beside zeros, that they hide
constexpr Index most_repeated = 6144, longest_search = 20000;
constexpr Index displaced_samples = 8192;

/// How well a count is known, by those that explain the take as well.
void add_doubt(const Crossing& crossing, Discontinuity& d) {
    const Index count = crossing.behind - crossing.before;
    std::vector<Index> all = crossing.as_well;
    all.push_back(count);
    std::sort(all.begin(), all.end());
    // Neighbours of one peak, and other peaks.
    const auto own = std::find(all.begin(), all.end(), count);
    auto first = own, last = own;
    while (first != all.begin() && *first - *(first - 1) <= 1) --first;
    while (last + 1 != all.end() && *(last + 1) - *last <= 1) ++last;
    if (last != first) d.u_count = std::max(0.5, static_cast<double>(*last - *first) / std::sqrt(12.0));
    Index nearest = 0;
    if (first != all.begin()) nearest = count - *(first - 1);
    if (last + 1 != all.end() && (nearest == 0 || *(last + 1) - count < nearest))
        nearest = *(last + 1) - count;
    if (nearest == 0) return;
    // Another peak is as wide: its middle is what lies a period away.
    d.modulo_samples = static_cast<double>(nearest) + 0.5 * static_cast<double>(*last - *first);
}

/// An insertion is a repetition where its samples stand before it too: it may then be anywhere in both.
void name_repetition(const Recording& recording, Discontinuity& d) {
    const Index from = d.between ? d.between->first : d.at_sample;
    const Index to = (d.between ? d.between->second : d.at_sample) + d.count;
    if (d.count > most_repeated || to - from > longest_search) return;
    for (Index n = from; n <= to; n += 3) {
        const auto twice = repeated_at(recording, n, d.count, d.count);
        if (!twice || twice->count != d.count) continue;
        d.kind = Discontinuity::Kind::repeated;
        d.at_sample = twice->at_sample;
        d.between.reset();
        return;
    }
}

struct Run {
    Index from = 0, to = 0;
};

/// Digital zeros on all inputs, least_zeros and more.
std::vector<Run> zero_runs(const Recording& recording, double least_step) {
    std::vector<Run> out;
    const auto frames = static_cast<Index>(recording.frames());
    Index run = 0;
    for (Index n = 0; n <= frames; ++n) {
        bool zero = n < frames;
        for (const Side s : sides)
            if (zero && recording.has(s))
                zero = std::abs(recording.samples[s][static_cast<std::size_t>(n)]) <= least_step;
        if (zero) {
            ++run;
            continue;
        }
        // What the take begins or ends with is no break.
        if (run >= least_zeros && n - run > 0 && n < frames) out.push_back({n - run, n});
        run = 0;
    }
    return out;
}

/// Power of the take less what the files make of it when they stand `later` behind, n = from .. to - 1.
double left_over(const Standing& standing, Index from, Index to, Index later) {
    from = std::max<Index>(from, 0), to = std::min(to, static_cast<Index>(standing.y.size()));
    double sum = 0.0;
    for (Index n = from; n < to; ++n) {
        const double e = standing.y[static_cast<std::size_t>(n)] - standing.made.at(n - later);
        sum += e * e;
    }
    return to > from ? sum / static_cast<double>(to - from) : 0.0;
}

/// True where the run hides what plays: between noise that is as low as zeros nobody misses anything.
bool hides(const Standing& standing, const Run& run, Index later, double least_step) {
    double made = 0.0;
    for (Index n = run.from + 1; n < run.to; ++n) made += std::pow(standing.made.at(n - later), 2);
    made /= static_cast<double>(std::max<Index>(1, run.to - run.from - 1));
    const double beside = std::min(left_over(standing, run.from - beside_zeros, run.from, later),
                                   left_over(standing, run.to + 1, run.to + beside_zeros, later));
    return made > std::max(stands_out * beside, std::pow(4.0 * least_step, 2));
}

/// Zeros that no crossing is told for: behind them the files go on as if nothing were, or where they stopped.
void add_zeros(const Standing& standing, const Run& run, double least_step, Breaks& out) {
    const Index count = run.to - run.from;
    const auto stand = std::find_if(standing.stands.begin(), standing.stands.end(),
                                    [&](const Stand& s) { return s.from <= run.from && run.from < s.to; });
    if (stand == standing.stands.end() || !hides(standing, run, stand->later, least_step)) return;
    Discontinuity d;
    d.kind = Discontinuity::Kind::zeroed;
    d.count = count, d.at_sample = run.from;
    const auto goes_on = [&](Index from, Index to, Index later) {
        return left_over(standing, from, to, later) < left_over(standing, from, to, stand->later);
    };
    // The line may stand on either side of them.
    if (goes_on(run.to + 1, run.to + displaced_samples, stand->later + count) ||
        goes_on(run.from - displaced_samples, run.from, stand->later - count))
        d.kind = Discontinuity::Kind::inserted, out.later_by += static_cast<double>(count);
    out.events.push_back(d);
}

}  // namespace

Breaks breaks_of_recorded(const Recording& recording, const Standing& standing, double least_step) {
    Breaks out;
    const auto runs = zero_runs(recording, least_step);
    std::vector<Run> searched;
    for (const Crossing& crossing : standing.crossings) {
        const Placing place = place_of(standing, crossing);
        if (!place.is_break) continue;
        searched.push_back({place.lowest, place.highest});
        Discontinuity d;
        const Index count = crossing.behind - crossing.before;
        if (count > 0) searched.back().to = std::max(searched.back().to, place.highest + count);
        d.kind = count < 0 ? Discontinuity::Kind::lost : Discontinuity::Kind::inserted;
        d.count = std::abs(count);
        d.at_sample = place.at;
        if (place.highest > place.lowest) d.between = {place.lowest, place.highest};
        add_doubt(crossing, d);
        if (count > 0) {
            const auto zeros = std::find_if(runs.begin(), runs.end(), [&](const Run& r) {
                return r.to - r.from >= count && r.to - r.from <= count + told_within &&
                       r.from >= crossing.first && r.to <= crossing.last;
            });
            if (zeros == runs.end()) {
                name_repetition(recording, d);
            } else {
                searched.push_back({zeros->from, zeros->to});
                d.at_sample = zeros->from;
                d.between.reset();
                if (zeros->to - zeros->from > count) d.between = {zeros->from, zeros->to - count};
            }
        }
        out.later_by += later_by(d);
        out.events.push_back(std::move(d));
    }
    const auto is_told = [&](Index from, Index to) {
        return std::any_of(searched.begin(), searched.end(), [&](const Run& s) {
            return from <= s.to + (to - from) + told_within && to >= s.from - told_within;
        });
    };
    for (const Run& run : runs)
        if (!is_told(run.from, run.to)) add_zeros(standing, run, least_step, out);
    for (const Discontinuity& d : out.events) searched.push_back({d.at_sample, d.at_sample + d.count});
    for (const Index at : standing.astray)
        if (!is_told(at - displaced_samples, at + displaced_samples)) ++out.torn;
    return out;
}

}  // namespace fourpole
