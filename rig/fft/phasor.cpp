// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/fft/phasor.hpp"

#include "rig/wide.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace fourpole {

namespace {

constexpr std::size_t lanes = 8, set_right_every = 1024;

/// Each place from the one `lanes` before it, up to `end`.
FOURPOLE_WIDE void turn_on(double step_re, double step_im, std::size_t at, std::size_t end, double* re,
                           double* im) {
    std::size_t k = at + lanes;
    for (; k + lanes <= end; k += lanes) {
        std::array<double, lanes> turned_re, turned_im;
        for (std::size_t l = 0; l < lanes; ++l) {
            turned_re[l] = re[k + l - lanes] * step_re - im[k + l - lanes] * step_im;
            turned_im[l] = re[k + l - lanes] * step_im + im[k + l - lanes] * step_re;
        }
        for (std::size_t l = 0; l < lanes; ++l) re[k + l] = turned_re[l], im[k + l] = turned_im[l];
    }
    for (; k < end; ++k) {
        re[k] = re[k - lanes] * step_re - im[k - lanes] * step_im;
        im[k] = re[k - lanes] * step_im + im[k - lanes] * step_re;
    }
}

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
        turn_on(step_re, step_im, at, end, real.data(), imaginary.data());
    }
}

}  // namespace fourpole
