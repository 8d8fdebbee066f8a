// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/align/breaks.hpp"
#include "rig/measure/recorded_stands.hpp"
#include "rig/signal.hpp"

namespace fourpole {

/// The crossings of a take of known files as breaks of the stream.
///
/// Place: place_of(); `between` where it is not known to a sample, as in a pause of the file or between two
/// tones of which each is as much like itself a period later. Count: behind - before; where what is heard
/// behind (before) fits as well elsewhere, `modulo_samples` (a tone's period) or `u_count` says so. An
/// insertion that stands twice is a repetition. Digital zeros on all inputs stand where they stand: inserted,
/// or, behind which nothing is displaced, zeroed; so are those that hide at least three times what is left
/// over beside them.
///
/// `least_step`: what counts as digital zero. Accuracy: tests/recorded_track_test.cpp.
Breaks breaks_of_recorded(const Recording& recording, const Standing& standing, double least_step);

}  // namespace fourpole
