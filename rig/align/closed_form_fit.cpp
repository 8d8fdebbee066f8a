// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/align/closed_form_fit.hpp"

#include "rig/fft/correlate.hpp"

#include <numbers>
#include <variant>
#include <vector>

namespace fourpole {

namespace {

using Index = std::ptrdiff_t;

constexpr double pi = std::numbers::pi;

// Two heights of a correlation that are closer than this are one: either may be the delay.
constexpr double alike = 0.95;

/// The highest of |r|, and whether the next hill of it is clearly lower.
Delay highest(std::span<const double> r) {
    const auto size = [&](Index i) { return std::abs(r[static_cast<std::size_t>(i)]); };
    const auto count = static_cast<Index>(r.size());
    Index top = 0;
    for (Index i = 1; i < count; ++i)
        if (size(i) > size(top)) top = i;
    double next = 0.0;
    for (const Index step : {Index{-1}, Index{1}}) {
        Index i = top;
        const auto inside = [&] { return i + step >= 0 && i + step < count; };
        while (inside() && size(i + step) <= size(i)) i += step;  // down the hill
        for (; inside(); i += step) next = std::max(next, size(i + step));
    }
    // At the window's edge nobody knows how the hill goes on.
    if (top == 0 || top + 1 == count) return {static_cast<double>(top), false};
    const double curve = size(top - 1) - 2.0 * size(top) + size(top + 1);
    const double off = curve < 0.0 ? 0.5 * (size(top - 1) - size(top + 1)) / curve : 0.0;
    return {static_cast<double>(top) + off, next < alike * size(top)};
}

}  // namespace

Fit fit(const EventStretch& s, const Clock& clock, Index from, Index to) {
    double aa = 0, bb = 0, ab = 0, ya = 0, yb = 0, yy = 0;
    for (Index n = from; n < to; ++n) {
        const double u = clock.u_at(static_cast<double>(n));
        const double a = value_at(*s.event, u), b = value_at(*s.event, u, pi / 2.0);
        const double y = s.y[static_cast<std::size_t>(n)];
        aa += a * a, bb += b * b, ab += a * b, ya += y * a, yb += y * b, yy += y * y;
    }
    const double det = aa * bb - ab * ab;
    if (det <= 1e-12 * aa * bb) return {0.0, yy, yy};
    const double p = (ya * bb - yb * ab) / det, q = (yb * aa - ya * ab) / det;
    return {std::atan2(q, p), std::max(0.0, yy - p * ya - q * yb), yy};
}

std::optional<Delay> delay_of(const EventStretch& s, const Clock& clock, Index from, Index to) {
    if (to - from < 256) return std::nullopt;
    const auto* sweep = std::get_if<Sweep>(&s.event->what);
    std::vector<double> g(static_cast<std::size_t>(to - from));
    for (Index n = from; n < to; ++n) {
        const double u = clock.u_at(static_cast<double>(n));
        const double rise = sweep ? std::exp((u - event_start(*s.event)) / sweep->rate_s) : 1.0;
        g[static_cast<std::size_t>(n - from)] = value_at(*s.event, u) * rise;
    }
    const LagWindow window{-most_delay, 2 * most_delay + 1};
    Delay out = highest(correlate({&s.y, 1}, from, g, {&window, 1})[0][0]);
    out.samples -= static_cast<double>(most_delay);
    return out;
}

Clock later(Clock clock, double samples) {
    clock.start += samples;
    return clock;
}

}  // namespace fourpole
