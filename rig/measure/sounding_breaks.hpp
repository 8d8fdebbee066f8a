// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/align/breaks.hpp"
#include "rig/measure/timing.hpp"

namespace fourpole {

/// Breaks while a chirp or a sweep sounds (rig/align/breaks.hpp). What the markers say of the clock is not
/// believed once there is one: the breaks are counted again at the clock that is left when they are taken
/// out, by the chirps in which nothing broke; of a sweep that broke either part may be what was found, and no
/// sweep tells one.
Breaks breaks_while_sounding(const Recording& recording, const Programme& programme, const Timing& timing,
                             double least_step);

}  // namespace fourpole
