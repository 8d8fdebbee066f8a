// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/align/one_break.hpp"

#include "rig/align/closed_form_fit.hpp"
#include "rig/align/zeros_and_repeats.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <optional>

namespace fourpole {

namespace {

using Index = std::ptrdiff_t;
using Stretch = EventStretch;

constexpr double pi = std::numbers::pi;

// A phase needs so many samples on either side of the break.
constexpr Index least_window = 48;
// Of a correlation's peak; and where nothing tells the delay.
constexpr double delay_u = 0.15, rough_u = 1e4;
// What a device turns the phase by, radians per factor e of frequency, and no closed form knows: half of
// what a coupling capacitor does at its corner.
constexpr double device_phase = 0.25;
// A count is exact where twice its uncertainty cannot reach the next one.
constexpr double exact_below_u = 0.2;

/// The sample at which the closed form at one clock ends and at another begins: both fits
/// together cover the same stretch whatever the split, so that none can dodge the break.
Index split(const Stretch& s, const Clock& before, const Clock& behind, Index first, Index last) {
    const Index from = std::max<Index>(0, first - 32);
    const Index to = std::min<Index>(static_cast<Index>(s.y.size()), last + 33);
    Index best = (first + last + 1) / 2;
    double least = std::numeric_limits<double>::infinity();
    for (Index j = std::max(first - 2, from + 8); j <= std::min(last + 3, to - 8); ++j) {
        const double sum = fit(s, before, from, j).left_over + fit(s, behind, j, to).left_over;
        if (sum < least) least = sum, best = j;
    }
    return best;
}

/// What two stretches around a break say of it.
struct Shift {
    Clock before;          ///< the clock at which the closed form runs where the capture does
    double samples = 0.0;  ///< by which the stream is later behind the break
    double u = 0.0;
    std::optional<double> modulo{};  ///< whole periods of so many samples may have been missed
};

/// Where an event reaches that high, its delay is a sharp one and no device turns it by a sample.
bool tells_delay(const Stretch& s, const Clock& clock, Index from, Index to) {
    constexpr double high_hz = 1000.0;
    const double a = frequency_at(*s.event, clock.u_at(static_cast<double>(from)));
    const double b = frequency_at(*s.event, clock.u_at(static_cast<double>(to)));
    return std::max(a, b) > high_hz;
}

/// Rough where `at` and `after` are. Two figures: the delay of all that plays behind the break re all that
/// plays in front of it (re the clock where that is too little or too low), and the phase just behind re
/// just in front, a fraction of a period. The phase decides where device and noise leave it a fraction of a
/// sample, the delay the whole periods; in a wave of 30 Hz the delay decides alone.
Shift shift_at(const Stretch& s, const Clock& clock, double clock_u, Index before_from, Index at, Index after,
               Index after_to) {
    const double f = std::max(1.0, frequency_at(*s.event, clock.u_at(static_cast<double>(at))));
    const double period = clock.rate_hz / f;
    const Index window = std::clamp<Index>(std::lround(2.0 * period), 48, 4096);
    const auto usable = [&](Index from, Index to) -> std::optional<Delay> {
        return tells_delay(s, clock, from, to) ? delay_of(s, clock, from, to) : std::nullopt;
    };
    const auto before = usable(before_from, at), behind = usable(after, after_to);
    Shift out{later(clock, before ? before->samples : 0.0)};
    const bool sure = behind && behind->sure && (!before || before->sure);
    const double u_delay = !sure ? rough_u : before ? delay_u : std::hypot(delay_u, clock_u);
    if (behind) out.samples = behind->samples - (before ? before->samples : 0.0);
    if (at - before_from < least_window || after_to - after < least_window) {
        out.u = u_delay;
        return out;
    }
    const Fit fit_before = fit(s, out.before, std::max(at - window, before_from), at);
    Fit fit_behind;
    const auto fine = [&](double shift) {
        fit_behind = fit(s, later(out.before, shift), after, std::min(after + window, after_to));
        return -std::remainder(fit_behind.phase - fit_before.phase, 2.0 * pi) / (2.0 * pi) * period;
    };
    // Behind the break the closed form has the right frequency only once it is moved by nearly the
    // whole shift: a phase taken before that is wrong by more the more is lost.
    double by_phase = out.samples;
    for (int pass = 0; pass < 3; ++pass) by_phase += fine(by_phase);
    const auto at_window = [&](Index from, double shift) {
        return frequency_at(*s.event, later(out.before, shift).u_at(static_cast<double>(from)));
    };
    const double apart = std::log(at_window(std::min(after + window / 2, after_to), by_phase) /
                                  at_window(std::max(at - window / 2, before_from), 0.0));
    const double u_phase =
        std::hypot(fit_before.u_phase(), fit_behind.u_phase(), device_phase * apart) / (2.0 * pi) * period;
    if (u_phase < u_delay) {
        out.samples = by_phase;
        out.u = u_phase;
        if (u_delay > 0.25 * period) out.modulo = period;
    } else {
        out.u = u_delay;
    }
    return out;
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

/// Zeros were put in or written over: two shifts are likely, and the one that fits alone is it.
Found examine_blank(const Stretch& s, const Clock& clock, double clock_u, Index before_from, Index at,
                    Index zeros, Index after_to) {
    const Shift shift = shift_at(s, clock, clock_u, before_from, at, at + zeros, after_to);
    Found out = found_at(at, at + zeros, shift);
    const auto off = [&](Index n) {
        const double all = shift.samples - static_cast<double>(n);
        return std::abs(shift.modulo ? std::remainder(all, *shift.modulo) : all);
    };
    const bool written_over = off(0) < off(zeros);
    const double nearer = std::min(off(0), off(zeros)), farther = std::max(off(0), off(zeros));
    const double may_be = 0.5 + 3.0 * shift.u;
    if (nearer > may_be || (farther < may_be && shift.u > 0.5)) {
        if (out.shift == 0 || 3.0 * shift.u > static_cast<double>(zeros)) {
            out.shift = 0;
            out.unrounded.reset();
            out.what.kind = Discontinuity::Kind::zeroed;
            out.what.count = zeros;
        }
        return out;
    }
    out.shift = written_over ? 0 : zeros;
    out.unrounded.reset();
    out.what = {written_over ? Discontinuity::Kind::zeroed : Discontinuity::Kind::inserted, zeros, at};
    return out;
}

}  // namespace

Found examine(const Recording& recording, const Stretch& s, const Clock& clock, double clock_u,
              double least_step, Index before_from, std::pair<Index, Index> cluster, Index after_to) {
    if (const auto blank = blank_in(recording, s, cluster, least_step))
        return examine_blank(s, clock, clock_u, before_from, blank->first, blank->second, after_to);
    const auto [first, last] = cluster;
    const Shift rough = shift_at(s, clock, clock_u, before_from, first, last + 1, after_to);
    const Index at = split(s, rough.before, later(rough.before, std::round(rough.samples)), first, last);
    const Shift shift = shift_at(s, clock, clock_u, before_from, at, at, after_to);
    Found out = found_at(at, at, shift);
    if (stands_still(recording, cluster) || 2.0 * shift.u > std::abs(shift.samples)) {
        out.unrounded.reset();
        out.what.count = out.shift = 0;  // no stream that broke: the wave itself is disturbed
    } else if (out.shift > 0) {
        if (const auto block = repeated_at(recording, at, out.shift, most_delay)) {
            out.shift = block->count;
            out.unrounded.reset();
            out.what = *block;
        }
    }
    return out;
}

}  // namespace fourpole
