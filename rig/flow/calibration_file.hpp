// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/capture/take.hpp"
#include "rig/measure/impedance_readings.hpp"
#include "rig/measure/load_readings.hpp"
#include "rig/result.hpp"

#include <filesystem>
#include <optional>

namespace fourpole {

/// What a calibration says of the circuit around a take, beside its volts.
struct KnownCircuit {
    std::optional<SenseCircuit> sense;
    std::optional<KnownLoads> loads;
};

/// Puts the volts of `file` behind a take's numbers, and says the circuit that impedances are read with:
///     {"schema": "fourpole/calibration@1", "state": "calibrated",
///      "channels": [{"side": "left", "volts_per_full_scale": 1.55, "relative_u": 0.001}, ...],
///      "impedance": {"sense_resistor_ohm": {"value": 10.02, "u": 0.001}, ...},
///      "loads": [{"ohm": 33.0, "u_ohm": 0.003}, {"ohm": 16.0, "capture": "16ohm.wav"}]}
/// volts_per_full_scale: peak volts that read 1.0; relative_u: its standard uncertainty. `impedance` is told
/// by read_impedance_block(), `loads` by read_loads_block(), whose captures get the same volts; beside them
/// `channels` may be left out, for a ratio needs no volts.
/// Fault bad_input, all findings a line each: no block at all, another number of channels than the take,
/// a side twice, volts <= 0, whatever the other blocks have against it.
Result<KnownCircuit> apply_calibration(const std::filesystem::path& file, Take& take);

}  // namespace fourpole
