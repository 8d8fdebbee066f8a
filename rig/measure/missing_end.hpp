// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/measure/timing.hpp"
#include "rig/programme.hpp"
#include "rig/signal.hpp"

#include <optional>

namespace fourpole {

/// Of markers that are alike a take may hold the first ones or the last ones, and by themselves nobody knows
/// which. Taken for the first they make a take end too early. Where what the take holds before them has ten
/// times the energy of what it holds behind them, they are the last, and its beginning is missing: samples
/// from the programme's first event to the take's begin. Nothing where that is not so.
std::optional<double> missing_beginning(const Recording& recording, const Programme& programme,
                                        const Timing& timing);

}  // namespace fourpole
