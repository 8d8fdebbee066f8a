// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/reading.hpp"

namespace fourpole {

/// Says what each `crosstalk` curve is made of, by how it goes with frequency (leak_causes()); one scalar
/// each at 1 kHz, dB re the driven side, with from and to:
///     crosstalk_shared_return  flat and inverted: a return that both sides share
///     crosstalk_amplifier      flat and not inverted: no passive return does that, the amplifier (or the
///                              interface) does
///     crosstalk_capacitive     rises by 6 dB an octave, 90 degrees ahead
///     crosstalk_inductive      rises by 6 dB an octave, 90 degrees behind: of the return, or mutual
///     crosstalk_unexplained    rms of what is left from 500 Hz to 2 kHz
/// at_most where a part is below 3 u. Detail `says` tells what cannot be told apart from the earphone's
/// terminals alone: an amplifier whose flat leak is inverted counts as shared return, so its own part is then
/// at_most that; a capacitive and an inductive part take from each other, only their difference is seen.
/// u: noise of the points (those of a sweep that are nearer than 4 Hz once), `calibration_u`, and half of
/// what the interface may leak itself (`interface_crosstalk_at_most_db`).
/// Called again it replaces what it said before. Curves of fewer than eight exact points between 20 Hz and 20
/// kHz, or of less than an octave, have no causes.
void split_crosstalk(Readings& readings);

}  // namespace fourpole
