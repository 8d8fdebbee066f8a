// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/model/ohmmeter.hpp"
#include "rig/result.hpp"

#include <string>
#include <vector>

namespace fourpole {

/// "T-S=23.5,R1-S=23.3,T-R1=46.6"; "open" or "OL" for no conduction. `u` is "" (half a unit of the
/// last digit that was written, rectangular: 23.5 -> 0.1 / sqrt(12) = 0.029 ohm), one figure for
/// all, or "T-S=0.05,...". Fault bad_input: names the part that cannot be read.
Result<std::vector<OhmmeterReading>> parse_ohmmeter(const std::string& readings, const std::string& u);

}  // namespace fourpole
