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
    if (det <= 1e-12 * aa * bb) return {0.0, yy, yy, 0.0, 0.0};
    const double p = (ya * bb - yb * ab) / det, q = (yb * aa - ya * ab) / det;
    return {std::atan2(q, p), std::max(0.0, yy - p * ya - q * yb), yy, p, q};
}

std::optional<Delay> delay_of(const EventStretch& s, const Clock& clock, Index from, Index to) {
    if (to - from < 256) return std::nullopt;
    const auto* sweep = std::get_if<Sweep>(&s.event->what);
    std::vector<double> piece(static_cast<std::size_t>(to - from));
    for (Index n = from; n < to; ++n) {
        const double v = clock.u_at(static_cast<double>(n)) - event_start(*s.event);
        piece[static_cast<std::size_t>(n - from)] =
            s.y[static_cast<std::size_t>(n)] * (sweep ? std::exp(v / sweep->rate_s) : 1.0);
    }
    std::vector<double> size(2 * static_cast<std::size_t>(most_delay) + 1, 0.0);
    for (const double phase : {0.0, pi / 2.0}) {
        std::vector<double> wave(piece.size() + size.size() - 1);
        for (std::size_t i = 0; i < wave.size(); ++i)
            wave[i] = value_at(
                *s.event, clock.u_at(static_cast<double>(from - most_delay + static_cast<Index>(i))), phase);
        const std::span<const double> ys[] = {wave};
        const LagWindow window{0, size.size()};
        const auto r = correlate(ys, 0, piece, {&window, 1});
        // A wave that comes `d` later stands over the closed form d samples earlier.
        for (std::size_t i = 0; i < size.size(); ++i) size[size.size() - 1 - i] += std::pow(r[0][0][i], 2);
    }
    for (double& x : size) x = std::sqrt(x);
    Delay out = highest(size);
    out.samples -= static_cast<double>(most_delay);
    return out;
}

Clock later(Clock clock, double samples) {
    clock.start += samples;
    return clock;
}

Clock in_tune(const EventStretch& s, Clock clock, Index from, Index to) {
    constexpr int passes = 4;
    const Index middle = (from + to) / 2;
    for (int pass = 0; pass < passes; ++pass) {
        const auto hz_at = [&](Index n) {
            return frequency_at(*s.event, clock.u_at(static_cast<double>(n)));
        };
        const double turned =
            std::remainder(fit(s, clock, middle, to).phase - fit(s, clock, from, middle).phase, 2.0 * pi);
        const double apart = hz_at((middle + to) / 2) - hz_at((from + middle) / 2);
        if (std::abs(apart) < 1e-6) break;
        clock.start -= turned * clock.rate_hz / (2.0 * pi * apart);
    }
    return clock;
}

}  // namespace fourpole
