// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace fourpole {

/// One line of the mains: order n at n times the mains frequency.
struct MainsLine {
    int order = 1;
    double frequency_hz = 0.0;
    double amplitude = 0.0;  ///< peak, in the unit of x
    double u = 0.0;          ///< standard uncertainty of the amplitude
};

/// A quiet stretch of the capture: x = samples [from, from + count).
struct QuietStretch {
    std::size_t from = 0, count = 0;
};

/// Mains lines in the quiet parts of a capture: one common fundamental near 50 and near 60 Hz
/// is fitted (least squares over all stretches, constant taken out), the stronger family is
/// kept. Lines below 4 u are reported with their amplitude as found; the caller decides.
///
/// A line must be steady: fitted in the first and in the second half of the quiet parts it has
/// to be the same phasor within 30 % and 6 u, else it is left out (amplitude 0): what a sweep or
/// a decay leaves in a stretch is no hum.
///
/// Accuracy: amplitude 0.05 dB, frequency 0.02 Hz where a line is 40 dB above the noise in
/// 0.8 s. Empty where the quiet parts hold less than 3 periods of 50 Hz.
std::vector<MainsLine> mains_lines(std::span<const double> x, std::span<const QuietStretch> quiet,
                                   double rate_hz, int orders);

}  // namespace fourpole
