// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/measure/timing.hpp"

#include <optional>

namespace fourpole {

/// How far the chirps stand from where the sweeps' own responses put them: both pass the same
/// device, so that a stream that is whole gives 0 for every chirp, whatever the device delays.
/// Frames lost or inserted in a pause make a clock of the wrong rate out of two chirps, and leave
/// the sweeps between them beside it.
///
///     d = delay of Y(f) / (X(f) sum_s H_s(f)),  Y the capture around the chirp, X its closed form,
///     H_s the response from each side that plays it, all on one clock; on the loudest input
///
/// Accuracy: 1e-3 sample at -60 dBFS of noise. nullopt: no chirp, or no sweep of its sides.
struct ChirpOffset {
    double samples = 0.0;  ///< of the chirp that is farthest off
    double u = 0.0;
};
std::optional<ChirpOffset> chirp_offset(const Recording& recording, const Programme& programme,
                                        const FineTiming& fine);

/// True where the closed form of a chirp on that side alone explains a quarter of what is there.
bool hears_chirp_of(const Recording& recording, const Programme& programme, const FineTiming& fine,
                    Side side);

}  // namespace fourpole
