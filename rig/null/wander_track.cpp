// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/null/wander_track.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace fourpole {

namespace {

/// c with (c[k - 1] + 4 c[k] + c[k + 1]) / 6 = d[k] and no bend at either end, where c = d.
std::vector<double> spline_weights(const std::vector<double>& d) {
    std::vector<double> c = d;
    if (d.size() < 3) return c;
    const std::size_t last = d.size() - 1;
    std::vector<double> ratio(d.size(), 0.0);
    for (std::size_t k = 1; k < last; ++k) {
        const double pivot = 4.0 - ratio[k - 1];
        ratio[k] = 1.0 / pivot;
        c[k] = (6.0 * d[k] - c[k - 1]) / pivot;
    }
    for (std::size_t k = last - 1; k > 0; --k) c[k] -= ratio[k] * c[k + 1];
    return c;
}

}  // namespace

WanderTrack::WanderTrack(double first, double apart, std::vector<double> delays)
    : first_(first), apart_(apart), delays_(std::move(delays)), weights_(spline_weights(delays_)) {
    for (const double d : delays_) most_ = std::max(most_, std::abs(d));
}

double WanderTrack::at(double sample_of_a) const {
    if (delays_.empty()) return 0.0;
    const auto last = static_cast<std::ptrdiff_t>(delays_.size()) - 1;
    const double place = std::clamp((sample_of_a - first_) / apart_, 0.0, static_cast<double>(last));
    const auto k = std::min(static_cast<std::ptrdiff_t>(place), std::max<std::ptrdiff_t>(0, last - 1));
    const double t = place - static_cast<double>(k), s = 1.0 - t;
    // Beyond an end the weights go on in a straight line.
    const auto weight = [&](std::ptrdiff_t i) {
        const auto w = [&](std::ptrdiff_t n) { return weights_[static_cast<std::size_t>(n)]; };
        if (last == 0) return w(0);
        if (i < 0) return 2.0 * w(0) - w(1);
        if (i > last) return 2.0 * w(last) - w(last - 1);
        return w(i);
    };
    return (s * s * s * weight(k - 1) + (4.0 - 3.0 * t * t * (2.0 - t)) * weight(k) +
            (4.0 - 3.0 * s * s * (2.0 - s)) * weight(k + 1) + t * t * t * weight(k + 2)) /
           6.0;
}

}  // namespace fourpole
