// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/align/phase_course.hpp"

#include "rig/align/closed_form_fit.hpp"

#include <Eigen/Dense>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

namespace fourpole {

namespace {

using Index = std::ptrdiff_t;

constexpr double pi = std::numbers::pi;

constexpr Index least_window = 48, most_windows = 16;
// A window is a period, or 48 samples; a side reaches over a natural octave.
constexpr double reach = 1.0;
// Below, what the windows leave over is rounding and the device's own.
constexpr double least_u_phase = 1e-5;
// What the windows leave over beyond their noise is the device's, and neighbours are alike in it.
constexpr double alike = 4.0;
constexpr int most_bends = 5, bends_for_periods = 2;
constexpr int most_periods = 4;       ///< that the start may be off by
constexpr double clearly = 3.0;       ///< what a whole period more must leave over, re the best
constexpr double near_enough = 0.01;  ///< samples
constexpr int most_passes = 6;

/// One window.
struct Point {
    double hz = 0.0, phase = 0.0, u = 0.0;
};

/// Windows from the break outwards (`step` -1: those in front of it), their phases unwrapped.
std::vector<Point> course(const EventStretch& s, const Clock& clock, Index from, Index to, int step) {
    const auto hz_at = [&](Index n) { return frequency_at(*s.event, clock.u_at(static_cast<double>(n))); };
    std::vector<Point> out;
    const Index at = step > 0 ? from : to;
    const double near_hz = std::max(1.0, hz_at(at));
    // Where a natural octave away from the break is: windows are spread evenly up to there.
    Index room = to - from;
    while (room > least_window &&
           std::abs(std::log(std::max(1.0, hz_at(at + step * room)) / near_hz)) > reach)
        room = room * 7 / 8;
    Index done = 0;
    while (static_cast<Index>(out.size()) < most_windows) {
        const double hz = std::max(1.0, hz_at(at + step * done));
        const Index window = std::max<Index>(least_window, std::lround(clock.rate_hz / hz));
        if (done + window > room) break;
        const Index a = step > 0 ? at + done : at - done - window;
        if (hz_at(a) <= 0.0 || hz_at(a + window) <= 0.0) break;  // the event has not begun, or has ended
        const Fit f = fit(s, clock, a, a + window);
        const double noise = f.u_phase() / std::sqrt(static_cast<double>(window));
        out.push_back({hz_at(a + window / 2), f.phase, std::hypot(noise, least_u_phase)});
        done += std::max(window, room / most_windows);
    }
    for (std::size_t i = 1; i < out.size(); ++i) {
        const double slope =
            i > 1 ? (out[i - 1].phase - out[i - 2].phase) / (out[i - 1].hz - out[i - 2].hz) : 0.0;
        const double expected = out[i - 1].phase + slope * (out[i].hz - out[i - 1].hz);
        out[i].phase = expected + std::remainder(out[i].phase - expected, 2.0 * pi);
    }
    return out;
}

/// Both sides of a break as one system: columns 1, the step, f, ln f, (ln f)^2 ...
struct System {
    Eigen::MatrixXd columns;
    Eigen::VectorXd phase, turn;  ///< turn: 2 pi behind the break
};

System system_of(const std::vector<Point>& early, const std::vector<Point>& late, double rate_hz) {
    const auto rows = static_cast<Index>(early.size() + late.size());
    const double hz0 = late.front().hz;
    System out{Eigen::MatrixXd(rows, 3 + most_bends), Eigen::VectorXd(rows), Eigen::VectorXd(rows)};
    for (Index i = 0; i < rows; ++i) {
        const auto k = static_cast<std::size_t>(i);
        const bool behind = k >= early.size();
        const Point& p = behind ? late[k - early.size()] : early[k];
        const double weight = 1.0 / p.u;
        out.columns(i, 0) = weight;
        out.columns(i, 1) = behind ? -weight * 2.0 * pi * p.hz / rate_hz : 0.0;
        out.columns(i, 2) = weight * p.hz / hz0;
        const double x = std::log(p.hz / hz0);
        const double bends[most_bends] = {x, std::exp(-x), x * x, x * x * x, std::exp(-2.0 * x)};
        for (int j = 0; j < most_bends; ++j) out.columns(i, 3 + j) = weight * bends[j];
        out.phase(i) = weight * p.phase;
        out.turn(i) = behind ? weight * 2.0 * pi : 0.0;
    }
    return out;
}

/// The step by a course of `bends` bends of ln f, so many whole periods away.
struct Solved {
    double samples = 0.0, u = 0.0;
    double left_over = std::numeric_limits<double>::infinity();  ///< mean square, re the windows' noise
};

Solved solve(const System& system, int bends, int periods) {
    const Index rows = system.columns.rows(), width = 3 + bends;
    if (rows <= width) return {};
    const Eigen::MatrixXd a = system.columns.leftCols(width);
    const Eigen::VectorXd b = system.phase + static_cast<double>(periods) * system.turn;
    const Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr(a);
    const Eigen::VectorXd x = qr.solve(b);
    // The variance of one unknown: the squared length of the row of the pseudo-inverse that gives it.
    const Eigen::VectorXd row = qr.solve(Eigen::MatrixXd::Identity(rows, rows)).row(1).transpose();
    Solved out;
    out.samples = x(1);
    out.left_over = (b - a * x).squaredNorm() / static_cast<double>(rows - width);
    out.u = row.norm() * std::sqrt(1.0 + alike * std::max(0.0, out.left_over - 1.0));
    return out;
}

/// With as many bends as are least in doubt: one more changes the step least beside its own noise.
Solved least_in_doubt(const System& system, int periods) {
    Solved best, last = solve(system, 0, periods);
    best.u = std::numeric_limits<double>::infinity();
    for (int bends = 1; bends <= most_bends; ++bends) {
        const Solved next = solve(system, bends, periods);
        if (!std::isfinite(next.left_over)) break;
        // What one power more takes away is what one power less had left out.
        Solved these = next;
        these.u = std::hypot(next.u, 0.5 * (next.samples - last.samples));
        if (these.u < best.u) best = these;
        last = next;
    }
    if (!std::isfinite(best.u)) {
        best = last;
        if (!std::isfinite(best.left_over)) best.u = std::numeric_limits<double>::infinity();
    }
    return best;
}

}  // namespace

std::optional<StepOfPhase> step_of_phase(const EventStretch& s, const Clock& early, const Clock& late,
                                         Index from, Index at, Index behind, Index to) {
    const auto before = course(s, early, from, at, -1);
    if (before.empty()) return std::nullopt;
    StepOfPhase out{late.start - early.start, 0.0, {}};
    for (int pass = 0; pass < most_passes; ++pass) {
        const auto after = course(s, later(early, out.samples), behind, to, 1);
        if (after.empty()) return std::nullopt;
        const System system = system_of(before, after, early.rate_hz);
        const double period = early.rate_hz / after.front().hz;
        // As the start has it, unless another number of periods fits clearly better.
        Solved best = solve(system, bends_for_periods, 0);
        int best_periods = 0;
        double next = std::numeric_limits<double>::infinity();
        for (int periods = -most_periods; periods <= most_periods; ++periods) {
            const Solved one = solve(system, bends_for_periods, periods);
            if (one.left_over * clearly * clearly < best.left_over) {
                next = std::min(next, best.left_over);
                best = one, best_periods = periods;
            } else if (periods != best_periods) {
                next = std::min(next, one.left_over);
            }
        }
        const Solved step = least_in_doubt(system, best_periods);
        if (!std::isfinite(step.u)) return std::nullopt;
        out.samples += step.samples;
        out.u = step.u;
        out.modulo.reset();
        if (!(next > clearly * clearly * std::max(1.0, best.left_over))) out.modulo = period;
        if (std::abs(step.samples) < near_enough) break;
    }
    return out;
}

}  // namespace fourpole
