// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/analysis/wide_phase.hpp"

#include "rig/fft/phasor.hpp"

#include <cmath>
#include <cstddef>
#include <numbers>

namespace fourpole {

namespace {

constexpr double pi = std::numbers::pi;
constexpr int newton_steps = 4;
constexpr double least_carrier = 0.1;  ///< of the tone, left at its own frequency

/// The frequency of a tone's fit takes the lines' own slope along: phi -= s t with sum t sin(phi - s t) = 0.
void take_pace_off(std::vector<double>& phi, double centre) {
    for (int step = 0; step < newton_steps; ++step) {
        double along = 0.0, energy = 0.0;
        for (std::size_t i = 0; i < phi.size(); ++i) {
            const double t = static_cast<double>(i) - centre;
            along += t * std::sin(phi[i]), energy += t * t * std::cos(phi[i]);
        }
        if (energy <= 0.0) return;
        for (std::size_t i = 0; i < phi.size(); ++i)
            phi[i] -= along / energy * (static_cast<double>(i) - centre);
    }
}

}  // namespace

LinearRest linear_rest(std::span<const double> rest, std::complex<double> phasor, double omega,
                       double rate_hz, const std::vector<SwingLine>& lines) {
    const std::size_t n = rest.size();
    const double centre = 0.5 * (static_cast<double>(n) - 1.0);
    std::vector<double> phi(n, 0.0), c(n), s(n);
    for (const SwingLine& line : lines) {
        const double step = 2.0 * pi * line.offset_hz / rate_hz;
        turn_phasor(step, std::remainder(-step * centre, 2.0 * pi), c, s);
        for (std::size_t i = 0; i < n; ++i) phi[i] += line.phase.real() * c[i] - line.phase.imag() * s[i];
    }
    take_pace_off(phi, centre);
    std::complex<double> mean = 0.0;
    for (const double p : phi) mean += std::polar(1.0, p);
    mean /= static_cast<double>(n);
    if (std::abs(mean) < least_carrier) return {};
    LinearRest out{{rest.begin(), rest.end()}, phasor / mean};
    turn_phasor(omega, std::remainder(-omega * centre, 2.0 * pi), c, s);
    for (std::size_t i = 0; i < n; ++i) {
        // What the fit took, less the tone as it is, and back what is linear of it.
        const auto change = phasor - out.phasor * (std::polar(1.0, phi[i]) - std::complex(0.0, phi[i]));
        out.rest[i] += change.real() * c[i] - change.imag() * s[i];
    }
    return out;
}

}  // namespace fourpole
