// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/analysis/tone_fit.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace fourpole {

/// Seconds by which a tone comes early, the mean of each block of `block` samples, from what a fit with
/// `rest` left of it: arg(1 + sum over the block of rest e^(-j (w t + theta)) / (N A / 2)) / w, and one of
/// noise alone.
struct BlockTimes {
    double block_s = 0.0;
    std::vector<double> times_s;
};

/// @param phasor  the tone as fitted;  @param hz  on the converter's clock
BlockTimes block_times(const ToneFit& fit, std::complex<double> phasor, double hz, double rate_hz,
                       std::size_t block);

/// What the wander of a clock may do to the pace that was fitted over a stretch.
///
/// The line through the times over T is wrong by what the wander has in common with t. A component of rms s_k
/// at k / T and of any phase does 6 s_k / (pi k T), so that
///     u^2 = 36 / (pi T)^2 sum_k s_k^2 / k^2,   s_k from the times' own spectrum,
/// which for white noise is the bound of least squares, 12 s^2 / (N T^2). The sine of k lost 24 / (2 pi k)^2
/// of its power to the line and gets it back. Wander slower than 1 / T is the stretch's own pace.
struct PaceDoubt {
    double u_pace = 0.0;  ///< seconds a second: wander and noise together; 0 where noise explains it
    double rms_s = 0.0;   ///< of the wander itself; 0 where noise explains it
    double noise_rms_s = 0.0;
    double seconds = 0.0;  ///< that it was looked at in
    /// Seconds a second by which the times' own line is off the fit's pace: where the phase swings by half a
    /// radian and more a fit may be led astray, to a sideband of its own; else 0.
    double pace_off = 0.0;
    /// Times at the stretch's first and last samples, of the wander itself. Where a course is slower than the
    /// stretch these are far off once its line is out: sqrt 5 times its rms where it bends once, sqrt 7 where
    /// twice.
    double first_s = 0.0, last_s = 0.0;
};

/// From the tone `hz` (nominal) of a fit. Accuracy: |error| / u is 0.6 rms for a sine of more than 1 / T and
/// of any phase. Nothing in fewer than 16 blocks, of 10 ms or of four periods if these are longer.
std::optional<PaceDoubt> pace_doubt(const ToneFit& fit, std::complex<double> phasor, double hz,
                                    double rate_hz);

}  // namespace fourpole
