// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/compare/beside.hpp"

#include "rig/units.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstddef>

namespace fourpole {
namespace {

constexpr double band_in_u = 1.959963984540054;  // half of a normal 95 % band
constexpr double outer_in_u = 3.0;               // what lies beyond `three_sigma` in a normal population
constexpr double allowed_share = 0.10;

struct Expected {
    Point point;
    double low = 0.0, high = 0.0;
    double lowest = 0.0, highest = 0.0;  ///< of three_sigma; low and high where there is none
};

struct Predicted {
    const Reading& reading;
    std::span<const double> low, high;
    const Band& three_sigma;

    Expected at(std::size_t i) const {
        const bool drawn = i < three_sigma.low.size() && i < three_sigma.high.size();
        return {reading.points[i], low[i], high[i], drawn ? three_sigma.low[i] : low[i],
                drawn ? three_sigma.high[i] : high[i]};
    }
};

std::optional<double> between(std::optional<double> a, std::optional<double> b, double t) {
    if (!a || !b) return std::nullopt;
    return *a + t * (*b - *a);
}

/// Along the shorter way round.
std::optional<double> phase_between(std::optional<double> a, std::optional<double> b, double t) {
    if (!a || !b) return std::nullopt;
    return *a + t * std::remainder(*b - *a, 360.0);
}

bool usable(const Point& p) { return p.value && p.state == State::exact; }

/// The prediction at `at`; nullopt outside its range.
std::optional<Expected> predicted_at(const Predicted& predicted, std::optional<double> at,
                                     std::size_t index) {
    const auto& points = predicted.reading.points;
    const auto take = [&](std::size_t i) -> std::optional<Expected> {
        if (!usable(points[i])) return std::nullopt;
        return predicted.at(i);
    };
    if (!at) return index < points.size() && !points[index].at ? take(index) : std::nullopt;
    const auto above = std::find_if(points.begin(), points.end(),
                                    [&](const Point& p) { return p.at && *p.at >= *at * (1.0 - 1e-9); });
    if (above == points.end()) return std::nullopt;
    const auto j = static_cast<std::size_t>(above - points.begin());
    if (std::abs(*above->at - *at) <= 1e-9 * std::abs(*at)) return take(j);
    if (j == 0 || !points[j - 1].at || *points[j - 1].at <= 0.0) return std::nullopt;
    const auto a = take(j - 1), b = take(j);
    if (!a || !b) return std::nullopt;
    const double t = std::log(*at / *a->point.at) / std::log(*b->point.at / *a->point.at);
    Expected out{a->point, *between(a->low, b->low, t), *between(a->high, b->high, t),
                 *between(a->lowest, b->lowest, t), *between(a->highest, b->highest, t)};
    out.point.at = at;
    out.point.value = between(a->point.value, b->point.value, t);
    out.point.u = between(a->point.u, b->point.u, t);
    out.point.phase_deg = phase_between(a->point.phase_deg, b->point.phase_deg, t);
    return out;
}

/// How far both edges stand from the prediction on the side of `measured`.
struct Edges {
    double inner = 0.0, outer = 0.0;

    Edges(const Expected& expected, double measured) {
        const double nominal = *expected.point.value;
        const bool above = measured > nominal;
        const double half = expected.high > expected.low ? 0.5 * (expected.high - expected.low)
                                                         : band_in_u * expected.point.u.value_or(0.0);
        inner = std::max(half, above ? expected.high - nominal : nominal - expected.low);
        outer = std::max(inner * outer_in_u / band_in_u,
                         above ? expected.highest - nominal : nominal - expected.lowest);
    }

    /// The distance of that score.
    double at(double score) const {
        return inner + (outer - inner) * (score - band_in_u) / (outer_in_u - band_in_u);
    }

    /// Standard uncertainty of a prediction that is missed by `distance`.
    double u(double distance) const {
        if (distance <= inner || !(outer > inner)) return inner / band_in_u;
        return distance / (band_in_u + (outer_in_u - band_in_u) * (distance - inner) / (outer - inner));
    }
};

/// Whether one point speaks against the model; nullopt: it cannot tell.
std::optional<bool> violates(const Point& measured, const Expected& expected, std::optional<double> z) {
    if (measured.state == State::exact) {
        if (!z) return std::nullopt;
        return std::abs(*z) > violated_from_u;
    }
    if (!measured.value || measured.state == State::not_measured) return std::nullopt;
    const double over = *measured.value - *expected.point.value;
    const double margin = Edges(expected, *measured.value).at(violated_from_u);
    return measured.state == State::at_most ? over < -margin : over > margin;
}

struct Tally {
    int exact = 0, inside = 0, tested = 0, violating = 0, with_z = 0;
    double z_squared = 0.0;
};

void judge_points(const Tally& tally, Beside& out) {
    if (tally.exact > 0) out.inside = static_cast<double>(tally.inside) / tally.exact;
    if (tally.tested == 0) {
        out.state = "not testable";
        return;
    }
    const bool too_many = tally.violating > allowed_share * tally.tested;
    const bool too_far =
        tally.with_z > 0 && tally.z_squared / tally.with_z > violated_from_u * violated_from_u;
    out.state = too_many || too_far ? "model violated" : "model holds";
}

}  // namespace

Beside beside(const std::string& arm, const Reading& measured, const Reading& predicted,
              std::span<const double> low, std::span<const double> high, const Band& three_sigma) {
    assert(low.size() == predicted.points.size() && high.size() == predicted.points.size());
    Beside out;
    out.arm = arm;
    out.measured = measured;
    out.predicted = predicted;
    out.measured.points.clear();
    out.predicted.points.clear();
    out.predicted.curve = measured.curve;
    out.predicted.axis = measured.axis;
    Tally tally;
    for (std::size_t i = 0; i < measured.points.size(); ++i) {
        const Point& point = measured.points[i];
        const auto expected = predicted_at({predicted, low, high, three_sigma}, point.at, i);
        if (!expected) continue;
        out.measured.points.push_back(point);
        out.predicted.points.push_back(expected->point);
        out.low.push_back(expected->low);
        out.high.push_back(expected->high);
        std::optional<double> z;
        if (point.state == State::exact && point.value) {
            ++tally.exact;
            if (*point.value >= expected->low && *point.value <= expected->high) ++tally.inside;
            const double off = *point.value - *expected->point.value;
            const double u =
                std::hypot(point.u.value_or(0.0), Edges(*expected, *point.value).u(std::abs(off)));
            if (point.u && u > 0.0) z = off / u;
        }
        if (z) {
            ++tally.with_z;
            tally.z_squared += *z * *z;
        }
        if (const auto bad = violates(point, *expected, z)) {
            ++tally.tested;
            if (*bad) ++tally.violating;
        }
        out.z.push_back(z);
    }
    judge_points(tally, out);
    return out;
}

}  // namespace fourpole
