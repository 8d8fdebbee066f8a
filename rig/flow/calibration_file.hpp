// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/capture/take.hpp"
#include "rig/measure/impedance_readings.hpp"
#include "rig/result.hpp"

#include <filesystem>
#include <optional>

namespace fourpole {

/// Puts the volts of `file` behind a take's numbers, and says the circuit that impedances are read with:
///     {"schema": "fourpole/calibration@1", "state": "calibrated",
///      "channels": [{"side": "left", "volts_per_full_scale": 1.55, "relative_u": 0.001}, ...],
///      "impedance": {"sense_resistor_ohm": {"value": 10.02, "u": 0.001}, ...}}
/// volts_per_full_scale: peak volts that read 1.0; relative_u: its standard uncertainty. `impedance` is told
/// by read_impedance_block(); beside it `channels` may be left out, for a ratio needs no volts.
/// Fault bad_input, all findings a line each: neither block, another number of channels than the take,
/// a side twice, volts <= 0, whatever the impedance block has against it.
Result<std::optional<SenseCircuit>> apply_calibration(const std::filesystem::path& file, Take& take);

}  // namespace fourpole
