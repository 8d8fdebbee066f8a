// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/analysis/leak_causes.hpp"

#include "rig/analysis/normal_equations.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

namespace fourpole {

namespace {

using Complex = std::complex<double>;
constexpr Complex j(0.0, 1.0);
constexpr double unit_hz = 1000.0;
constexpr double near_from_hz = 500.0, near_to_hz = 2000.0;
constexpr std::size_t least_points = 8;
constexpr int most_steps = 60;
constexpr int last_steps = 6;
constexpr int misfit_rounds = 4;
constexpr double independent_misfits = 2.0;  ///< a resonance bends half of a curve as one
constexpr double far_off = 1.5;  ///< times the degrees of freedom: not by chance from eight points on

enum Parameter { flat, rising, inductance, corner, count };
using Parameters = std::array<double, count>;
/// Standard deviations that T and wc have before anything is known, in units of 1 kHz; 0: free.
constexpr Parameters prior{0.0, 0.0, 0.2, 0.1};

Complex loop(const Parameters& p, double x) { return 1.0 / (1.0 + j * (x * p[inductance] - p[corner] / x)); }

Complex leak_of(const Parameters& p, double x) { return p[flat] * loop(p, x) + j * x * p[rising]; }

std::array<Complex, count> slopes(const Parameters& p, double x) {
    const Complex g = loop(p, x);
    return {g, j * x, -p[flat] * g * g * j * x, p[flat] * g * g * j / x};
}

/// The points with weights of each component of their errors.
class Fit {
public:
    explicit Fit(std::span<const LeakPoint> points) : points_(points) {
        double surest = 0.0;
        for (const LeakPoint& p : points)
            if (p.noise > 0.0 && (surest == 0.0 || p.noise < surest)) surest = p.noise;
        noisy_ = surest > 0.0;
        for (const LeakPoint& p : points) {
            const double noise = !noisy_ ? std::numbers::sqrt2 : p.noise > 0.0 ? p.noise : surest;
            weight_.push_back(2.0 / (noise * noise));
            power_ += std::norm(p.leak);
        }
    }

    double misfit(const Parameters& p) const {
        double sum = 0.0;
        for (std::size_t i = 0; i < points_.size(); ++i)
            sum += weight_[i] * std::norm(points_[i].leak - leak_of(p, points_[i].hz / unit_hz));
        return sum;
    }
    double cost(const Parameters& p) const {
        double sum = misfit(p);
        for (std::size_t k = 0; k < count; ++k) sum += stiffness(k) * p[k] * p[k];
        return sum;
    }

    /// The next step from `p` over the parameters that `moves` names; 0 where they cannot be told apart.
    Parameters step(const Parameters& p, std::vector<std::size_t> moves) const {
        std::array<double, count * count> gram{};
        Parameters b{};
        for (std::size_t i = 0; i < points_.size(); ++i) {
            const double x = points_[i].hz / unit_hz;
            const auto slope = slopes(p, x);
            const Complex rest = points_[i].leak - leak_of(p, x);
            for (std::size_t k = 0; k < count; ++k) {
                b[k] += weight_[i] * (std::conj(slope[k]) * rest).real();
                for (std::size_t m = 0; m < count; ++m)
                    gram[k * count + m] += weight_[i] * (std::conj(slope[k]) * slope[m]).real();
            }
        }
        for (std::size_t k = 0; k < count; ++k) {
            gram[k * count + k] += stiffness(k);
            b[k] -= stiffness(k) * p[k];
        }
        // A loop without inductance or capacitor has not less than none.
        std::erase_if(moves, [&](std::size_t k) { return k >= inductance && p[k] <= 0.0 && b[k] <= 0.0; });
        std::vector<double> some_gram, some_b;
        for (const std::size_t k : moves) {
            some_b.push_back(b[k]);
            for (const std::size_t m : moves) some_gram.push_back(gram[k * count + m]);
        }
        Parameters out{};
        if (const auto solved = solve_normal(some_gram, some_b))
            for (std::size_t i = 0; i < moves.size(); ++i) out[moves[i]] = solved->x[i];
        return out;
    }

