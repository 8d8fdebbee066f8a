// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/analysis/gated_dft.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace fourpole {

namespace {

constexpr double pi = std::numbers::pi;

double window(double t, const Gate& g) {
    const double side = t < 0.0 ? -t / g.before_s : t / g.after_s;
    if (side >= 1.0) return 0.0;
    if (side <= 0.5) return 1.0;
    return 0.5 + 0.5 * std::cos(2.0 * pi * (side - 0.5));
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
    first_ = static_cast<std::ptrdiff_t>(std::ceil(fraction - gate.before_s * rate_hz));
    const auto last = static_cast<std::ptrdiff_t>(std::floor(fraction + gate.after_s * rate_hz));
    const double omega = 2.0 * pi * frequency_hz / rate_hz;
    const std::complex<double> step = std::polar(1.0, -omega);
    std::complex<double> turn;
    for (std::ptrdiff_t lag = first_; lag <= last; ++lag) {
        const double place = static_cast<double>(lag) - fraction;
        // The phasor is turned by multiplication and set right every 256 samples: 1e-14.
        if ((lag - first_) % 256 == 0) turn = std::polar(1.0, -omega * place);
        const double w = window(place / rate_hz, gate);
        real_.push_back(w * turn.real());
        imaginary_.push_back(w * turn.imag());
        energy_ += w * w;
        turn *= step;
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
