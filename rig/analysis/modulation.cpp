// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/analysis/modulation.hpp"

#include <cmath>
#include <cstddef>

namespace fourpole {

namespace {

/// Samples after which the turning phasor is made anew: its rounding grows by 1e-16 a step.
constexpr std::size_t refreshed = 256;

}  // namespace

Modulation modulation_of(std::span<const double> rest, std::complex<double> phasor, double omega) {
    Modulation out;
    out.phase.reserve(rest.size());
    out.amplitude.reserve(rest.size());
    const double centre = 0.5 * (static_cast<double>(rest.size()) - 1.0);
    const std::complex<double> step = std::polar(1.0, -omega), scale = 2.0 / phasor;
    std::complex<double> turn = 1.0;
    for (std::size_t n = 0; n < rest.size(); ++n, turn *= step) {
        if (n % refreshed == 0) turn = scale * std::polar(1.0, -omega * (static_cast<double>(n) - centre));
        out.phase.push_back(rest[n] * turn.imag());
        out.amplitude.push_back(rest[n] * turn.real());
    }
    return out;
}

}  // namespace fourpole
