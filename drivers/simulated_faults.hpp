// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "drivers/signal_chain.hpp"
#include "rig/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace fourpole {

/// One defect that the simulated bench can be given, applied where it would sit in reality.
struct SimulatedFault {
    using Channels = std::vector<std::vector<double>>;

    std::string_view name;
    std::string_view does;                                  ///< one line for a person
    void (*on_scene)(Scene&) = nullptr;                     ///< on the player, plug, cable or interface
    void (*on_samples)(Channels&, const Scene&) = nullptr;  ///< on the stream behind the converter
    bool first_arm_always = false;                          ///< the route to the other arms is never made
};

const std::vector<SimulatedFault>& simulated_faults();

/// "" = no defect (nullptr). Fault bad_input: unknown, with the nearest name and the list.
Result<const SimulatedFault*> simulated_fault_named(const std::string& name);

}  // namespace fourpole
