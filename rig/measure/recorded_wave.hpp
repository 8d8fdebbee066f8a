// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/programme.hpp"
#include "rig/result.hpp"

#include <vector>

namespace fourpole {

/// The samples that a `file` event plays, times its amplitude, at the file's own rate: of a file of several
/// channels the first for the left side, the second for the right.
/// Faults: as read_take(); bad_input where both sides play the file and its channels differ (what arrives on
/// one side cannot then be told apart from what the other leaks into it), or where its rate is not `rate_hz`.
Result<std::vector<double>> recorded_wave(const FileEvent& file, const PerSide<bool>& on, double rate_hz);

}  // namespace fourpole
