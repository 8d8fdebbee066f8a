// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/align/gap.hpp"

#include "rig/align/closed_form_fit.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace fourpole {

namespace {

using Index = std::ptrdiff_t;

constexpr double no_sine = 0.1;    ///< share of a stretch that is no sine
constexpr double no_power = 1e-4;  ///< of the wave's
constexpr Index beside = 34;       ///< samples by which a cluster may miss an end of the gap
constexpr Index least_window = 64, most_window = 4096;
constexpr double explained = 8.0;  ///< of what the fits leave over beside the gap, mean squares

/// What a closed form, fitted on one stretch, leaves of samples elsewhere.
struct Prediction {
    const EventStretch& s;
    Clock clock;
    double along = 0.0, across = 0.0;
    double noise = 0.0;  ///< mean square that it leaves where it was fitted

    double squared(Index n) const {
        if (n < 0 || n >= static_cast<Index>(s.y.size())) return 0.0;
        const double u = clock.u_at(static_cast<double>(n));
        return std::pow(s.y[static_cast<std::size_t>(n)] - along * value_at(*s.event, u) -
                            across * value_at(*s.event, u, 0.5 * std::numbers::pi),
                        2);
    }
};

Prediction predict(const EventStretch& s, const Clock& near, Index from, Index to) {
    const Clock clock = in_tune(s, near, from, to);
    const Fit f = fit(s, clock, from, to);
    return {s, clock, f.along, f.across, f.left_over / static_cast<double>(std::max<Index>(1, to - from))};
}

Index window_at(const EventStretch& s, const Clock& clock, Index n) {
    const double hz = std::max(1.0, frequency_at(*s.event, clock.u_at(static_cast<double>(n))));
    return std::clamp<Index>(std::lround(2.0 * clock.rate_hz / hz), least_window, most_window);
}

/// The best place of a gap of so many samples, and what both leave a sample.
struct Placed {
    Index from = 0;
    double left_over = std::numeric_limits<double>::infinity();
};

Placed place(const Prediction& early, const Prediction& late, Index length, Index low, Index high) {
    // Both together cover the same samples whatever the place, so that neither can dodge the break.
    double sum = 0.0;
    for (Index n = low + length; n < high + length; ++n) sum += late.squared(n);
    Placed out{low, sum};
    for (Index from = low; from < high; ++from) {
        sum += early.squared(from) - late.squared(from + length);
        if (sum < out.left_over) out = {from + 1, sum};
    }
    out.left_over /= static_cast<double>(std::max<Index>(1, high - low));
    return out;
}

}  // namespace

bool holds_wave(const EventStretch& s, Index from, Index to, double power) {
    constexpr Index window = 64, most = 16;
    const Index a = std::max<Index>(from, 1), b = std::min(to, static_cast<Index>(s.y.size()) - 1);
    if (b - a < 8) return false;
    Index waves = 0, all = 0;
    for (Index n = a; n + 8 <= b; n += std::max(window, (b - a) / most)) {
        const Index end = std::min(n + window, b);
        waves += noisiness(s.y, n, end) < no_sine &&
                 energy(s.y, n, end) > no_power * power * static_cast<double>(end - n);
        ++all;
    }
    return 2 * waves > all;
}

Gap gap_at(const EventStretch& s, const Clock& early, const Clock& late, Index before_from, Index first,
           Index last, Index after_to, Index inserted, Index doubt) {
    const Index size = static_cast<Index>(s.y.size());
    const Index e_to = first - 2, l_from = last + 3;
    const Prediction before =
        predict(s, early, std::max(before_from, e_to - window_at(s, early, e_to)), e_to);
    const Prediction behind =
        predict(s, late, l_from, std::min(after_to, l_from + window_at(s, late, l_from)));
    const double little = explained * std::max(before.noise, behind.noise) + 1e-20;
    const Index low = std::max<Index>(before_from, first - beside), high = std::min(size, last + beside);
    // A break between two samples: nothing stands between the two.
    const bool narrow = last - first < 4 * beside;
    const Placed none = narrow ? place(before, behind, 0, low, high) : Placed{};
    if (none.left_over <= little) return {none.from, none.from};
    Placed best;
    Index length = 0;
    for (Index n = std::max<Index>(1, inserted - doubt); inserted > 0 && n <= inserted + doubt; ++n) {
        // Its end is where the wave goes on; the cluster may have missed its begin.
        const Placed one =
            place(before, behind, n, std::max(before_from, last - beside - n), last + beside - n);
        if (one.left_over < best.left_over) best = one, length = n;
    }
    if (best.left_over <= little) return {best.from, best.from + length};
    if (narrow) {
        // As few as do not fit.
        for (Index n = 1; n <= last - first + 2; ++n)
            if (const Placed some = place(before, behind, n, low, high - n); some.left_over <= little)
                return {some.from, some.from + n};
        return {none.from, none.from};
    }
    Gap out{first, last + 1};
    const auto odd = [](const Prediction& p, Index n) { return p.squared(n) > 36.0 * p.noise + 1e-20; };
    for (out.from = low; out.from < first && !(odd(before, out.from) && odd(before, out.from + 1));)
        ++out.from;
    for (out.to = high; out.to > last + 1 && !(odd(behind, out.to - 1) && odd(behind, out.to - 2));) --out.to;
    return out;
}

}  // namespace fourpole
