// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/profile/profile.hpp"
#include "rig/result.hpp"

#include <span>
#include <string>

namespace fourpole {

/// The netlist of one circuit over the range of these frequencies, 40 points a decade; ngspice's
/// result files are named after `file`.
Result<Done> write_netlist(const std::string& file, const Circuit& circuit,
                           std::span<const double> frequency_hz);

}  // namespace fourpole
