// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/programme.hpp"
#include "rig/reading.hpp"
#include "rig/signal.hpp"
#include "rig/stimulus/evaluate.hpp"

#include <cstdint>
#include <vector>

namespace fourpole {

struct Breaks {
    std::vector<Discontinuity> events;
    /// Places where the wave is disturbed by more than 1 % of its peak and nothing is missing.
    std::vector<std::int64_t> clicks;
    /// Disturbed places of events that hold too many to be examined, 0 where none does.
    std::int64_t torn = 0;
    /// Behind its breaks, if any, an event runs at another frequency than its closed form.
    bool foreign = false;
};

/// Finds where the stream of samples broke while a chirp or sweep played, before any clock
/// estimate is believed: lost frames make a later pair of markers look like a clock.
///
/// Place: a locally fitted sine satisfies y[n+1] - c y[n] + y[n-1] = 0; a break does not.
/// Count: the phase against the closed form just before and just after, its whole periods
/// from the delay of the stretches on both sides.
/// Kind: no samples stand in for a loss; a run of (dithered) zeros was inserted or, where the
/// delay does not change, zeroed; a block that stands twice was repeated.
///
/// @param clock       rough is enough: within 1 % and a few hundred samples
/// @param least_step  what counts as digital zero: 2.5 steps of the converter
/// Accuracy: place exact and count exact where the step is 12 times the local residual.
Breaks find_breaks(const Recording& recording, const Programme& programme, const Clock& clock,
                   double least_step);

}  // namespace fourpole
