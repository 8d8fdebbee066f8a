// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/measure/tone_match.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace fourpole {

/// A delay as a stretch of the capture holds it, piece by piece.
struct DelayPieces {
    std::vector<double> at;     ///< middle of each piece, -1 to 1 over the stretch
    std::vector<double> delay;  ///< samples
    std::vector<double> u;
    double worst_rest = 0.0, worst_peak = 0.0;  ///< over the reference's own variance
    double energy = 0.0;                        ///< mean square of the wave over the noise
    double gain = 1.0;                          ///< of the last piece
};

/// @param state  where the tones are expected in the middle of the stretch
DelayPieces delay_pieces(const Recording& recording, const ToneReference& reference, std::size_t from,
                         std::size_t to, const ToneState& state);

/// The delay's course where it is that of a clock that wanders, and no step: a cubic
///
///     d(t) = sum_k c_k P_k(t),   t = -1 .. 1
///
/// that leaves no more than four times over what a line with a step in any one piece does (as many
/// unknowns, that piece left out). A stream breaks at once; a clock of some 10 us turns by no step in 40 ms.
/// A step smaller than the course's own bend in the stretch passes for wander. Nothing where the step is the
/// better of the two.
struct DelayCourse {
    std::vector<double> at, delay;  ///< of the cubic, at the pieces

    /// Between the pieces, in a straight line; at -1 <= t <= 1.
    double delay_at(double t) const;
    /// Per half of the stretch.
    double slope_at(double t) const;
};
std::optional<DelayCourse> smooth_course(const DelayPieces& pieces);

}  // namespace fourpole
