// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/model/circuit.hpp"
#include "rig/model/solve.hpp"

#include <memory>
#include <optional>

namespace fourpole {

/// What one would measure between the terminals of one driver with every EMF at rest: the
/// driver itself in parallel with all that leads to it. Asked by a test source:
///
///   minus --(1 V)--[1 ohm]-- plus      Z = 1 ohm v / (1 V - v)
///                 circuit
///
/// Accuracy: 1e-12 of |Z|, for |Z| of 1 milliohm to 1 megohm.
class PortImpedance {
public:
    PortImpedance(const Network& network, const PerSide<Driver>& drivers, Side side);

    /// Nothing where the network has no single solution.
    std::optional<Complex> at(double frequency_hz);

private:
    Side side_;
    Network probed_;
    std::unique_ptr<NodalSolver> solver_;  ///< holds on to probed_
};

}  // namespace fourpole
