// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/analysis/mains.hpp"
#include "rig/measure/noise_places.hpp"
#include "rig/measure/tones.hpp"
#include "rig/reading.hpp"

#include <vector>

namespace fourpole {

/// Mean square per hertz that a noise of this amplitude (rms) has by its name:
///
///     white   A^2 / (fs / 2), fs the player's rate
///     pink    A^2 / (f ln(fs / 20)): 1/f from 10 Hz to fs / 2
///
/// 0 where the name says no spectrum that this project knows the source of (iec_programme).
double nominal_density(const Noise& noise, double player_rate_hz, double frequency_hz);

/// What can be read of noise whose samples nobody knows. Of each side the longest stretch in which it plays
/// alone, else in which both play:
///
///   level      10 lg (2 mean square) from 20 Hz to 20 kHz by each weighting, and in thirds of an octave
///   response   10 lg (mean over the third of P(f) / nominal_density(f)), noise of the pauses taken off
///   crosstalk  xy / xx between the inputs while one side plays (rig/analysis/cross_spectrum), complex, and
///              the power there re the driven side's from 20 Hz to 20 kHz, at_most what the pauses hold too
///   balance    10 lg (left power / right power) in thirds while both play, else from one stretch each
///
/// u: 4.34 dB / sqrt(B T) where the noise's own chance is in it; crosstalk, and balance of one realisation on
/// both sides, have only what is not coherent: 8.69 dB sqrt((1 - c) / (2 c n)). Thirds worth less than 8
/// values are left out. Response and crosstalk are read where no sweep and no tone has told them better.
/// Accuracy: as u. How pink is at the ends of its band nobody says: a generator that begins at 0.2 Hz puts
/// the whole response of pink noise 1.8 dB lower, not its shape.
/// @param quiet  stretches in which nothing plays
void read_played_noise(const Recording& recording, double player_rate_hz,
                       const std::vector<NoiseStretch>& stretches, const std::vector<QuietStretch>& quiet,
                       const ToneContext& context, Readings& out);

}  // namespace fourpole
