// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/profile/profile.hpp"
#include "rig/report/record.hpp"
#include "rig/result.hpp"

#include <filesystem>
#include <span>
#include <vector>

namespace fourpole {

/// Frequencies that a programme's readings will be given at, 12 an octave: 1000 Hz * 2^(k/12)
/// within what its sweeps reach, 20 Hz - 20 kHz where it has none.
std::vector<double> prediction_grid(const Programme& programme);

/// What the model says for one arm, in the units of its measurement: response and transfer in
/// dBV (rms volts at the driver for a full-scale sine), crosstalk in dB, wiring in words.
Result<ArmPrediction> predict_arm(const Arm& arm, std::span<const double> frequency_hz, int draws);

/// Every arm, in the session's order.
Result<std::vector<ArmPrediction>> predict_arms(const Session& session, int draws);

/// An arm whose plug would short an amplifier output is refused before anything plays.
Result<Done> refuse_hazards(const Session& session);

/// FOLDER/predictions/<arm>.json; the SHA-256 in each prediction is of that file's bytes. A file
/// that is there already (a run that is resumed) is never written again: Fault bad_input where
/// it holds another prediction, since its takes were made after that one.
Result<Done> store_predictions(const std::filesystem::path& folder, std::vector<ArmPrediction>& predictions);

/// The same predictions for an earlier run, worked out again. Fault bad_input where they are not
/// what the run stored before its first take: another program predicts differently, or the
/// files were changed.
Result<std::vector<ArmPrediction>> predictions_again(const std::filesystem::path& folder,
                                                     const Session& session, int draws);

}  // namespace fourpole
