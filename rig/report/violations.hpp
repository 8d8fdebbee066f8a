// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/report/record.hpp"

#include <string>
#include <vector>

namespace fourpole {

/// Arms with a comparison that says "model violated" and that are surely themselves.
std::vector<std::string> violated_arms(const RunRecord& run);

/// How far a violated curve lies off: "response right lies 3.1 u (0.97 dB) above the model at 1.03 kHz, more
/// than 3.5 u at 65 % of its points". Where its bounds alone speak: "crosstalk left -> right is at most
/// -90.1 dB at 1 kHz, 3.0 dB below the model's band".
std::string violation_text(const Beside& violated);

/// "arm C: ..." of the arm's worst curve, and how many more are violated; "" where none is.
std::string violation_text(const RunRecord& run, const std::string& arm);

}  // namespace fourpole
