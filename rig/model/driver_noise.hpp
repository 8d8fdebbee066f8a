// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/model/model.hpp"

#include <optional>

namespace fourpole {

/// 27 degrees Celsius, the temperature at which ngspice computes noise.
inline constexpr double room_temperature_k = 300.15;

inline constexpr double noise_from_hz = 20.0, noise_to_hz = 20000.0;

/// Noise between a driver's terminals, rms volts from 20 Hz to 20 kHz, unweighted.
struct DriverNoise {
    std::optional<double> player_v;  ///< the player's own, through the divider; nothing where unknown
    double thermal_v = 0.0;          ///< of every resistance that leads there, the coil's included

    double total_v() const;
};

/// The player's noise is white in each side's EMF and independent from side to side; H are the
/// transfers to this driver, Z the impedance between its terminals:
///
///     player^2  = n^2 mean over the band of (|H_own|^2 + |H_other|^2)
///     thermal^2 = 4 k T integral of Re Z df                            (Nyquist)
///
/// @param player_noise_v  rms of 20 Hz - 20 kHz in the EMF of one side
/// Accuracy: 1e-6 relative for resonances up to Q = 5 (Simpson, 120 steps in log f); against
///           ngspice 2e-7. The mechanical losses count as resistors at the same temperature.
/// Fault bad_input: as solve().
Result<PerSide<DriverNoise>> driver_noise(const Circuit& circuit, std::optional<double> player_noise_v,
                                          double temperature_k = room_temperature_k);

/// What an interface with noise of its own reads, and whether it can see the driver's.
struct NoiseAtInterface {
    double reading_v = 0.0;  ///< both in power
    double margin_db = 0.0;  ///< reading over the interface's own
    bool resolved = false;   ///< margin of 6 dB or more; else "not resolved"
};
/// reading = sqrt(driver^2 + interface^2). Under 6 dB of margin the interface's power is more
/// than a quarter of the reading, and what is left after its subtraction is no figure.
/// @param driver_v, interface_v  rms volts over the same band, > 0
NoiseAtInterface at_interface(double driver_v, double interface_v);

}  // namespace fourpole
