// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <complex>
#include <span>
#include <vector>

namespace fourpole {

/// What a tone's phase and amplitude do over time, sample by sample, as two real signals.
///
///     y = A cos(w t + theta) + rest,   z = 2 rest e^(-j (w t + theta)) / A,
///     phase = Im z (rad),   amplitude = Re z (relative)
///
/// A tone A (1 + m) cos(w t + theta + phi) leaves rest = A m cos - A phi sin, hence z = m + j phi, beside
/// the same mirrored about twice the tone's frequency. A line of phi at an offset d,
/// phi = Re(P e^(j d t)), is what two sidebands c+ and c- (re the tone) make of it:
///     P = -j (c+ - conj c-),   of m: M = c+ + conj c-
/// Exact for offsets below both w / 2 pi and half the rate less that, up to phi^2 / 2 of phi.
struct Modulation {
    std::vector<double> phase, amplitude;
};

/// @param rest    what a fit left of the tone, t counted from its middle
/// @param phasor  of the tone as a cosine there, A e^(j theta), not 0
/// @param omega   rad a sample
/// Accuracy: 1e-12 of rest / A. No faults.
Modulation modulation_of(std::span<const double> rest, std::complex<double> phasor, double omega);

}  // namespace fourpole
