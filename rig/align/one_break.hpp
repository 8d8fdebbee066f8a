// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/align/event_stretch.hpp"
#include "rig/reading.hpp"

#include <cstddef>
#include <optional>
#include <utility>

namespace fourpole {

/// One break: where it is and what it did.
struct Found {
    Discontinuity what;                 ///< count 0: the stream did not break, its wave is disturbed
    std::ptrdiff_t after = 0;           ///< first sample behind it
    std::ptrdiff_t shift = 0;           ///< samples by which all that follows is later
    std::optional<double> unrounded{};  ///< the same where it is in doubt by more than 0.2 samples
};

/// What a cluster of suspicious samples is. The course of the phase on both sides and the delay of the
/// stretches there ([before_from, cluster) and (cluster, after_to)) give the samples by which what follows is
/// later; what stands between the two waves (gap.hpp), a run of zeros or a block that stands twice says its
/// length itself. Where one side is too short or too narrow a band to tell whole periods, `modulo_samples`
/// says so; where noise or hum leaves the count in doubt, `u_count`. Where the wave beside the cluster is not
/// the event's, nothing was lost or inserted there.
///
/// @param clock       runs with the stream before the cluster
/// @param clock_u     samples by which it may stand off
/// @param least_step  what counts as digital zero
Found examine(const Recording& recording, const EventStretch& s, const Clock& clock, double clock_u,
              double least_step, std::ptrdiff_t before_from,
              std::pair<std::ptrdiff_t, std::ptrdiff_t> cluster, std::ptrdiff_t after_to);

}  // namespace fourpole
