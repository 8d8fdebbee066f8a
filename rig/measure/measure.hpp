// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/capture/take.hpp"
#include "rig/programme.hpp"
#include "rig/reading.hpp"
#include "rig/result.hpp"

#include <optional>
#include <string>
#include <vector>

namespace fourpole {

/// A take turned into readings; the same code for a real, a simulated and a replayed take.
struct Measurement {
    bool valid = true;
    std::vector<std::string> reasons;  ///< why it is not valid, and warnings; a sentence each
    Readings readings;                 ///< of an invalid take: only what says why
};

/// @param same_clock  player and converter share one clock: the offset is 0 by construction
/// Fault bad_input: the programme cannot belong to this take (no event, a file that is missing).
/// An invalid take is no fault here: it comes back with its reasons and no figure.
Result<Measurement> measure(const Take& take, const Programme& programme, bool same_clock);

/// Impulse response of each captured channel by the first sweep or file event, from `before`
/// samples ahead of the programme's arrival: what a room or a headphone is judged by.
Result<std::vector<std::vector<double>>> impulse_responses(const Take& take, const Programme& programme,
                                                           double start, std::size_t before,
                                                           std::size_t after);

}  // namespace fourpole
