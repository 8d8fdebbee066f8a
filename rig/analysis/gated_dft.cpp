// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/analysis/gated_dft.hpp"

#include "rig/fft/phasor.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>

namespace fourpole {

namespace {

constexpr double pi = std::numbers::pi;

/// The gate from its centre outwards on one side: 1 for the inner half, raised cosine to 0.
/// `first` is the distance of the first sample from the centre.
std::vector<double> one_side(double first, double length) {
    std::vector<double> out(static_cast<std::size_t>(std::max(0.0, std::ceil(length - first))), 1.0);
    const auto flat = static_cast<std::size_t>(
        std::clamp(std::ceil(0.5 * length - first), 0.0, static_cast<double>(out.size())));
    const std::span<double> slope = std::span(out).subspan(flat);
    std::vector<double> unused(slope.size());
    const double begin = 2.0 * pi * ((first + static_cast<double>(flat)) / length - 0.5);
    turn_phasor(2.0 * pi / length, begin, slope, unused);
    for (double& w : slope) w = 0.5 + 0.5 * w;
    return out;
}

/// Dot product in four lanes: the compiler may not reorder one sum by itself.
double dot(const double* a, const double* b, std::size_t n) {
    double lane[4] = {0.0, 0.0, 0.0, 0.0};
    std::size_t i = 0;
    for (; i + 4 <= n; i += 4)
        for (std::size_t k = 0; k < 4; ++k) lane[k] += a[i + k] * b[i + k];
    for (; i < n; ++i) lane[0] += a[i] * b[i];
    return (lane[0] + lane[1]) + (lane[2] + lane[3]);
}

}  // namespace

GatedDft::GatedDft(Gate gate, double frequency_hz, double rate_hz, double fraction) {
    // Lags ..., -1, 0 lie before the centre (or on it), 1, 2, ... behind.
    const auto before = one_side(fraction, gate.before_s * rate_hz);
    const auto behind = one_side(1.0 - fraction, gate.after_s * rate_hz);
    first_ = 1 - static_cast<std::ptrdiff_t>(before.size());
    std::vector<double> window(before.rbegin(), before.rend());
    window.insert(window.end(), behind.begin(), behind.end());

    const double omega = -2.0 * pi * frequency_hz / rate_hz;
    real_.resize(window.size());
    imaginary_.resize(window.size());
    turn_phasor(omega, omega * (static_cast<double>(first_) - fraction), real_, imaginary_);
    for (std::size_t i = 0; i < window.size(); ++i) {
        real_[i] *= window[i];
        imaginary_[i] *= window[i];
        energy_ += window[i] * window[i];
    }
}

std::complex<double> GatedDft::at(const Stretch& stretch, std::ptrdiff_t centre) const {
    const auto size = static_cast<std::ptrdiff_t>(stretch.r.size());
    const std::ptrdiff_t offset = centre + first_ - stretch.first;  // of kernel sample 0 in the stretch
    const std::ptrdiff_t from = std::max<std::ptrdiff_t>(0, -offset);
    const std::ptrdiff_t to =
        std::min<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(real_.size()), size - offset);
    if (to <= from) return 0.0;
    const double* r = stretch.r.data() + offset + from;
    const auto n = static_cast<std::size_t>(to - from);
    return {dot(real_.data() + from, r, n), dot(imaginary_.data() + from, r, n)};
}

}  // namespace fourpole
