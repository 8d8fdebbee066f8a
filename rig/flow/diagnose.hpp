// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/report/record.hpp"

#include <string>
#include <vector>

namespace fourpole {

/// What is probably wrong with the connections, one sentence each: an arm whose drivers hear
/// something else than predicted (swapped sides, inverted side, open return, mono bridge ...),
/// and arms that measure alike though they should not (relay stuck).
std::vector<std::string> diagnose(const RunRecord& record);

}  // namespace fourpole
