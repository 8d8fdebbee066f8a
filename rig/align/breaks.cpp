// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/align/breaks.hpp"

#include "rig/align/event_stretch.hpp"
#include "rig/fft/correlate.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <numbers>
#include <optional>

namespace fourpole {

namespace {

using Index = std::ptrdiff_t;
using Stretch = EventStretch;

constexpr double pi = std::numbers::pi;
constexpr std::ptrdiff_t most_shift = 2048;

// More in one event is no stream that broke: the wave itself is not the event's.
constexpr std::size_t most_clusters = 200;

/// Length of the run of digital zeros (all sides) that starts at n.
Index zeros_at(const Recording& recording, Index n, double least_step) {
    Index run = 0;
    const auto frames = static_cast<Index>(recording.frames());
    for (; n + run < frames; ++run)
        for (const Side s : sides)
            if (recording.has(s) &&
                std::abs(recording.samples[s][static_cast<std::size_t>(n + run)]) > least_step)
                return run;
    return run;
}

/// True where digital zeros end: that is the far end of a run, not a break of its own.
bool zeros_before(const Recording& recording, Index n, double least_step) {
    for (Index at = n - 3; at <= n + 48; ++at)
        if (at >= 3 && zeros_at(recording, at - 3, least_step) == 3) return true;
    return false;
}

/// True where the k samples from n on stand in the k samples before it, on every side.
bool repeats(const Recording& recording, Index n, Index k) {
    if (n - k < 0 || n + k > static_cast<Index>(recording.frames())) return false;
    for (const Side s : sides)
        if (recording.has(s))
            for (Index i = 0; i < k; ++i)
                if (recording.samples[s][static_cast<std::size_t>(n + i)] !=
                    recording.samples[s][static_cast<std::size_t>(n - k + i)])
                    return false;
    return true;
}

/// y[from, to) as the closed form, turned and scaled: least squares on both its quadratures.
struct Fit {
    double phase = 0.0;      ///< radians
    double left_over = 0.0;  ///< sum of squares that it does not explain
};
Fit fit(const Stretch& s, const Clock& clock, Index from, Index to) {
    double aa = 0, bb = 0, ab = 0, ya = 0, yb = 0, yy = 0;
    for (Index n = from; n < to; ++n) {
        const double u = clock.u_at(static_cast<double>(n));
        const double a = value_at(*s.event, u), b = value_at(*s.event, u, pi / 2.0);
        const double y = s.y[static_cast<std::size_t>(n)];
        aa += a * a, bb += b * b, ab += a * b, ya += y * a, yb += y * b, yy += y * y;
    }
    const double det = aa * bb - ab * ab;
    if (det <= 1e-12 * aa * bb) return {0.0, yy};
    const double p = (ya * bb - yb * ab) / det, q = (yb * aa - ya * ab) / det;
    return {std::atan2(q, p), std::max(0.0, yy - p * ya - q * yb)};
}

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

/// Delay of y[from, to) against the closed form, samples; nullopt where the stretch is too short.
std::optional<double> delay_of(const Stretch& s, const Clock& clock, Index from, Index to) {
    if (to - from < 256) return std::nullopt;
    const auto* sweep = std::get_if<Sweep>(&s.event->what);
    std::vector<double> g(static_cast<std::size_t>(to - from));
    for (Index n = from; n < to; ++n) {
        const double u = clock.u_at(static_cast<double>(n));
        const double rise = sweep ? std::exp((u - event_start(*s.event)) / sweep->rate_s) : 1.0;
        g[static_cast<std::size_t>(n - from)] = value_at(*s.event, u) * rise;
    }
    const LagWindow window{-most_shift, 2 * most_shift + 1};
    const auto r = correlate({&s.y, 1}, from, g, {&window, 1})[0][0];
    const auto top =
        std::max_element(r.begin(), r.end(), [](double a, double b) { return std::abs(a) < std::abs(b); });
    return static_cast<double>(top - r.begin()) - static_cast<double>(most_shift);
}

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

Clock later(Clock clock, double samples) {
    clock.start += samples;
    return clock;
}

/// What two stretches around a break say of it.
struct Shift {
    Clock before;          ///< the clock at which the closed form runs where the capture does
    double samples = 0.0;  ///< by which the stream is later behind the break
};

/// Rough where `at` and `after` are: the phase just before and just behind gives the fraction of
/// a period, the delay of the whole stretches on both sides the whole periods.
Shift shift_at(const Stretch& s, const Clock& clock, Index before_from, Index at, Index after,
               Index after_to) {
    const double f = frequency_at(*s.event, clock.u_at(static_cast<double>(at)));
    const double period = clock.rate_hz / std::max(f, 1.0);
    const Index window = std::clamp<Index>(std::lround(2.0 * period), 48, 4096);
    const auto before = delay_of(s, clock, before_from, at);
    const auto behind = delay_of(s, clock, after, after_to);
    Shift out{later(clock, before.value_or(0.0)), 0.0};
    const double phase_before = fit(s, out.before, std::max(at - window, before_from), at).phase;
    const auto fine = [&](double shift) {
        const double jump =
            fit(s, later(out.before, shift), after, std::min(after + window, after_to)).phase - phase_before;
        return -std::remainder(jump, 2.0 * pi) / (2.0 * pi) * period;
    };
    // Behind the break the closed form has the right frequency only once it is moved by nearly the
    // whole shift: a phase taken before that is wrong by more the more is lost.
    if (before && behind) out.samples = *behind - *before;
    for (int pass = 0; pass < 3; ++pass) out.samples += fine(out.samples);
    return out;
}

/// True where a zero is no crossing: the samples on both sides are far from it, on one side of it.
bool stands_out(const Stretch& s, Index n) {
    const auto i = static_cast<std::size_t>(n);
    if (i < 1 || i + 3 >= s.y.size()) return false;
    const double before = s.y[i - 1], behind = s.y[i + 1] != 0.0 ? s.y[i + 1] : s.y[i + 2];
    return before * behind > 0.0 && std::min(std::abs(before), std::abs(behind)) > 1e-3;
}

/// One break: where it is and what it did. `clock` runs with the stream before it.
struct Found {
    Discontinuity what;
    Index after = 0;  ///< first sample behind it
    Index shift = 0;  ///< samples by which all that follows is later
};
Found examine(const Recording& recording, const Stretch& s, const Clock& clock, double least_step,
              Index before_from, std::pair<Index, Index> cluster, Index after_to) {
    const auto [first, last] = cluster;
    Index zero_at = first - 3, zeros = 0;
    for (; zero_at <= last + 3 && zeros < 3; ++zero_at) zeros = zeros_at(recording, zero_at, least_step);
    const bool blank = zeros >= 3;

    Index at = blank ? zero_at - 1 : first, after = blank ? at + zeros : last + 1;
    Shift shift = shift_at(s, clock, before_from, at, after, after_to);
    if (!blank) {
        const double whole = std::round(shift.samples);
        at = after = split(s, shift.before, later(shift.before, whole), first, last);
        shift = shift_at(s, clock, before_from, at, after, after_to);
    }
    Found out;
    out.after = after;
    out.shift = std::lround(shift.samples);
    out.what.at_sample = at;
    out.what.count = std::abs(out.shift);
    if (!blank && out.shift == 0)
        for (Index n = first - 1; n <= last + 1 && out.what.count == 0; ++n)  // one or two frames
            if (const Index few = zeros_at(recording, n, least_step); few > 0 && stands_out(s, n))
                out.what = {Discontinuity::Kind::zeroed, few, n};
    if (out.what.kind == Discontinuity::Kind::zeroed && out.what.count > 0) return out;
    if (blank && out.shift == 0)
        out.what.kind = Discontinuity::Kind::zeroed, out.what.count = zeros;
    else if (out.shift < 0)
        out.what.kind = Discontinuity::Kind::lost;
    else
        out.what.kind = !blank && repeats(recording, at, out.shift) ? Discontinuity::Kind::repeated
                                                                    : Discontinuity::Kind::inserted;
    return out;
}

}  // namespace

Breaks find_breaks(const Recording& recording, const Programme& programme, const Clock& clock,
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
            // A break moves the event's own end: its last fade is no break.
            if (const auto now = stretch_of(recording, *event, moved); now && clusters[k].second >= now->to)
                continue;
            Index after_to = s->to;
            for (std::size_t next = k + 1; next < clusters.size() && after_to == s->to; ++next)
                if (!zeros_before(recording, clusters[next].first, least_step))
                    after_to = clusters[next].first - 2;
            const Found found = examine(recording, *s, moved, least_step, before_from, clusters[k], after_to);
            if (found.what.count > 0)
                out.events.push_back(found.what);
            else if (const auto click = disturbance(*s, found.what.at_sample))
                out.clicks.push_back(*click);
            moved.start += static_cast<double>(found.shift);
            seen.push_back(moved);
            before_from = found.after;
        }
        out.foreign = out.foreign || runs_otherwise(*s, seen);
    }
    return out;
}

}  // namespace fourpole
