// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/null/track_breaks.hpp"

#include <optional>

namespace fourpole {

inline constexpr double least_count = 0.5;  ///< samples of B by which two lines differ that are not one

/// The break between two lines of one step, somewhere between A's samples `from` (on `before`) and `to` (on
/// `behind`): where the one stops to explain what the other one begins to. nullopt: there are not two.
std::optional<Break> break_between(const Pair& pair, const Line& before, const Line& behind, double from,
                                   double to);

/// What is next to the break on either side is no farther from it than a clock wanders in 40 ms.
void settle_count(const Pair& pair, const Line& before, const Line& behind, Break& found);

}  // namespace fourpole
