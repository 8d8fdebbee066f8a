// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/model/model.hpp"
#include "rig/result.hpp"

#include <span>

namespace fourpole {

/// Fills in the bands of nominal curves (in the order of predicted_curves()) from units drawn by
/// chance, and what a Prediction says about the draws. Nothing is done without tolerances.
///
/// Draws come in equal blocks of at most 10,000 (4096 with covariance); each end of a band is
/// the mean over the blocks of the block's quantile (Hazen's: order statistics at (k - 1/2)/n,
/// linear between them; its bias at 10,000 draws of a normal is 1e-4 standard deviations).
///
/// Simultaneous band: the score of a unit at one frequency is its distance from the median in
/// half-widths of the pointwise band on its side, so that a lopsided band stays lopsided. c is
/// the 95 % quantile of the largest score along the curve; the band reaches from
/// median - c (median - low) to median + c (high - median).
///
/// Cost: one solution a frequency and draw. Faults as predict().
Result<Done> add_bands(const Circuit& circuit, std::span<const double> frequency_hz, const BandOrder& order,
                       Prediction& prediction);

}  // namespace fourpole
