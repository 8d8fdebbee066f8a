// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/profile/profile.hpp"
#include "rig/report/record.hpp"

#include <span>
#include <string>
#include <vector>

namespace fourpole {

/// An arm whose drivers hear something else than predicted (swapped sides, inverted side, open
/// return, mono bridge ...), and arms that measure alike though they should not (relay stuck).
/// With the arms' circuits, the faults that each can have are ranked against the measured matrix
/// (rank_faults), plugs and jacks of the other arms among them; the sentence then names the
/// likeliest one and its odds, where one explains what was measured, else what usually does.
std::vector<Diagnosis> diagnose(const RunRecord& record, std::span<const Arm> arms = {});

}  // namespace fourpole
