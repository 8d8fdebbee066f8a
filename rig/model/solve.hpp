// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/model/circuit.hpp"
#include "rig/model/impedance.hpp"
#include "rig/model/model.hpp"

#include <memory>
#include <optional>
#include <span>
#include <vector>

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
    struct Output {
        std::size_t branch = 0, index = 0;  ///< in the network, among the four
    };
    Complex current_of(const Branch& branch, Side driven, double w) const;

    const Network& network_;
    PerSide<DriverImpedance> drivers_;
    std::vector<Output> outputs_;
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
