// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/null/match.hpp"
#include "rig/null/outliers.hpp"
#include "rig/null/pair.hpp"

#include <complex>
#include <cstddef>
#include <optional>
#include <vector>

namespace fourpole {

/// A power relative to that of A in the heard band, with its standard uncertainty.
struct Share {
    double power = 0.0, u = 0.0;
};

/// One third of an octave (base 10, 1 kHz among them).
struct ThirdOctave {
    double centre_hz = 0.0;
    Share residual;  ///< re A's whole power
    double a = 0.0;  ///< A's own power there, re its whole
};

/// A = scale (1 + difference) B in a twelfth of an octave, by least squares.
struct LinearPoint {
    double frequency_hz = 0.0;
    std::complex<double> difference;
    double u = 0.0;  ///< of real and imaginary part
};

/// What remains of A once the matched B is taken away, in the heard band.
struct Residual {
    Share total;                      ///< u: how far another stretch of this length would differ
    std::vector<ThirdOctave> thirds;  ///< those that hold a bin
    Share linear;     ///< what a linear filter on B would take away, resolved to a twelfth of an octave
    Share nonlinear;  ///< what B's 2nd to 5th powers would take away beyond that, each through a filter
    Share noise;      ///< all else: noise of both captures, what is in one of them only, finer structure
    std::vector<LinearPoint> difference;                ///< where A and B are 99 % coherent
    double loudest_over_median = 1.0;                   ///< power of the loudest block of the residual
    std::size_t loudest_first = 0, loudest_length = 0;  ///< A's samples that it holds
    std::vector<Outlier> outliers;
    double in_outliers = 0.0;  ///< what they make of the total
};

/// What a resampler leaves of a perfect null: -150 dB, see resampled(). Below it nothing is known.
inline constexpr double least_residual = 1e-15;

/// Parts below 0.3 % of the residual (-25 dB) are not told from chance: blocks of either half overlap.
inline constexpr double least_part = 3e-3;

/// R = A - scale B'. Its parts come from least squares in each twelfth of an octave, told by either half
/// of the blocks about the other one, so that noise is not explained away by chance:
///
///     R = T(f) B' + sum_q N_q(f) (B'^q) + noise,  q = 2 .. 5
///
/// In a band where A and B are less than 99 % coherent B's own noise would pass for a filter: there
/// everything that is not nonlinear counts as noise. Noise of 1 % is taken for one by a hundredth.
/// Accuracy: total 0.03 dB; each part within 0.5 dB down to 20 dB below the residual; a linear part whose
/// delay is over 1 ms or whose response turns within a twelfth of an octave is called noise.
Residual residual_of(const Pair& pair, const Match& match, unsigned threads, const Told& told);

}  // namespace fourpole
