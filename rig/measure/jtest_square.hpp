// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/measure/tone_fits.hpp"

#include <complex>
#include <optional>

namespace fourpole {

/// The square of a J-test's least significant bit, as it stands in a capture.
///
/// Dunn's cycle of 192 words is, between the words (n counts them; see rig/stimulus/evaluate.hpp),
///     sqrt(1/2) sin(pi n / 2 - 3 pi / 4) + LSB / 2 (q(n) - 1),   LSB = 2^(1 - bits)
///     q(n) = sum_k sin(pi k (2 n + 1) / 192) / (48 sin(pi k / 192)),   k = 1, 3 .. 95
/// so that at k / 192 of the words' rate stands a line of LSB / (96 sin(pi k / 192)) peak. Beside the carrier
/// (k = 48) that is LSB / 67.9, of 16 bits -126.9 dBFS or 123.9 dB below it. At k = 48 +- o both stand
/// mirrored about the carrier,
///     c+ = -a(48 + o) e^(j psi),   c- = -a(48 - o) e^(-j psi),   a(k) = LSB / (96 sqrt(1/2) sin(pi k /
///     192)),
/// an amplitude of their sum and a phase of their difference only: of 16 bits 0.28 ps peak at o = 1, 6.3 ps
/// at o = 19, 8.1 ps rms all of them to 5 kHz together (48 kHz), which were played and are no jitter.
struct JTestSquare {
    int bits = 24;
    double word = 0.0;       ///< n at the stretch's middle, 0 to 192
    double sign = 1.0;       ///< -1: the device turns the carrier over
    double agreement = 0.0;  ///< of the lines looked at with those of that place: 1 = all as played

    /// The line k as it should stand re the carrier, both as phasors of cosines at the stretch's middle, by a
    /// device whose gain there is its gain at the carrier.
    std::complex<double> line(int k) const;
};

/// The place in the cycle: the carrier says it up to 2 words (and its sign); the square's own lines k = 3 to
/// 27, below 0.15 of the words' rate, where no sideband of the carrier is looked for, say which of the 96 it
/// is. Accuracy: as the carrier's phase, in noise up to half of those lines. Nothing where they do not agree
/// (below 0.8) or are not what was played within 6 dB: a path that changes bits.
std::optional<JTestSquare> find_square(const FittedInput& input, const PlayedJTest& jtest);

}  // namespace fourpole
