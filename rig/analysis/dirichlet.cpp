// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/analysis/dirichlet.hpp"

#include <cmath>
#include <numbers>

namespace fourpole {

namespace {

constexpr double pi = std::numbers::pi;
/// N w / 2 below which the quotients cancel, and the first terms of the series are better.
constexpr double flat = 0.02;

/// Whole turns apart every sample counts 1, with the sign of the half-integer places.
double sign_of_turns(double w, double n) {
    return std::fmod(std::round(w / (2.0 * pi)) * (n - 1.0), 2.0) != 0.0 ? -1.0 : 1.0;
}

}  // namespace

double dirichlet(double w, double n) {
    const double half = 0.5 * std::remainder(w, 2.0 * pi);
    const double below = std::sin(half), sign = sign_of_turns(w, n);
    if (std::abs(below) < 1e-12) return sign * n;
    return sign * std::sin(n * half) / below;
}

DirichletSlopes dirichlet_slopes(double w, double n) {
    const double near = std::remainder(w, 2.0 * pi), half = 0.5 * near, sign = sign_of_turns(w, n);
    if (std::abs(n * half) < flat) {
        // sum m^2 and sum m^4 over the stretch
        const double two = n * (n * n - 1.0) / 12.0, four = two * (3.0 * n * n - 7.0) / 20.0;
        return {sign * near * (near * near * four / 6.0 - two), sign * (near * near * four / 2.0 - two)};
    }
    const double s = std::sin(half), c = std::cos(half), up = std::sin(n * half), along = std::cos(n * half);
    const double first = (n * along * s - up * c) / (s * s);  // by w / 2
    const double second = -(n * n - 1.0) * up / s - 2.0 * c / s * first;
    return {0.5 * sign * first, 0.25 * sign * second};
}

}  // namespace fourpole
