// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/capture/take.hpp"
#include "rig/result.hpp"
#include "rig/signal.hpp"

#include <optional>
#include <string>
#include <vector>

namespace fourpole {

/// What a true-rms meter showed at the inputs while a capture of one steady sine was made.
struct MeterReading {
    double frequency_hz = 0.0;             ///< nominal, of the sine
    PerSide<std::optional<double>> v_rms;  ///< nothing: nobody put the meter there
    double relative_u = 0.0;               ///< standard uncertainty of the meter, of its reading
};

/// Volts of one input, peak, that read full scale.
struct InputScale {
    Side side = Side::left;
    double volts_per_full_scale = 0.0, relative_u = 0.0;
    double level_dbfs = 0.0;
    double beside_db = 0.0;  ///< noise, hum and harmonics re the sine: the meter read them too
};

/// The scale of every input of a capture of one or two channels, from the sine's fitted amplitude A (full
/// scales, peak):
///
///     S = sqrt(2) V / A,   u(S)^2 / S^2 = u_meter^2 + u_A^2 / A^2 + (r^2 / 2)^2 + d^2 / 3
///
/// r: what stands beside the sine from 20 Hz to 20 kHz re the sine, both rms. A true-rms meter shows
/// sqrt(1 + r^2) times the sine, an average-responding one something between; S takes the sine alone, and u
/// what that may be. d: by how much the sine's level leaves its middle, block by block (see steadiness()),
/// as nobody says when the meter was read.
/// @param take  at least a second of the sine on every input
/// Faults: bad_input (volts of an input that nobody tells, a frequency out of range), take_invalid (no such
/// sine, clipped, weaker than -40 dBFS, a level that moves by more than 2 % to either side, or so much beside
/// it that the meter read something else: r above 0.1). Accuracy: u (tests/level_calibration_test)
Result<std::vector<InputScale>> scales_by_meter(const Take& take, const MeterReading& meter);

/// A calibration file (fourpole/calibration@1) of these inputs.
/// @param made  date, ISO 8601
std::string calibration_file_text(const std::vector<InputScale>& scales, const std::string& made,
                                  const std::string& applies_to);

}  // namespace fourpole
