// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/analysis/sense_resistor.hpp"
#include "rig/programme.hpp"
#include "rig/reading.hpp"
#include "rig/signal.hpp"

#include <optional>
#include <string>

namespace fourpole {

/// `power` in mW into a known resistor, at the level that was played, of each side:
///
///     P = 1000 V^2 / R,   (u_P / P)^2 = (2 u_V / V)^2 + (u_R / R)^2,   V rms
///
/// from a sweep (its `transfer` in dBV and its amplitude) a curve, from single tones (`level` in dBV) a
/// figure each. Details: load_ohm, played_dbfs. It is what was delivered, and no limit. Where a
/// `clipping_knee` was read in dBV, the same of its volts is `power_max`, exact or a bound as the knee is.
/// Returns why there is none; "" where there is.
std::string add_power(const std::optional<PerSide<KnownOhms>>& load, const Programme& programme,
                      Readings& out);

}  // namespace fourpole
