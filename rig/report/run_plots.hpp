// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/report/plot.hpp"
#include "rig/report/record.hpp"

#include <string>

namespace fourpole {

/// One quantity of one arm, both sides or both directions: what was measured over the
/// prediction's band and nominal line, with the instrument's floor where it is known
/// (readings called "<quantity>_floor"; for crosstalk else from the first take's u).
Plot arm_plot(const RunRecord& run, const std::string& arm, const std::string& quantity);

/// The same measured quantity of every arm in one picture; the second direction is dashed.
Plot overlay_plot(const RunRecord& run, const std::string& quantity);

/// The CSS class with the colour of a side, of the arm number `index`.
std::string ink_of(Side side);
std::string ink_of_arm(std::size_t index);

}  // namespace fourpole
