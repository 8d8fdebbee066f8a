// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace fourpole {

/// Capture samples from .. to - 1 in which the files stand `later` whole samples behind their line.
struct Stand {
    std::ptrdiff_t from = 0, to = 0, later = 0;
};

/// What the files play, evaluated at the capture's samples `-before` .. on one line; 0 beyond.
struct OnLine {
    std::vector<double> x;
    std::ptrdiff_t before = 0;

    double at(std::ptrdiff_t n) const {
        const std::ptrdiff_t i = n + before;
        return i >= 0 && i < static_cast<std::ptrdiff_t>(x.size()) ? x[static_cast<std::size_t>(i)] : 0.0;
    }
};

/// x[n] - x[n - 1]: rising by 6 dB an octave, or the bass would rule.
std::vector<double> raised(std::span<const double> x);

/// First and last sample between which all of what plays lies but for a thousandth of its power, raised by 6
/// dB an octave, at either end: half of a programme may be the other side's.
std::pair<double, double> loud_part(std::span<const double> played);

/// What the device makes of the files, as the take itself has it: least squares over all stands of
///
///     y[n] = sum_j h_j x[n - later + j] + sum_m c_m p_m[n - later],  j = -32 .. 32
///
/// with p_m = x through a low pass of 5, 20 and 80 Hz: a coupling capacitor takes longer than the taps reach.
/// No more than 65,536 samples of the take are looked at, spread evenly. Where the files leave h open (few
/// tones) its least answer is taken. Returns the right side, x evaluated anew, on the files' own line; empty:
/// nothing plays there.
OnLine through_device(const OnLine& x, std::span<const double> y, std::span<const Stand> stands,
                      double rate_hz);

}  // namespace fourpole
