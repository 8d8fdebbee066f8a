// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/profile/profile.hpp"
#include "rig/report/record.hpp"

#include <span>
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
/// With the arms' circuits, the faults that each can have are ranked against the measured matrix
/// (rank_faults), plugs and jacks of the other arms among them; the sentence then ends with the
/// likeliest one and its odds, where one explains what was measured.
std::vector<Diagnosis> diagnose(const RunRecord& record, std::span<const Arm> arms = {});

}  // namespace fourpole
