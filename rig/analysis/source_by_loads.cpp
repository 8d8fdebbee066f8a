// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/analysis/source_by_loads.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace fourpole {

namespace {

using Complex = std::complex<double>;
constexpr double apart = 1e-9;

/// One load on the line: x + slope y = z.
struct OnLine {
    Complex admittance, reciprocal;
    double volts2 = 0.0, noise = 0.0, u_admittance = 0.0;
};

/// The line through them, with the inverse of its normal matrix.
struct Line {
    Complex constant, slope;
    double var_constant = 0.0, var_slope = 0.0, chi_square = 0.0;
    Complex cov;  ///< E[d slope conj(d constant)]
    bool noisy = false;
};

Complex admittance_of(Complex load) { return std::isinf(load.real()) ? 0.0 : 1.0 / load; }

Line line_through(const std::vector<OnLine>& points, Complex slope_in_weights) {
    Line out;
    std::vector<double> variance;
    for (const OnLine& p : points) {
        variance.push_back(std::pow(p.noise / p.volts2, 2) +
                           std::norm(slope_in_weights) * p.u_admittance * p.u_admittance);
        out.noisy = out.noisy || variance.back() > 0.0;
    }
    // Without any noise all volts count alike; one that is surer than sure counts as the surest other.
    double surest = 0.0;
    for (const double v : variance)
        if (v > 0.0 && (surest == 0.0 || v < surest)) surest = v;
    double w1 = 0.0, wyy = 0.0;
    Complex wy = 0.0, wz = 0.0, wyz = 0.0;
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (!out.noisy) variance[i] = 1.0 / (points[i].volts2 * points[i].volts2);
        if (variance[i] <= 0.0) variance[i] = surest;
        const double w = 1.0 / variance[i];
        const Complex y = points[i].admittance, z = points[i].reciprocal;
        w1 += w, wyy += w * std::norm(y);
        wy += w * y, wz += w * z, wyz += w * std::conj(y) * z;
    }
    // About the mean admittance the two unknowns part.
    const Complex mean_y = wy / w1, mean_z = wz / w1;
    const double spread = wyy - w1 * std::norm(mean_y);
    out.slope = (wyz - w1 * std::conj(mean_y) * mean_z) / spread;
    out.constant = mean_z - out.slope * mean_y;
    if (!out.noisy) return out;
    out.var_slope = 1.0 / spread;
    out.var_constant = 1.0 / w1 + std::norm(mean_y) / spread;
    out.cov = -std::conj(mean_y) / spread;
    for (std::size_t i = 0; i < points.size(); ++i)
        out.chi_square += 2.0 *
                          std::norm(points[i].reciprocal - out.constant - out.slope * points[i].admittance) /
                          variance[i];
    return out;
}

}  // namespace

std::optional<SourceByLoads> source_by_loads(std::span<const LoadedVolts> loads) {
    std::vector<OnLine> points;
    double largest = 0.0, widest = 0.0;
    for (const LoadedVolts& l : loads) {
        const double volts2 = std::norm(l.volts.value);
        if (!(volts2 > 0.0) || !(std::abs(l.load_ohm) > 0.0)) return std::nullopt;
        const Complex y = admittance_of(l.load_ohm);
        points.push_back({y, 1.0 / l.volts.value, volts2, l.volts.noise, std::norm(y) * l.u_load_ohm});
        largest = std::max(largest, std::abs(y));
        widest = std::max(widest, std::abs(y - points.front().admittance));
    }
    if (points.size() < 2 || !(widest > apart * largest)) return std::nullopt;
    const Line line = line_through(points, line_through(points, 0.0).slope);
    const Complex a = line.constant, ohm = line.slope / a;
    SourceByLoads out;
    out.emf = 1.0 / a;
    out.ohm = ohm;
    out.chi_square = line.chi_square;
    if (!line.noisy) return out;
    const double scale = 1.0 / std::norm(a);
    out.u_emf = scale * std::sqrt(line.var_constant);
    // d ohm = (d slope - ohm d constant) / a,  d emf = - d constant / a^2
    out.u_ohm = std::sqrt(scale * (line.var_slope + std::norm(ohm) * line.var_constant -
                                   2.0 * (std::conj(ohm) * line.cov).real()));
    out.covariance = -(line.cov - ohm * line.var_constant) / (a * std::conj(a * a));
    return out;
}

}  // namespace fourpole
