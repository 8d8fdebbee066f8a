// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/null/pair.hpp"

#include <optional>

namespace fourpole {

/// B matched to A: where it stands, and how much of it, with standard uncertainties.
struct Match {
    Line line;
    double scale = 0.0;  ///< A = scale * B; negative where the polarity is inverted
    double u_relative_scale = 0.0, u_delay = 0.0, u_ppm = 0.0;  ///< u_delay: samples of B
};

/// The least squares of what remains of A in the heard band:
///
///     sum over blocks and bins |A_k(f) - h B_k(f) - (d + s m_k) h j w B_k(f)|^2 -> least,  B moved, again
///
/// m_k is the block's middle; both captures pass the same windows, so that at the right line the residual
/// is what they do not have in common and nothing of the method. Covariance: sandwich of the blocks'
/// scores, neighbours included (their blocks overlap), so noise of any colour, distortion and a line
/// that wanders are all in u; where there are fewer than 20 blocks u itself is rough.
/// Noise in B makes the scale smaller by its share of B's power, 1e-8 at -80 dB.
///
/// @param line  good to a sample
/// Accuracy: music of 8 s at -77 dB of residual: 2e-6 dB, 1e-5 samples, 6e-5 ppm; without noise that of
/// the resampler, 1e-6 samples. nullopt: less than four blocks in common, or nothing of B in the band.
std::optional<Match> match(const Pair& pair, const Line& line, unsigned threads, const Told& told);

}  // namespace fourpole
