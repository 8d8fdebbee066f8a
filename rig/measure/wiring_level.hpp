// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/reading.hpp"

namespace fourpole {

/// Says again what the drivers hear, now that the player's EMF (peak volts of a full-scale sine) is known.
/// A take alone knows ratios only: of an earphone that hears nothing, its leakage would then be the loudest
/// and be called "stereo". Here every coefficient of `wiring` is re the EMF, as the model's are, so that a
/// driver below a thousandth of it is silent and the words of measurement and prediction mean the same.
///
///     coefficient x largest transfer at that frequency (rms volts) x sqrt(2) / EMF
///
/// Changes the reading's coefficients, labels and outcome; its definition becomes wiring.matrix_re_emf@2.
/// Takes whose transfers are no volts (calibration raw), or have no value there, stay as they are.
void judge_wiring_by_level(Readings& readings, double emf_v);

}  // namespace fourpole
