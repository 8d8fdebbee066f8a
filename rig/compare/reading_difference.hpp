// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/compare/reading_pairs.hpp"
#include "rig/reading.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace fourpole {

/// B - A at one place.
struct PointDifference {
    Point a, b;
    Point difference;                 ///< value, phase, u and state of b - a
    std::optional<double> low, high;  ///< 95 % interval; of a bound its one end, with 95 % on one side
    std::optional<double> z;          ///< value / u
    bool interpolated = false;
};

/// B - A of one quantity.
struct ReadingDifference {
    Reading a, b;
    std::vector<PointDifference> points;
    std::size_t not_compared = 0;  ///< points of the curve with fewer, where the other one has none
    /// The part of u that moves the whole curve at once, as the two analyses tell it; nullopt: they do not.
    std::optional<double> u_common;
    std::string words_a, words_b;  ///< of a wiring, which has no figure
    std::vector<std::string> notes;

    /// The point that is farthest off in its own u; nullptr where none has a z.
    const PointDifference* farthest() const;
};

/// Point by point, at the places of the curve with fewer points:
///
///     d = b - a,   u^2 = u_a^2 + u_b^2,   d +- 1.960 u,   z = d / u
///
/// u takes what is behind A and B for independent. Where both were made with one calibration
/// (`same_calibration`) its share cancels: u^2 -= 2 c_a c_b, c the detail `calibration_u` of each.
/// A place that the other curve has within 1e-9 is taken as it is. Otherwise, along a frequency, it is
/// interpolated straight in ln f where four exact neighbours lie within a third of an octave of each
/// other, with |cubic - straight| through them as a part of u; else left out.
/// Bounds: b at most and a exact gives at most b - a + 1.645 u_a; b at least likewise; a bound in a turns
/// round; two that bound from opposite sides leave not_measured. An unknown u leaves the interval unknown.
/// Accuracy: rounding; of interpolated figures |error| is about that part of u.
ReadingDifference difference_of(const ReadingPair& pair, bool same_calibration);

}  // namespace fourpole
