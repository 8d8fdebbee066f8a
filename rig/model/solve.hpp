// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/model/circuit.hpp"
#include "rig/model/impedance.hpp"
#include "rig/model/model.hpp"

#include <memory>
#include <optional>
#include <span>

namespace fourpole {

struct Nodal;

/// Solves one network at many frequencies. Keeps its matrices between calls.
class NodalSolver {
public:
    NodalSolver(const Network& network, const PerSide<Driver>& drivers);
    ~NodalSolver();
    NodalSolver(const NodalSolver&) = delete;
    NodalSolver& operator=(const NodalSolver&) = delete;

    /// Nothing where the network has no single solution (a lossless resonance, say). Tables are
    /// asked as they are: solve() has seen that they reach.
    std::optional<CircuitAt> at(double frequency_hz);

    const Nodal& matrices() const { return *m_; }  ///< of the last at()

private:
    const Network& network_;
    PerSide<DriverImpedance> drivers_;
    std::unique_ptr<Nodal> m_;
};

/// Current that each branch with an output delivers, drivers removed, by driven side;
/// includes what leaks at the EMF itself. Order as in network.branches.
struct OutputCurrent {
    std::string output;
    PerSide<Complex> ampere;
};
Result<std::vector<OutputCurrent>> unloaded_currents(const Circuit& circuit, double frequency_hz);

}  // namespace fourpole
