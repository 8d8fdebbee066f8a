// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/align/one_break.hpp"

#include "rig/align/closed_form_fit.hpp"
#include "rig/align/gap.hpp"
#include "rig/align/phase_course.hpp"
#include "rig/align/zeros_and_repeats.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

namespace fourpole {

namespace {

using Index = std::ptrdiff_t;
using Stretch = EventStretch;

// Of a correlation's peak; and where nothing tells the delay.
constexpr double delay_u = 0.15, rough_u = 1e4;
// A count is exact where twice its uncertainty cannot reach the next one.
constexpr double exact_below_u = 0.2;
// Of a sweep, what plays within so many natural octaves of the break tells its delay; a pace that is off
// smears more.
constexpr double octaves_beside = 1.5;
// An event's delay in one band re its delay in another, or re a marker's: a device disperses so much.
constexpr double dispersion_s = 1e-4;
constexpr Index most_doubt = 8;  ///< samples of a count, that a gap is looked for by
constexpr Index longest_beside = Index{1} << 18U;

/// What two stretches around a break say of it.
struct Shift {
    Clock before;          ///< the clock at which the closed form runs where the capture does
    double samples = 0.0;  ///< by which the stream is later behind the break
    double u = 0.0;
    std::optional<double> modulo{};  ///< whole periods of so many samples may have been missed
};

/// Of the delay of samples [from, to) by their envelope: where an event reaches high, what a device
/// disperses, else what so narrow a band can tell.
double delay_doubt(const Stretch& s, const Clock& clock, Index from, Index to) {
    constexpr double high_hz = 1000.0;
    const double a = frequency_at(*s.event, clock.u_at(static_cast<double>(from)));
    const double b = frequency_at(*s.event, clock.u_at(static_cast<double>(to)));
    const double wide_hz = std::max(std::abs(a - b), 1.0);
    return clock.rate_hz * (std::max(a, b) > high_hz ? dispersion_s : 1.0 / wide_hz);
}

/// From `at` on, the end of what tells a delay: so many natural octaves, and up to where one is sharp.
Index end_beside(const Stretch& s, const Clock& clock, Index at, Index to) {
    const auto* sweep = std::get_if<Sweep>(&s.event->what);
    if (!sweep) return std::min(to, at + longest_beside);
    constexpr double sharp_hz = 3000.0;
    const double hz = frequency_at(*s.event, clock.u_at(static_cast<double>(at)));
    const double octaves = std::max(octaves_beside, hz > 0.0 ? std::log(sharp_hz / hz) : 0.0);
    return std::min({to, at + longest_beside, at + std::lround(octaves * sweep->rate_s * clock.rate_hz)});
}

/// By the delay of what plays behind the break re what plays in front of it, or re the clock, and from there
/// by the course of the phase on both sides.
Shift shift_from(const Stretch& s, const Clock& clock, double clock_u, Index from, Index at, Index after,
                 Index to, bool by_clock) {
    const auto before = by_clock ? std::nullopt : delay_of(s, clock, from, at);
    const auto behind = delay_of(s, clock, after, to);
    Shift out{later(clock, before ? before->samples : 0.0)};
    const bool sure = behind && behind->sure && (!before || before->sure);
    const double u_before = before ? delay_doubt(s, clock, from, at) : clock_u;
    out.u = sure ? std::hypot(delay_u, delay_doubt(s, clock, after, to), u_before) : rough_u;
    if (behind) out.samples = behind->samples - (before ? before->samples : 0.0);
    const auto step = step_of_phase(s, out.before, later(out.before, out.samples), from, at, after, to);
    if (!step || step->u > out.u) return out;
    const bool whole_known = !step->modulo || out.u < 0.25 * *step->modulo;
    if (step->modulo && whole_known) {
        const double periods = std::round((out.samples - step->samples) / *step->modulo);
        out.samples = step->samples + periods * *step->modulo;
    } else {
        out.samples = step->samples;
        out.modulo = step->modulo;
    }
    out.u = step->u;
    return out;
}

/// Low waves tell where they are less well than a clock that is known; of one that is not, who knows.
Shift shift_at(const Stretch& s, const Clock& clock, double clock_u, Index before_from, Index at, Index after,
               Index after_to) {
    const Index to = end_beside(s, clock, after, after_to);
    const Index from = std::max(before_from, at - (end_beside(s, clock, at, at + longest_beside) - at));
    const double by_wave = delay_doubt(s, clock, from, at);
    const auto one = [&](bool by_clock) {
        return shift_from(s, clock, clock_u, from, at, after, to, by_clock);
    };
    if (by_wave <= dispersion_s * clock.rate_hz) return one(false);
    const Shift known = one(true);
    if (clock_u < by_wave) return known;
    const Shift other = one(false);
    return other.u < known.u ? other : known;
}

Found found_at(Index at, Index after, const Shift& shift) {
    Found out{{}, after, std::lround(shift.samples), {}};
    if (shift.u > exact_below_u) out.unrounded = shift.samples;
    out.what.kind = out.shift < 0 ? Discontinuity::Kind::lost : Discontinuity::Kind::inserted;
    out.what.at_sample = at;
    out.what.count = std::abs(out.shift);
    if (shift.u > exact_below_u) out.what.u_count = shift.u;
    out.what.modulo_samples = shift.modulo;
    return out;
}

/// Something that is no wave was put in or written over: two shifts are likely, and the one that fits alone
/// is it.
/// @param zeros  exact ones, which are told where nobody knows
Found examine_blank(const Gap& gap, bool zeros, const Shift& shift) {
    const Index length = gap.to - gap.from;
    Found out = found_at(gap.from, gap.to, shift);
    const auto off = [&](Index n) {
        const double all = shift.samples - static_cast<double>(n);
        return std::abs(shift.modulo ? std::remainder(all, *shift.modulo) : all);
    };
    const bool written_over = off(0) < off(length);
    const double nearer = std::min(off(0), off(length)), farther = std::max(off(0), off(length));
    const double may_be = 0.5 + 3.0 * shift.u;
    if (nearer > may_be || (farther < may_be && shift.u > 0.5)) {
        if (zeros && (out.shift == 0 || 3.0 * shift.u > static_cast<double>(length))) {
            out.shift = 0;
            out.unrounded.reset();
            out.what.kind = Discontinuity::Kind::zeroed;
            out.what.count = length;
        }
        return out;
    }
    // Where the phase knows the count, an end that the wave hides by crossing zero does not move it.
    const Index put_in = shift.modulo || shift.u > exact_below_u ? length : out.shift;
    out.shift = written_over ? 0 : put_in;
    out.unrounded.reset();
    out.what = {written_over ? Discontinuity::Kind::zeroed : Discontinuity::Kind::inserted,
                written_over ? length : put_in, gap.from};
    // Exact zeros say their number themselves.
    if (!zeros && !written_over && shift.u > exact_below_u) out.what.u_count = shift.u;
    // What is written over and not by zeros is a disturbed wave.
    if (written_over && !zeros) out.what.count = 0;
    return out;
}

}  // namespace

Found examine(const Recording& recording, const Stretch& s, const Clock& clock, double clock_u,
              double least_step, Index before_from, std::pair<Index, Index> cluster, Index after_to) {
    const auto [first, last] = cluster;
    if (const auto blank = blank_in(recording, s, cluster, least_step)) {
        const Gap gap{blank->first, blank->first + blank->second};
        return examine_blank(gap, true, shift_at(s, clock, clock_u, before_from, gap.from, gap.to, after_to));
    }
    const Shift rough = shift_at(s, clock, clock_u, before_from, first - 2, last + 3, after_to);
    const Index whole = std::lround(rough.samples), doubt = std::min(most_doubt, std::lround(3.0 * rough.u));
    if (const auto block = repeated_in(recording, cluster, whole - doubt, whole + doubt))
        return Found{*block, block->at_sample, block->count, {}};
    // What comes later ends later.
    if (after_to == s.to)
        after_to = std::max(last + 3, std::min(s.to + whole, static_cast<Index>(s.y.size()) - 32));
    const Gap gap = gap_at(s, rough.before, later(rough.before, static_cast<double>(whole)), before_from,
                           first, last, after_to, whole, doubt);
    const Shift shift = shift_at(s, clock, clock_u, before_from, gap.from, gap.to, after_to);
    if (gap.to > gap.from && !stands_still(recording, cluster))
        return examine_blank(gap, is_blank(recording, gap.from, gap.to, least_step), shift);
    Found out = found_at(gap.from, gap.to, shift);
    if (stands_still(recording, cluster) || 2.0 * shift.u > std::abs(shift.samples)) {
        out.unrounded.reset();
        out.what.count = out.shift = 0;  // no stream that broke: the wave itself is disturbed
    } else if (const auto block =
                   out.shift > 0 ? repeated_at(recording, gap.from, out.shift, most_delay) : std::nullopt) {
        out.shift = block->count;
        out.unrounded.reset();
        out.what = *block;
    }
    return out;
}

}  // namespace fourpole
