// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/report/record.hpp"

#include <string>

namespace fourpole {

/// A prediction's scalars for people, a column a side, up to 80 columns: level, largest power
/// and its limit, noise, range, bits, bass, and the output impedance at 1 kHz. In brackets the
/// range of 95 % of units.
std::string derived_text(const ArmPrediction& prediction);

}  // namespace fourpole
