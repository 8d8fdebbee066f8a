// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/analysis/modulation.hpp"

#include <complex>
#include <optional>
#include <span>

namespace fourpole {

/// A tone's modulation beside the slow swing of its phase.
///
///     y = A cos(w t + theta + phi(t)) + rest,   z = 2 rest e^(-j (w t + theta + phi)) / A
///
/// phi: the phases of blocks of 10 ms, arg of their sums, unwrapped, through a windowed sinc (Kaiser, 100 dB)
/// that passes 3 Hz and stops 10 Hz, in two passes; beyond the ends the phases are mirrored through their
/// last ones. Wander of a few periods, or of none whole, is no line: taken for lines it is dozens of them,
/// fitted over and over. Lines of 10 Hz or more stay as they are, and stand beside the tone as it swings.
struct BesideSlowPhase {
    Modulation modulation;
    double rms_rad = 0.0;  ///< of phi
};

/// @param rest    what a fit left of the tone;  @param phasor  as fitted, at its middle;  @param omega  rad a
/// sample. Nothing where phi is less than 0.01 rad rms, the blocks' noise hides it, or there are fewer
/// than 64. Accuracy: of lines from 10 Hz on 1e-4; of phi what its own slope within a block makes, 1e-5 at 1
/// Hz.
std::optional<BesideSlowPhase> beside_slow_phase(std::span<const double> rest, std::complex<double> phasor,
                                                 double omega, double rate_hz);

}  // namespace fourpole
