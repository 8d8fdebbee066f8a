// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/align/breaks.hpp"
#include "rig/capture/take.hpp"
#include "rig/measure/measure.hpp"
#include "rig/measure/timing.hpp"

#include <string>

namespace fourpole {

/// The stream of samples before any of it is believed: is the programme there, whole, unbroken and at its
/// rate? Sets `valid` and `reasons`, adds the reading `discontinuity`; returns a last word for an invalid
/// take, "" where there is none.
std::string judge_stream(const Take& take, const Recording& recording, const Programme& programme,
                         const Timing& timing, Measurement& out);

/// Breaks as sentences and as the reading `discontinuity`; any of them makes the take invalid. Places are
/// counted in the file, of which the take begins with `first_frame`. A break whose place, count or u is no
/// finite number has a sentence of its own, and is in no reading.
void read_breaks(Breaks found, std::size_t first_frame, Measurement& out);

}  // namespace fourpole
