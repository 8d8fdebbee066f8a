// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/bench/audio_port.hpp"
#include "rig/model/model.hpp"
#include "rig/profile/profile.hpp"
#include "rig/result.hpp"
#include "rig/units.hpp"

#include <string>
#include <vector>

namespace fourpole {

/// Highest level of the programme at one node, taken as a sine: the frequency is the one
/// between 20 Hz and 20 kHz (1/6 octave) at which the node carries most.
struct NodeLevel {
    VoltsRms at_emf, at_plug, at_driver;
    double input_dbfs = 0.0;  ///< peak at the interface's input re its full scale
    double worst_hz = 0.0;    ///< where the driver gets most
};

/// What will happen to one arm, before anything is opened.
struct ArmPlan {
    const Arm* arm = nullptr;  ///< of the session that was planned
    Touch touch;               ///< the session's, or the natural one
    Wiring wiring;
    PerSide<NodeLevel> levels;         ///< with that side driven
    std::vector<std::string> hazards;  ///< sentences; not empty: must not be played
};

/// One thing to do: a take, and what a person does before it.
struct PlannedTake {
    TakeRequest request;
    std::string prompt;
};

struct Plan {
    std::vector<ArmPlan> arms;
    std::vector<PlannedTake> takes;
    Seconds playing;   ///< all takes
    Seconds handling;  ///< people's hands between them, about

    bool hazardous() const;
};

/// Dry run: opens nothing. `session` must outlive the plan.
/// Fault bad_input: a circuit that cannot be solved.
Result<Plan> plan(const Session& session);

}  // namespace fourpole
