// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/measure/sweeps.hpp"
#include "rig/measure/timing.hpp"
#include "rig/result.hpp"

#include <cstddef>
#include <optional>

namespace fourpole {

/// The y of a probe's deconvolution on which it is loudest.
std::size_t loudest(const Probe& probe);

/// The pace of a player by two alike sweeps, or one file that plays twice, where no chirp tells it; changes
/// `timing`'s clock, u_ppm, from, mean_over_s and unseen_samples, and leaves them where none can tell.
///
///     ppm = (gap_s fs / (gap_s fs / (1 + ppm_before 1e-6) + d) - 1) 1e6,  d: phase_line_between() of the two
///     u   = hypot(u(d), 0.05 sample of two paths, 0.002 of one) / gap
///
/// Only near the right rate do the sweeps say where they begin: it is looked for again and again, from where
/// their own paces (own_pace()) lead, to 2000 ppm and beyond with sweeps of up to minutes.
///
/// Returns what was lost or inserted between the two: the samples by which their distance asks for another
/// pace than both have themselves; the clock is then no clock. What is within 5 u of their own pace is not
/// told from a pace: `unseen_samples`.
Result<std::optional<Discontinuity>> clock_by_sweeps(const Recording& recording, const Programme& programme,
                                                     Timing& timing);

}  // namespace fourpole
