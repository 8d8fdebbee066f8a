// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/report/record.hpp"

#include <string>
#include <vector>

namespace fourpole {

/// What is probably connected wrongly, seen from the measurement alone.
struct Diagnosis {
    std::string sentence;
    std::vector<std::string> arms;
    /// The arm is not the circuit that the session says: nothing about levels may be judged.
    bool other_circuit = false;
    /// It is not even the arm: nothing at all may be judged.
    bool other_arm = false;
};

/// An arm whose drivers hear something else than predicted (swapped sides, inverted side, open
/// return, mono bridge ...), and arms that measure alike though they should not (relay stuck).
std::vector<Diagnosis> diagnose(const RunRecord& record);

}  // namespace fourpole
