// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/analysis/slow_curve.hpp"

#include "rig/analysis/dirichlet.hpp"
#include "rig/fft/phasor.hpp"

#include <Eigen/Cholesky>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace fourpole {

namespace {

constexpr double pi = std::numbers::pi;
constexpr double ridge = 1e-13;
constexpr int passes = 2;
constexpr double freedom_of_ridge = 14.0;

/// Inner product of two cosines (sign 1) or of two sines (-1): those of a cosine and a sine vanish.
double common(double a, double b, double sign, double n) {
    return 0.5 * (dirichlet(a - b, n) + sign * dirichlet(a + b, n));
}

Eigen::MatrixXd gram(const std::vector<double>& omegas, std::size_t ridged, double sign, double n) {
    const auto count = static_cast<Eigen::Index>(omegas.size());
    Eigen::MatrixXd out(count, count);
    for (Eigen::Index i = 0; i < count; ++i)
        for (Eigen::Index k = 0; k <= i; ++k)
            out(i, k) = out(k, i) =
                common(omegas[static_cast<std::size_t>(i)], omegas[static_cast<std::size_t>(k)], sign, n);
    for (Eigen::Index i = 0; i < static_cast<Eigen::Index>(ridged); ++i) out(i, i) += ridge * n;
    return out;
}

}  // namespace

struct SlowCurve::Factors {
    Eigen::LDLT<Eigen::MatrixXd> cosines, sines;
};

SlowCurve::SlowCurve(std::size_t count, std::size_t orders, std::span<const double> omegas)
    : count_(count), orders_(orders) {
    for (std::size_t k = 0; k <= orders; ++k)
        omegas_.push_back(pi * static_cast<double>(k) / static_cast<double>(count));
    omegas_.insert(omegas_.end(), omegas.begin(), omegas.end());
    const auto n = static_cast<double>(count);
    factors_ = std::make_shared<const Factors>(
        Factors{gram(omegas_, orders + 1, 1.0, n).ldlt(), gram(omegas_, orders + 1, -1.0, n).ldlt()});
}

std::vector<std::complex<double>> SlowCurve::fit(std::span<const double> values) const {
    const double middle = 0.5 * (static_cast<double>(count_) - 1.0);
    std::vector<std::complex<double>> out(omegas_.size(), 0.0);
    std::vector<double> rest(values.begin(), values.end()), c(count_), s(count_);
    const auto turn = [&](std::size_t k) {
        turn_phasor(omegas_[k], std::remainder(-omegas_[k] * middle, 2.0 * pi), c, s);
    };
    // What the ridge leaves of a curve the same leaves of the rest.
    for (int pass = 0; pass < passes; ++pass) {
        Eigen::VectorXd even(omegas_.size()), odd(omegas_.size());
        for (std::size_t k = 0; k < omegas_.size(); ++k) {
            turn(k);
            double along = 0.0, across = 0.0;
            for (std::size_t m = 0; m < count_; ++m) along += rest[m] * c[m], across += rest[m] * s[m];
            even[static_cast<Eigen::Index>(k)] = along, odd[static_cast<Eigen::Index>(k)] = across;
        }
        even = factors_->cosines.solve(even).eval(), odd = factors_->sines.solve(odd).eval();
        for (std::size_t k = 0; k < omegas_.size(); ++k) {
            const auto i = static_cast<Eigen::Index>(k);
            out[k] += std::complex(even[i], -odd[i]);
            if (pass + 1 == passes) continue;
            turn(k);
            for (std::size_t m = 0; m < count_; ++m) rest[m] -= even[i] * c[m] + odd[i] * s[m];
        }
    }
    return out;
}

double SlowCurve::freedom() const {
    const auto all = 2.0 * static_cast<double>(orders_) + 1.0;
    return std::min(all, 1.0 + static_cast<double>(orders_) + freedom_of_ridge);
}

double SlowCurve::own_share(double omega) const {
    const auto n = static_cast<double>(count_);
    double least = 1.0;
    for (const double sign : {1.0, -1.0}) {
        Eigen::VectorXd with(omegas_.size());
        for (Eigen::Index k = 0; k < with.size(); ++k)
            with[k] = common(omegas_[static_cast<std::size_t>(k)], omega, sign, n);
        const auto& factor = sign > 0.0 ? factors_->cosines : factors_->sines;
        least = std::min(least, 1.0 - with.dot(factor.solve(with)) / common(omega, omega, sign, n));
    }
    return std::clamp(least, 0.0, 1.0);
}

}  // namespace fourpole
