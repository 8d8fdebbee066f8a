// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/model/fault_hypotheses.hpp"

#include <functional>
#include <string>
#include <vector>

namespace fourpole {

/// A circuit with one thing wrong, and what has to be done to its matrix afterwards for what no
/// circuit shows: a dead channel, a tap that is exchanged.
struct SuspectCircuit {
    std::string kind, what;
    Circuit circuit;
    std::function<void(DriverMatrix&)> afterwards;  ///< empty: nothing
};

/// The circuits behind fault_hypotheses(), "as wired" first, none of them solved yet.
std::vector<SuspectCircuit> suspect_circuits(const Circuit& circuit, const OtherConnectors& others);

}  // namespace fourpole
