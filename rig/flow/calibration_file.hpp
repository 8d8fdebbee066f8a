// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/capture/take.hpp"
#include "rig/result.hpp"

#include <filesystem>

namespace fourpole {

/// Puts the volts of `file` behind a take's numbers:
///     {"schema": "fourpole/calibration@1", "state": "calibrated",
///      "channels": [{"side": "left", "volts_per_full_scale": 1.55, "relative_u": 0.001}, ...]}
/// volts_per_full_scale: peak volts that read 1.0; relative_u: its standard uncertainty.
/// Fault bad_input: another number of channels than the take, a side twice, volts <= 0.
Result<Done> apply_calibration(const std::filesystem::path& file, Take& take);

}  // namespace fourpole
