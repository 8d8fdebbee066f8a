// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/null/octave_look.hpp"

#include <optional>
#include <vector>

namespace fourpole {

/// Where the delay moves at once: samples were lost, or a clock jumped.
struct WanderLeap {
    double at_a = 0.0, samples = 0.0;  ///< of A; > 0: B comes later from there on
};

/// Where B loses samples the track leaps: its step over two blocks stands eight times out of the steps around
/// it, and blocks that hold both sides leave ten times the usual. What wanders swings everywhere, and a swing
/// that is only large is followed.
/// @param look  behind following `delays`
std::optional<WanderLeap> leap_of(const std::vector<double>& delays, const Look& look);

/// What single blocks leave far beyond the usual, re A's power: there the wander was lost. The ends, where
/// the track is not used, do not count.
double lost_in_places(const Look& look);

}  // namespace fourpole
