// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/programme.hpp"
#include "rig/reading.hpp"
#include "rig/signal.hpp"
#include "rig/stimulus/evaluate.hpp"

#include <cstdint>
#include <vector>

namespace fourpole {

/// Samples by which a break makes what follows it later: < 0 of a loss.
inline double later_by(const Discontinuity& d) {
    if (d.kind == Discontinuity::Kind::zeroed) return 0.0;
    return static_cast<double>(d.kind == Discontinuity::Kind::lost ? -d.count : d.count);
}

struct Breaks {
    std::vector<Discontinuity> events;
    /// Samples by which all of them make the end of the capture later; a fraction where counts are in doubt.
    double later_by = 0.0;
    /// Places where the wave is disturbed by some percent of its peak and nothing is missing.
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
/// Count: the step in the course of the phase against the closed form, from just before to just after
/// (phase_course.hpp), its whole periods from that course and the delay of the stretches on both sides.
/// Kind: no samples stand in for a loss; a run of zeros or noise was inserted or, where the delay does not
/// change, zeroed; a block that stands twice was repeated.
///
/// @param clock       rough is enough: within 1 % and a few hundred samples
/// @param clock_u     samples by which it may stand off where it is used
/// @param least_step  what counts as digital zero: 2.5 steps of the converter
/// Accuracy: place exact and count exact where the step is 12 times the local residual and no doubt is told:
/// of 40 random breaks of -90 dBFS takes none is stated exact that is not (tests/breaks_anywhere_test.cpp).
/// Up to 6144 samples; a longer loss shows in the markers.
Breaks find_breaks(const Recording& recording, const Programme& programme, const Clock& clock, double clock_u,
                   double least_step);

}  // namespace fourpole
