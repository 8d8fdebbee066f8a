// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace fourpole {

/// One line of the mains: order n at n times the mains frequency.
struct MainsLine {
    int order = 1;
    double frequency_hz = 0.0;
    double amplitude = 0.0;  ///< peak, in the unit of x; 0 where what is there is not steady
    double u = 0.0;          ///< standard uncertainty of the amplitude
};

/// A quiet stretch of the capture: x = samples [from, from + count).
struct QuietStretch {
    std::size_t from = 0, count = 0;
};

/// What a capture holds while nothing plays.
struct QuietContent {
    double dc = 0.0, dc_u = 0.0;   ///< constant of all stretches together
    double rest_rms = 0.0;         ///< what is neither constant nor a line
    std::vector<MainsLine> lines;  ///< empty where there are less than 3 periods of 50 Hz
};

/// Constant, mains lines and noise of the quiet parts, fitted together (least squares):
///     x[n] = dc + sum_k a_k cos(k w n) + b_k sin(k w n) + rest
/// with one fundamental w for all stretches, near 50 or near 60 Hz, whichever explains more.
///
/// A line must be steady: over the pieces of the quiet parts (stretches, long ones halved) its
/// amplitude may spread by half of itself and 6 u, else it is left out: what a sweep or a decay
/// leaves in a stretch is no hum. Mains that wander in phase from piece to piece are stated by
/// the pieces' own amplitudes, with the difference to the common fit in u.
///
/// dc_u: of each stretch by its spectrum (NoiseSpectrum::variance_of_mean), so that rumble and hum that
/// drifts count as what they are. Accuracy: dc within 4 dc_u; amplitude 0.05 dB and frequency 1e-4 Hz where a
/// line is 40 dB above the noise in 0.8 s. Lines below 4 u are reported as found; the caller decides.
///
/// Of more than 2^19 samples (12 s at 44.1 kHz) piece by piece (rig/analysis/long_quiet.cpp): dc is the
/// pieces' mean, each line the root of their mean square with the noise's share taken off, frequency by what
/// says it. Memory: 215 bytes a sample of one fit, 113 MB at most whatever the length.
QuietContent quiet_content(std::span<const double> x, std::span<const QuietStretch> quiet, double rate_hz,
                           int orders);

/// The same in one fit, however long. @param nominal_hz  of the mains; nothing: whichever explains more
QuietContent quiet_fit(std::span<const double> x, std::span<const QuietStretch> quiet, double rate_hz,
                       int orders, std::optional<double> nominal_hz = {});

}  // namespace fourpole
