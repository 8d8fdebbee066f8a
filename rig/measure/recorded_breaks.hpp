// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/align/breaks.hpp"
#include "rig/null/pair.hpp"
#include "rig/null/track_breaks.hpp"
#include "rig/signal.hpp"

#include <vector>

namespace fourpole {

/// Steps that a null's track shows in a take of known files (a: what was played, b: one input), as breaks of
/// the take. From the longest part outwards, count and place are looked for anew, with what the device made
/// of the files in that part:
///
///     H(f) = sum_b Y X* / sum_b |X|^2,  blocks of 0.25 s
///     arg min over k, and over counts within 2 of the step:
///         sum_(n < k) (y - h * x_before)^2 + sum_(n >= k + inserted) (y - h * x_behind)^2
///
/// `between` holds the k whose sum is higher by less than 9 of the residual's variances (three standard
/// deviations of a likelihood): in a pause of the file they are many. An insertion that stands twice is a
/// repetition; digital zeros in which the file sounds and behind which nothing is displaced are zeroed.
/// An insertion of more than 30 ms is placed by the track alone, to some samples: `between` and u_count say
/// so. `least_step`: what counts as digital zero. Accuracy: place and count exact at -90 dBFS of noise
/// (tests/recorded_track_test.cpp).
Breaks breaks_of_recorded(const Recording& recording, const Pair& pair, const Line& line,
                          const std::vector<Break>& steps, double least_step);

}  // namespace fourpole
