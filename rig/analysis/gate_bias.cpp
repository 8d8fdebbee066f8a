// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/analysis/gate_bias.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace fourpole {
namespace {

constexpr double pi = std::numbers::pi;

// Where neighbours on the grid say something else by 3 % the grid does not resolve the device, and what comes
// back from the gate is not what the device would send.
constexpr double most_between = 0.03;
// What is left of a correction, held against 11 devices with poles, resonances and notches: in proportion to
// it and to what the grid leaves open, twice the last step, and 2e-6 of rounding.
constexpr double rest_by_grid = 100.0, rest_by_last = 2.0, least_bias = 2e-6;

/// A slope is believed for a third of an octave.
double beyond(double dx) { return std::clamp(dx, -0.23, 0.23); }

}  // namespace

SmoothTransfer::SmoothTransfer(std::span<const double> f, std::span<const Estimate> h) {
    double before = 0.0;
    for (std::size_t i = 0; i < f.size(); ++i) {
        x_.push_back(std::log(f[i]));
        double phase = std::arg(h[i].value);
        if (i > 0) phase = before + std::remainder(phase - before, 2.0 * pi);
        before = phase;
        y_.emplace_back(std::log(std::max(std::abs(h[i].value), 1e-300)), phase);
    }
    // 1/4 1/2 1/4, four times: a device is smooth over a twelfth of an octave, its noise not.
    for (int pass = 0; pass < 4; ++pass) {
        auto last = y_.front();
        for (std::size_t i = 1; i + 1 < y_.size(); ++i) {
            const auto here = y_[i];
            y_[i] = 0.25 * last + 0.5 * here + 0.25 * y_[i + 1];
            last = here;
        }
    }
}

std::complex<double> SmoothTransfer::at(double f) const {
    const double x = std::log(f);
    std::complex<double> y;
    if (x <= x_.front()) {
        y = y_.front() + beyond(x - x_.front()) * slope(0);
    } else if (x >= x_.back()) {
        y = y_.back() + beyond(x - x_.back()) * slope(x_.size() - 1);
    } else {
        const auto i = static_cast<std::size_t>(std::upper_bound(x_.begin(), x_.end(), x) - x_.begin()) - 1;
        const double h = x_[i + 1] - x_[i], t = (x - x_[i]) / h;
        y = y_[i] * ((1 + 2 * t) * (1 - t) * (1 - t)) + slope(i) * (h * t * (1 - t) * (1 - t)) +
            y_[i + 1] * (t * t * (3 - 2 * t)) + slope(i + 1) * (h * t * t * (t - 1));
    }
    return std::polar(std::exp(y.real()), y.imag());
}

std::complex<double> SmoothTransfer::slope(std::size_t i) const {
    const std::size_t a = i > 0 ? i - 1 : 0, b = std::min(i + 1, x_.size() - 1);
    return (y_[b] - y_[a]) / (x_[b] - x_[a]);
}

void Correction::take(std::complex<double> better, std::complex<double> between, Estimate& e) {
    last_ = std::abs(better / e.value - 1.0);
    if (first_ < 0.0) {
        first_ = last_;
        grid_ = std::abs(between / e.value - 1.0);
    }
    if (grid_ <= most_between) e.value = better;
}

double Correction::rest() const {
    if (first_ < 0.0) return least_bias;
    if (grid_ > most_between) return first_ + least_bias;
    return first_ * std::min(1.0, rest_by_grid * grid_) + rest_by_last * last_ + least_bias;
}

}  // namespace fourpole
