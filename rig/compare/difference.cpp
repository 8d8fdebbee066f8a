// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/compare/difference.hpp"

#include "rig/compare/student_t.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstddef>

namespace fourpole {
namespace {

/// What one reading or one take brings to an arm's figure.
struct Mean {
    double value = 0.0, u = 0.0;
    bool at_most = false, at_least = false;
    double bounds = 0.0;  ///< share of the points
};

std::vector<Point> points_in_band(const Reading& reading, std::optional<double> from,
                                  std::optional<double> to) {
    std::vector<Point> out;
    for (const Point& p : reading.points) {
        if (!p.value || p.state == State::not_measured) continue;
        // A point without a place is no part of any band.
        if ((from || to) && !p.at) continue;
        if ((from && *p.at < *from * (1.0 - 1e-9)) || (to && *p.at > *to * (1.0 + 1e-9))) continue;
        out.push_back(p);
    }
    return out;
}

/// Trapezium weights over ln f; equal ones where there is no such axis.
std::vector<double> weights(const std::vector<Point>& points) {
    const std::size_t n = points.size();
    std::vector<double> out(n, 0.0);
    const bool logarithmic = n > 1 && std::all_of(points.begin(), points.end(),
                                                  [](const Point& p) { return p.at && *p.at > 0.0; });
    for (std::size_t i = 0; logarithmic && i + 1 < n; ++i) {
        const double half = 0.5 * std::abs(std::log(*points[i + 1].at / *points[i].at));
        out[i] += half;
        out[i + 1] += half;
    }
    double sum = 0.0;
    for (const double w : out) sum += w;
    for (double& w : out) w = sum > 0.0 ? w / sum : 1.0 / static_cast<double>(n);
    return out;
}

std::optional<Mean> mean_of(const Reading& reading, std::optional<double> from, std::optional<double> to) {
    const auto points = points_in_band(reading, from, to);
    if (points.empty()) return std::nullopt;
    const auto w = weights(points);
    double largest_u = 0.0;
    for (const Point& p : points) largest_u = std::max(largest_u, p.u.value_or(0.0));
    Mean out;
    for (std::size_t i = 0; i < points.size(); ++i) {
        out.value += w[i] * *points[i].value;
        out.u += w[i] * points[i].u.value_or(largest_u);
        out.at_most |= points[i].state == State::at_most;
        out.at_least |= points[i].state == State::at_least;
        if (points[i].state != State::exact) out.bounds += 1.0 / static_cast<double>(points.size());
    }
    if (const Detail* detail = reading.detail("systematic_u"))
        if (const double* fixed = std::get_if<double>(detail)) out.u = std::min(out.u, *fixed);
    return out;
}

Mean mean_of(const std::vector<Mean>& all) {
    Mean out;
    for (const Mean& m : all) {
        out.value += m.value / static_cast<double>(all.size());
        out.u += m.u / static_cast<double>(all.size());
        out.at_most |= m.at_most;
        out.at_least |= m.at_least;
        out.bounds += m.bounds / static_cast<double>(all.size());
    }
    return out;
}

std::vector<Mean> means_of(const Readings& take, const std::string& name, std::optional<double> from,
                           std::optional<double> to) {
    std::vector<Mean> curves, scalars;
    for (const Reading& r : take) {
        if (r.name != name) continue;
        if (const auto mean = mean_of(r, from, to)) (r.curve ? curves : scalars).push_back(*mean);
    }
    return curves.empty() ? scalars : curves;
}

double squared(double x) { return x * x; }

/// The part of u that the scatter over the takes does not explain, squared.
double type_b(const ArmFigure& f) {
    if (f.takes < 2) return squared(f.u);
    return std::max(0.0, squared(f.u) - squared(f.scatter) / f.takes);
}

double effective_dof(double u_squared, double scatter_a, int n_a, double scatter_b, int n_b) {
    double sum = 0.0;
    if (n_a > 1) sum += squared(squared(scatter_a) / n_a) / (n_a - 1);
    if (n_b > 1) sum += squared(squared(scatter_b) / n_b) / (n_b - 1);
    if (sum <= 0.0 || squared(u_squared) / sum > most_degrees_of_freedom) return most_degrees_of_freedom;
    return squared(u_squared) / sum;
}

/// Which way a bound in one arm bounds a - b: +1 at least, -1 at most, 0 not at all.
int direction(State s) { return s == State::at_least ? 1 : s == State::at_most ? -1 : 0; }

State state_of_difference(const ArmFigure& a, const ArmFigure& b) {
    if (!a.value || !b.value || a.state == State::not_measured || b.state == State::not_measured)
        return State::not_measured;
    const int from_a = direction(a.state), from_b = -direction(b.state);
    if (from_a * from_b < 0) return State::not_measured;
    const int sum = from_a + from_b;
    return sum > 0 ? State::at_least : sum < 0 ? State::at_most : State::exact;
}

}  // namespace

ArmFigure band_mean(const std::vector<Readings>& takes, const std::string& reading,
                    std::optional<double> from_hz, std::optional<double> to_hz) {
    ArmFigure out;
    for (const Readings& take : takes)
        for (const Reading& r : take)
            if (r.name == reading && out.unit.empty()) out.unit = r.unit;
    std::vector<Mean> per_take;
    for (const Readings& take : takes) {
        const auto means = means_of(take, reading, from_hz, to_hz);
        if (means.empty()) return out;
        per_take.push_back(mean_of(means));
    }
    if (per_take.empty()) return out;
    const Mean all = mean_of(per_take);
    if (all.at_most && all.at_least) return out;
    out.value = all.value;
    out.takes = static_cast<int>(per_take.size());
    out.bounds = all.bounds;
    out.state = all.at_most ? State::at_most : all.at_least ? State::at_least : State::exact;
    if (out.takes > 1) {
        double squares = 0.0;
        for (const Mean& m : per_take) squares += squared(m.value - all.value);
        out.scatter = std::sqrt(squares / (out.takes - 1));
    }
    out.u = std::sqrt(squared(out.scatter) / out.takes + squared(all.u));
    return out;
}

Difference difference(const ArmFigure& a, const ArmFigure& b, double confidence) {
    assert(confidence > 0.0 && confidence < 1.0);
    Difference out;
    out.a = a;
    out.b = b;
    out.confidence = confidence;
    out.state = state_of_difference(a, b);
    if (out.state == State::not_measured) return out;
    out.value = *a.value - *b.value;
    const double u_squared = squared(a.u) + squared(b.u);
    out.u = std::sqrt(u_squared);
    out.degrees_of_freedom = effective_dof(u_squared, a.scatter, a.takes, b.scatter, b.takes);
    const double half = student_t_quantile(0.5 + confidence / 2.0, out.degrees_of_freedom) * out.u;
    out.low = *out.value - half;
    out.high = *out.value + half;
    return out;
}

double half_width_with(const Difference& seen, int n) {
    const double scatter = (squared(seen.a.scatter) + squared(seen.b.scatter)) / n;
    const double u_squared = scatter + type_b(seen.a) + type_b(seen.b);
    const double dof = effective_dof(u_squared, seen.a.scatter, n, seen.b.scatter, n);
    return student_t_quantile(0.5 + seen.confidence / 2.0, dof) * std::sqrt(u_squared);
}

}  // namespace fourpole