    /// u of a parameter if all others were known: it has no less.
    double least_u(const Parameters& p, std::size_t k) const {
        double sum = stiffness(k);
        for (std::size_t i = 0; i < points_.size(); ++i)
            sum += weight_[i] * std::norm(slopes(p, points_[i].hz / unit_hz)[k]);
        return 1.0 / std::sqrt(sum);
    }

    bool noisy() const { return noisy_; }

private:
    /// Without noise the priors must not pull: they only keep the matrix from being singular.
    double stiffness(std::size_t k) const {
        return prior[k] > 0.0 ? (noisy_ ? 1.0 : 1e-10 * power_) / (prior[k] * prior[k]) : 0.0;
    }

    std::span<const LeakPoint> points_;
    std::vector<double> weight_;
    double power_ = 0.0;
    bool noisy_ = false;
};

/// The best of some loops, the flat and the rising part by plain least squares in each.
Parameters start_of(const Fit& fit) {
    Parameters best{};
    double least = std::numeric_limits<double>::infinity();
    for (const double t : {0.0, 0.02, 0.1, 0.4})
        for (const double c : {0.0, 0.02, 0.1, 0.4}) {
            Parameters p{0.0, 0.0, t, c};
            const Parameters linear = fit.step(p, {flat, rising});
            p[flat] = linear[flat], p[rising] = linear[rising];
            if (const double cost = fit.cost(p); cost < least) least = cost, best = p;
        }
    return best;
}

/// Gauss and Newton with halved steps over `moves`; the cost that is left.
Parameters moved(const Parameters& p, const Parameters& step, double share) {
    Parameters out = p;
    for (std::size_t k = 0; k < count; ++k) out[k] += share * step[k];
    out[inductance] = std::max(0.0, out[inductance]);
    out[corner] = std::max(0.0, out[corner]);
    return out;
}

double refine(const Fit& fit, Parameters& p, const std::vector<std::size_t>& moves) {
    double cost = fit.cost(p);
    for (int n = 0; n < most_steps; ++n) {
        const Parameters step = fit.step(p, moves);
        const double before = cost;
        double share = 1.0;
        for (int halvings = 0; halvings < 20 && !(cost < before); ++halvings, share *= 0.5) {
            const Parameters next = moved(p, step, share);
            if (const double there = fit.cost(next); there < cost) cost = there, p = next;
        }
        if (!(before - cost > 1e-12 * before)) break;
    }
    // The cost is flat at its bottom: it tells a place to 1e-6 of u only, the steps themselves to rounding.
    for (int n = 0; n < last_steps; ++n) {
        const Parameters next = moved(p, fit.step(p, moves), 1.0);
        const double there = fit.cost(next);
        if (!(there <= cost * (1.0 + 1e-9))) break;
        cost = there, p = next;
    }
    return cost;
}

/// Half of the way between the two values of one parameter at which the cost, least over all others, has
/// grown by 1. At the loop's edge (no inductance) the cost is no parabola, and its curvature would tell
/// nothing.
double half_width(const Fit& fit, const Parameters& best, double cost, Parameter of) {
    std::vector<std::size_t> others;
    for (std::size_t k = 0; k < count; ++k)
        if (k != of) others.push_back(k);
    double sum = 0.0;
    for (const double way : {1.0, -1.0}) {
        const auto grown = [&](double by) {
            Parameters p = best;
            p[of] += way * by;
            return refine(fit, p, others) - cost;
        };
        double inner = 0.0, outer = fit.least_u(best, of), at_inner = 0.0, at_outer = grown(outer);
        for (int n = 0; n < 60 && at_outer < 1.0; ++n) {
            inner = outer, at_inner = at_outer;
            outer *= 2.0, at_outer = grown(outer);
        }
        for (int n = 0; n < 12; ++n) {
            const double middle = 0.5 * (inner + outer), there = grown(middle);
            (there < 1.0 ? inner : outer) = middle, (there < 1.0 ? at_inner : at_outer) = there;
        }
        // Between the two, so that no rounding decides by half of what is left.
        const double share = at_outer > at_inner ? (1.0 - at_inner) / (at_outer - at_inner) : 0.5;
        sum += inner + std::clamp(share, 0.0, 1.0) * (outer - inner);
    }
    return 0.5 * sum;
}

void say_what_is_unexplained(std::span<const LeakPoint> points, const Parameters& p, LeakCauses& out) {
    double power = 0.0, variance = 0.0;
    int n = 0;
    for (const LeakPoint& one : points) {
        if (one.hz < near_from_hz || one.hz > near_to_hz) continue;
        const double noise = one.noise * one.noise;
        power += std::norm(one.leak - leak_of(p, one.hz / unit_hz)) - noise;
        variance += noise * noise;
        ++n;
    }
    if (n == 0) return;
    out.unexplained_power = power / n;
    out.u_unexplained_power = std::sqrt(variance) / n;
}

/// Mean square of the misfit beyond the points' own noise.
double excess_power(std::span<const LeakPoint> points, const Parameters& p) {
    double sum = 0.0;
    for (const LeakPoint& one : points)
        sum += std::norm(one.leak - leak_of(p, one.hz / unit_hz)) - one.noise * one.noise;
    return std::max(0.0, sum / static_cast<double>(points.size()));
}

/// By the points of one band.
LeakCauses causes_in(std::span<const LeakPoint> points) {
    // What the form does not hold is an error of every point alike: weighed as that, it neither lets the
    // surest points rule nor passes for knowledge.
    std::vector<LeakPoint> weighed(points.begin(), points.end());
    Parameters p{};
    double cost = 0.0, wider = 1.0;
    LeakCauses out;
    out.degrees_of_freedom = 2 * static_cast<int>(points.size()) - static_cast<int>(count);
    for (int n = 0; n < misfit_rounds; ++n) {
        const Fit fit(weighed);
        p = start_of(fit);
        cost = refine(fit, p, {flat, rising, inductance, corner});
        if (n == 0 && fit.noisy()) out.chi_square = fit.misfit(p);
        if (!fit.noisy() || fit.misfit(p) <= far_off * out.degrees_of_freedom) break;
        const double excess = excess_power(points, p);
        wider = std::sqrt(std::max(1.0, static_cast<double>(points.size()) / independent_misfits));
        for (std::size_t i = 0; i < weighed.size(); ++i)
            weighed[i].noise = std::sqrt(points[i].noise * points[i].noise + excess);
    }
    out.flat = p[flat], out.rising = p[rising];
    out.inductance_s = p[inductance] / (2.0 * std::numbers::pi * unit_hz);
    out.corner_hz = p[corner] * unit_hz;
    say_what_is_unexplained(points, p, out);
    const Fit fit(weighed);
    if (!fit.noisy()) return out;
    out.u_flat = wider * half_width(fit, p, cost, flat);
    out.u_rising = wider * half_width(fit, p, cost, rising);
    return out;
}

bool told_by(std::span<const LeakPoint> points) {
    return points.size() >= least_points && points.front().hz > 0.0 &&
           points.back().hz >= 2.0 * points.front().hz;
}

}  // namespace

std::optional<LeakCauses> leak_causes(std::span<const LeakPoint> points) {
    std::vector<LeakPoint> sorted(points.begin(), points.end());
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const LeakPoint& a, const LeakPoint& b) { return a.hz < b.hz; });
    if (!told_by(sorted)) return std::nullopt;
    LeakCauses best = causes_in(sorted);
    if (best.chi_square <= far_off * best.degrees_of_freedom) return best;
    // What is not of the form lies at the ends: a driver's resonance below, its lossy inductance above.
    for (const double least_hz : {0.0, 200.0, 500.0})
        for (const double most_hz : {20e3, 10e3, 5e3, 2.5e3}) {
            std::vector<LeakPoint> inner;
            for (const LeakPoint& p : sorted)
                if (p.hz >= least_hz && p.hz <= most_hz) inner.push_back(p);
            if (!told_by(inner)) continue;
            if (const LeakCauses there = causes_in(inner); there.u_flat < best.u_flat) best = there;
        }
    return best;
}

}  // namespace fourpole
