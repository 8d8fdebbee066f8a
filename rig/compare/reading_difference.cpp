// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/compare/reading_difference.hpp"

#include "rig/units.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace fourpole {
namespace {

constexpr double two_sided = 1.959963984540054, one_sided = 1.6448536269514722;  // 95 % of a normal
constexpr double same_place = 1e-9;
constexpr double widest_octaves = 1.0 / 3.0;  // from the first to the last of four neighbours

std::optional<double> number(const Reading& r, const char* key) {
    const Detail* detail = r.detail(key);
    const auto* value = detail ? std::get_if<double>(detail) : nullptr;
    return value ? std::optional(*value) : std::nullopt;
}

std::string words(const Reading& r) {
    const Detail* detail = r.detail("outcome");
    const auto* text = detail ? std::get_if<std::string>(detail) : nullptr;
    return text ? *text : "";
}

bool usable(const Point& p) { return p.value && p.state != State::not_measured; }

double turned_into_half_circle(double degrees) { return std::remainder(degrees, 360.0); }

/// +1: the true value lies above, -1: below.
int bound(State s) { return s == State::at_least ? 1 : s == State::at_most ? -1 : 0; }

/// A curve's points by place, and what lies between them.
class Curve {
public:
    explicit Curve(const Reading& r) : logarithmic_(r.axis == "frequency_hz") {
        for (const Point& p : r.points)
            if (p.at && (!logarithmic_ || *p.at > 0.0)) points_.push_back(p);
        std::stable_sort(points_.begin(), points_.end(),
                         [](const Point& x, const Point& y) { return *x.at < *y.at; });
    }

    const Point* at(double place) const {
        for (const Point& p : points_)
            if (std::abs(*p.at - place) <= same_place * std::abs(place)) return &p;
        return nullptr;
    }

    std::optional<Point> between(double hz) const {
        const auto above =
            std::find_if(points_.begin(), points_.end(), [&](const Point& p) { return *p.at > hz; });
        const auto i = above - points_.begin();
        if (!logarithmic_ || i < 2 || i + 2 > static_cast<std::ptrdiff_t>(points_.size()))
            return std::nullopt;
        const Point* four = points_.data() + (i - 2);
        if (std::log2(*four[3].at / *four[0].at) > widest_octaves ||
            std::any_of(four, four + 4, [](const Point& p) { return p.state != State::exact || !p.value; }))
            return std::nullopt;
        return straight(four, hz);
    }

private:
    static Point straight(const Point* four, double hz) {
        std::array<double, 4> x{};
        for (std::size_t k = 0; k < 4; ++k) x[k] = std::log(*four[k].at / hz);
        double cubic = 0.0;
        for (std::size_t k = 0; k < 4; ++k) {
            double weight = 1.0;
            for (std::size_t m = 0; m < 4; ++m)
                if (m != k) weight *= x[m] / (x[m] - x[k]);
            cubic += weight * *four[k].value;
        }
        const double share = -x[1] / (x[2] - x[1]);
        Point out{.at = hz};
        out.value = *four[1].value + share * (*four[2].value - *four[1].value);
        if (four[1].phase_deg && four[2].phase_deg)
            out.phase_deg = turned_into_half_circle(
                *four[1].phase_deg +
                share * turned_into_half_circle(*four[2].phase_deg - *four[1].phase_deg));
        if (four[1].u && four[2].u) out.u = std::hypot(std::max(*four[1].u, *four[2].u), cubic - *out.value);
        return out;
    }

    bool logarithmic_;
    std::vector<Point> points_;
};

/// b - a where one of them, or both, are bounds.
void bounded(PointDifference& d) {
    const int from_a = -bound(d.a.state), from_b = bound(d.b.state);
    if (from_a * from_b < 0) {  // each leaves the other free
        d.difference = {.at = d.difference.at, .state = State::not_measured};
        return;
    }
    d.difference.state = from_a + from_b > 0 ? State::at_least : State::at_most;
    d.difference.phase_deg.reset();
    // A bound holds as it stands; an exact neighbour has its own 95 %.
    const Point* exact = from_a == 0 ? &d.a : from_b == 0 ? &d.b : nullptr;
    if (exact) d.difference.u = exact->u;
    if (exact && !exact->u) return;
    const double room = exact ? one_sided * *exact->u : 0.0;
    if (d.difference.state == State::at_least)
        d.low = *d.difference.value - room;
    else
        d.high = *d.difference.value + room;
}

PointDifference difference_at(const Point& a, const Point& b, std::optional<double> at, double covariance) {
    PointDifference d{.a = a, .b = b, .difference = {.at = at}, .low = {}, .high = {}, .z = {}};
    if (!usable(a) || !usable(b)) {
        d.difference.state = State::not_measured;
        return d;
    }
    d.difference.value = *b.value - *a.value;
    if (a.phase_deg && b.phase_deg)
        d.difference.phase_deg = turned_into_half_circle(*b.phase_deg - *a.phase_deg);
    if (a.state != State::exact || b.state != State::exact) {
        bounded(d);
        return d;
    }
    if (!a.u || !b.u) return d;
    const double variance = *a.u * *a.u + *b.u * *b.u - 2.0 * covariance;
    const double u = std::sqrt(std::max(0.0, variance));
    d.difference.u = u;
    d.low = *d.difference.value - two_sided * u;
    d.high = *d.difference.value + two_sided * u;
    if (u > 0.0) d.z = *d.difference.value / u;
    return d;
}

void add_points(const Reading& a, const Reading& b, double covariance, ReadingDifference& out) {
    if (!a.curve && !b.curve) {
        if (a.points.empty() || b.points.empty()) return;
        out.points.push_back(difference_at(a.scalar(), b.scalar(), a.scalar().at, covariance));
        return;
    }
    const bool a_leads = a.points.size() <= b.points.size();
    const Reading &leads = a_leads ? a : b, &follows = a_leads ? b : a;
    const Curve other(follows);
    for (const Point& p : leads.points) {
        if (!p.at) continue;
        const Point* there = other.at(*p.at);
        const auto between = there ? std::nullopt : other.between(*p.at);
        if (!there && !between) {
            ++out.not_compared;
            continue;
        }
        const Point& q = there ? *there : *between;
        out.points.push_back(difference_at(a_leads ? p : q, a_leads ? q : p, p.at, covariance));
        out.points.back().interpolated = !there;
    }
}

}  // namespace

const PointDifference* ReadingDifference::farthest() const {
    const PointDifference* out = nullptr;
    for (const PointDifference& d : points)
        if (d.z && (!out || std::abs(*d.z) > std::abs(*out->z))) out = &d;
    return out;
}

ReadingDifference difference_of(const ReadingPair& pair, bool same_calibration) {
    ReadingDifference out{.a = pair.a,
                          .b = pair.b,
                          .points = {},
                          .u_common = {},
                          .words_a = words(pair.a),
                          .words_b = words(pair.b),
                          .notes = pair.notes};
    if (pair.a.name == "wiring") return out;
    double covariance = 0.0;
    const auto of_a = number(pair.a, "calibration_u"), of_b = number(pair.b, "calibration_u");
    if (of_a && of_b) {
        if (same_calibration) covariance = *of_a * *of_b;
        out.u_common = std::sqrt(*of_a * *of_a + *of_b * *of_b - 2.0 * covariance);
    }
    add_points(pair.a, pair.b, covariance, out);
    return out;
}

}  // namespace fourpole
