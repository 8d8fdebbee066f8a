// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/measure/pace_doubt.hpp"

#include <optional>
#include <vector>

namespace fourpole {

/// The player's clock as one segment of tones tells it.
struct SegmentClock {
    double scale = 1.0, u = 0.0;  ///< 1 + ppm 1e-6
    bool known = false;           ///< well enough to be a clock
    double from_s = 0.0, to_s = 0.0;
    std::optional<PaceDoubt> wander;
    double u_by_hum = 0.0;

    double u_alone() const;
};

/// Of all segments together.
struct CommonClock {
    double ppm = 0.0, u_ppm = 0.0;
    double seconds = 0.0;             ///< from the first segment that knows it to the last
    std::optional<PaceDoubt> wander;  ///< of the longest segment that can tell
};

/// Mean of the segments' clocks, weighted by 1 / (u^2 + b): b is what they differ by beyond chance.
///
/// What wander does to one it may do to all, where tones follow each other at its own pace: that part of u
/// does not average. A tone that cannot tell wander has that of the one that can: a component at f turns a
/// line over T by 6 s / (pi f T^2), so that it goes with 1 / T^2.
/// Accuracy: under 1 to 10 us at 0.3 to 9 Hz the error is below 2 u (tests/wander_steps_test.cpp); wander
/// slower than 1 / T is the tones' own pace.
/// Nothing where no segment knows it.
std::optional<CommonClock> common_clock(const std::vector<SegmentClock>& clocks);

}  // namespace fourpole
