// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/align/event_stretch.hpp"
#include "rig/reading.hpp"

#include <cstddef>
#include <optional>
#include <utility>

namespace fourpole {

// What stands in the samples for itself: digital zeros, and blocks that stand twice.

/// True where digital zeros end near n: that is the far end of a run, not a break of its own.
/// `least_step`: what counts as zero.
bool zeros_before(const Recording& recording, std::ptrdiff_t n, double least_step);

/// True where samples [from, to) are digital zeros on every side.
bool is_blank(const Recording& recording, std::ptrdiff_t from, std::ptrdiff_t to, double least_step);

/// Digital zeros of all sides in or around a cluster, from where and how many: a run of three, or fewer
/// that are no crossing.
std::optional<std::pair<std::ptrdiff_t, std::ptrdiff_t>> blank_in(
    const Recording& recording, const EventStretch& s, std::pair<std::ptrdiff_t, std::ptrdiff_t> cluster,
    double least_step);

/// True where three samples in or around a cluster are one value on every side: a converter that stands
/// still.
bool stands_still(const Recording& recording, std::pair<std::ptrdiff_t, std::ptrdiff_t> cluster);

/// A block of `least` to `most` samples that stands twice, bit for bit, from a sample of the cluster on: what
/// the phase says, and the block itself. Nothing is told of one or two samples' block unless `least` is
/// `most`.
std::optional<Discontinuity> repeated_in(const Recording& recording,
                                         std::pair<std::ptrdiff_t, std::ptrdiff_t> cluster,
                                         std::ptrdiff_t least, std::ptrdiff_t most);

/// A block that stands twice from sample `at` on (within 3), bit for bit, says its length itself: `likely`,
/// which is what the phase says, or else the least from 3 to `most`. nullopt: nothing stands twice.
std::optional<Discontinuity> repeated_at(const Recording& recording, std::ptrdiff_t at, std::ptrdiff_t likely,
                                         std::ptrdiff_t most);

}  // namespace fourpole
