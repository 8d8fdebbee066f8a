// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/fft/phasor.hpp"

#include <algorithm>
#include <cmath>

namespace fourpole {

namespace {

constexpr std::size_t lanes = 4, set_right_every = 256;

}  // namespace

void turn_phasor(double omega, double phase, std::span<double> real, std::span<double> imaginary) {
    // std::complex multiplies with a test for NaN that costs more than the product itself.
    const double step_re = std::cos(static_cast<double>(lanes) * omega);
    const double step_im = std::sin(static_cast<double>(lanes) * omega);
    for (std::size_t at = 0; at < real.size(); at += set_right_every) {
        const std::size_t end = std::min(real.size(), at + set_right_every);
        for (std::size_t k = at; k < std::min(end, at + lanes); ++k) {
            const double angle = phase + omega * static_cast<double>(k);
            real[k] = std::cos(angle);
            imaginary[k] = std::sin(angle);
        }
        for (std::size_t k = at + lanes; k < end; ++k) {
            real[k] = real[k - lanes] * step_re - imaginary[k - lanes] * step_im;
            imaginary[k] = real[k - lanes] * step_im + imaginary[k - lanes] * step_re;
        }
    }
}

}  // namespace fourpole
