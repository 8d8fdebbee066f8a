// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/model/driver_noise.hpp"

#include "rig/model/circuit.hpp"
#include "rig/model/port_impedance.hpp"
#include "rig/model/solve.hpp"
#include "rig/units.hpp"

#include <cassert>
#include <cmath>

namespace fourpole {
namespace {

constexpr double boltzmann_j_per_k = 1.380649e-23;  // exact since 2019
constexpr int steps = 120;
constexpr double least_margin_db = 6.0;

Fault unsolved(const Circuit& circuit) {
    return {Fault::Kind::bad_input, circuit.name,
            "the circuit has no single solution between 20 Hz and 20 kHz"};
}

}  // namespace

double DriverNoise::total_v() const { return std::hypot(player_v.value_or(0.0), thermal_v); }

Result<PerSide<DriverNoise>> driver_noise(const Circuit& circuit, std::optional<double> player_noise_v,
                                          double temperature_k) {
    const auto net = network_of(circuit);
    if (!net) return net.error();
    NodalSolver solver(*net, circuit.drivers);
    PerSide<PortImpedance> ports{{PortImpedance(*net, circuit.drivers, Side::left),
                                  PortImpedance(*net, circuit.drivers, Side::right)}};
    const double span = std::log(noise_to_hz / noise_from_hz);
    PerSide<double> gain, resistance;  // integrals over f of |H|^2 and of Re Z
    for (int k = 0; k <= steps; ++k) {
        const double f = noise_from_hz * std::exp(span * k / steps);
        const double simpson = (k == 0 || k == steps ? 1.0 : k % 2 == 1 ? 4.0 : 2.0) / 3.0;
        const double df = simpson * f * span / steps;
        const auto at = solver.at(f);
        if (!at) return unsolved(circuit);
        for (const Side side : sides) {
            const auto z = ports[side].at(f);
            if (!z) return unsolved(circuit);
            resistance[side] += df * z->real();
            for (const Side driven : sides) gain[side] += df * std::norm(at->voltage[driven][side]);
        }
    }
    const double emf_squared = circuit.stage.emf_v * circuit.stage.emf_v;
    PerSide<DriverNoise> out;
    for (const Side side : sides) {
        out[side].thermal_v = std::sqrt(4.0 * boltzmann_j_per_k * temperature_k * resistance[side]);
        if (player_noise_v)
            out[side].player_v =
                *player_noise_v * std::sqrt(gain[side] / emf_squared / (noise_to_hz - noise_from_hz));
    }
    return out;
}

NoiseAtInterface at_interface(double driver_v, double interface_v) {
    assert(driver_v > 0.0 && interface_v > 0.0);
    const double reading = std::hypot(driver_v, interface_v);
    const double margin = AmplitudeRatio{reading / interface_v}.decibels();
    return {reading, margin, margin >= least_margin_db};
}

}  // namespace fourpole
