// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/null/break_place.hpp"

#include "rig/align/marker_peaks.hpp"
#include "rig/align/resample.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

namespace fourpole {

namespace {

// At either end its own line must leave less than half of the power that the other one leaves there, or
// there are not two.
constexpr double much_better = 0.5;
constexpr double near_s = 0.04, missed = 16.0;  ///< samples, that a place may miss
constexpr std::size_t farthest = 16;            ///< samples that a clock may have wandered by beside a break
constexpr double same_count = 0.6;

/// Gain that makes b most like a.
double gain_between(std::span<const double> a, std::span<const double> b) {
    double ab = 0.0, bb = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) ab += a[i] * b[i], bb += b[i] * b[i];
    return bb > 0.0 ? ab / bb : 0.0;
}

struct Placed {
    double at = 0.0;
    bool explains = false;  ///< either line is much better than the other one at its own end
};

/// The sample of `whole` between `from` and `to` where `other` on `before` stops to explain it and on
/// `behind` begins to. `whole` is the one of both that holds nothing of its own there.
Placed place_between(const Samples& whole, const Samples& other, const Line& before, const Line& behind,
                     double from, double to) {
    const auto first = static_cast<std::size_t>(std::max(0.0, from));
    const std::size_t last = std::min(whole.size(), static_cast<std::size_t>(std::max(0.0, to)));
    if (last < first + 8) return {from, false};
    const std::vector<double> samples = whole.piece(first, last - first);
    const std::span<const double> own = samples;
    const auto start = static_cast<double>(first);
    const std::vector<double> early = resampled(other, before.at(start), before.step, own.size());
    const std::vector<double> late = resampled(other, behind.at(start), behind.step, own.size());
    const std::size_t clean = own.size() / 4;
    const double g_early = gain_between(own.first(clean), std::span(early).first(clean));
    const double g_late = gain_between(own.last(clean), std::span(late).last(clean));
    double sum = 0.0, least = 0.0;
    std::array<double, 4> ends{};  // early and late line at the early end, late and early one at the late end
    std::size_t best = 0;
    for (std::size_t i = 0; i < own.size(); ++i) {
        const double x = own[i] - g_early * early[i], y = own[i] - g_late * late[i];
        sum += x * x - y * y;
        if (i < clean) ends[0] += x * x, ends[1] += y * y;
        if (i + clean >= own.size()) ends[2] += y * y, ends[3] += x * x;
        if (sum < least) least = sum, best = i + 1;
    }
    return {start + static_cast<double>(best),
            ends[0] < much_better * ends[1] && ends[2] < much_better * ends[3]};
}

/// By how much B comes later than `line` has it where A's samples first .. first + count - 1 are, to
/// `farthest` samples: the most alike of whole lags, and the vertex of the parabola through it.
std::optional<double> later_than(const Pair& pair, const Line& line, double first, std::size_t count) {
    const std::size_t lags = 2 * farthest + 1;
    if (first < 0.0 || first + static_cast<double>(count) > static_cast<double>(pair.a.size()))
        return std::nullopt;
    const std::vector<double> a = pair.a.piece(static_cast<std::size_t>(first), count);
    const double start = std::floor(first);
    const auto reach = static_cast<double>(farthest);
    const auto b = resampled(pair.b, line.at(start) - reach * line.step, line.step, count + lags - 1);
    std::vector<double> alike(lags, 0.0);
    for (std::size_t lag = 0; lag < lags; ++lag) {
        double ab = 0.0, bb = 0.0;
        for (std::size_t i = 0; i < count; ++i) ab += a[i] * b[i + lag], bb += b[i + lag] * b[i + lag];
        if (bb > 0.0) alike[lag] = ab / std::sqrt(bb);
    }
    const auto best = static_cast<std::size_t>(std::max_element(alike.begin(), alike.end()) - alike.begin());
    if (best == 0 || best + 1 == lags) return std::nullopt;
    return line.step * (static_cast<double>(best) + vertex(alike, best) - reach);
}

}  // namespace

std::optional<Break> break_between(const Pair& pair, const Line& before, const Line& behind, double from,
                                   double to) {
    const double count = behind.delay - before.delay;
    if (std::abs(count) < least_count) return std::nullopt;
    Break out;
    out.kind = count < 0.0 ? Discontinuity::Kind::lost : Discontinuity::Kind::inserted;
    out.count = std::max(1.0, std::round(std::abs(count)));
    if (count < 0.0) {
        const Placed place = place_between(pair.b, pair.a, turned_round(before), turned_round(behind),
                                           before.at(from), behind.at(to));
        if (!place.explains) return std::nullopt;
        out.at_b = place.at, out.at_a = turned_round(before).at(place.at);
    } else {
        const Placed place = place_between(pair.a, pair.b, before, behind, from, to);
        if (!place.explains) return std::nullopt;
        out.at_a = place.at, out.at_b = before.at(place.at);
    }
    return out;
}

void settle_count(const Pair& pair, const Line& before, const Line& behind, Break& found) {
    const auto near = static_cast<std::size_t>(near_s * pair.rate_a_hz);
    const double lost_in_b = found.kind == Discontinuity::Kind::lost ? *found.count / before.step : 0.0;
    const auto early = later_than(pair, before, found.at_a - static_cast<double>(near) - missed, near);
    const auto late = later_than(pair, behind, found.at_a + lost_in_b + missed, near);
    if (!early || !late) return;
    const double count = std::abs(behind.delay + *late - before.delay - *early);
    const double apart = std::abs(count - *found.count);
    if (apart < same_count) return;
    found.count = std::max(1.0, std::round(count));
    found.u_count = apart;
}

}  // namespace fourpole
