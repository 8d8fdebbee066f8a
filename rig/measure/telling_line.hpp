// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/analysis/tone_fit.hpp"
#include "rig/measure/tone_segments.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace fourpole {

/// The line of a fit that says most of the clock: |phasor| times frequency, as this input holds it. What was
/// played loudest may be the other side's, and here only its crosstalk, which tells no time.
/// @param hz      nominal, the played ones first;  @param played  how many of them
std::size_t telling_line(const ToneFit& fit, std::span<const double> hz, std::size_t played);

/// Before a fit knows: of each side that plays, the line whose amplitude times frequency is greatest; each
/// once.
std::vector<double> telling_candidates(const ToneSegment& segment);

/// A segment's lines fitted to y with the clock free: from `told_scale`, else from where each candidate
/// lies, within `most_ppm`; of these fits the one that leaves least. Nothing where no candidate is found.
std::optional<ToneFit> fit_clock(std::span<const double> y, double rate_hz, const ToneSegment& segment,
                                 std::optional<double> told_scale, double most_ppm);

}  // namespace fourpole
