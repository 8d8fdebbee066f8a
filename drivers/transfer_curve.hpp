// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/model/model.hpp"
#include "rig/result.hpp"
#include "rig/signal.hpp"

#include <array>
#include <vector>

namespace fourpole {

/// The transfer of a circuit, EMF to the taps of its fixture (without one: to the drivers), at
/// any frequency: solved at 48 points per octave
/// and joined by a natural cubic spline of the complex value over log f.
/// Accuracy: within 1e-5 dB of the solved value from 1 Hz to `highest_hz` wherever it
/// exceeds 1e-6 of the EMF.
class TransferCurve {
public:
    static Result<TransferCurve> of(const Circuit& circuit, double highest_hz);

    /// Volts at a side's taps per digital full scale, [driven side][side]. Below the grid
    /// (0.1 Hz) a coupling capacitor makes it fall with f to zero at DC; without one it
    /// stays, real.
    PerSide<PerSide<Complex>> at(double frequency_hz) const;

private:
    using Four = std::array<Complex, 4>;  // from * 2 + to: one pass of the spline for all
    TransferCurve() = default;

    std::vector<Four> value_, bend_;  // at the knots; bend = second derivative over the knot index
    bool blocks_dc_ = false;
};

}  // namespace fourpole
