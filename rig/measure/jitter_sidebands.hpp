// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/analysis/sidebands.hpp"
#include "rig/measure/tone_fits.hpp"

#include <optional>

namespace fourpole {

inline constexpr double slowest_jitter_hz = 10.0;  ///< below it is called wander, as ITU-T G.810 has it

/// "jitter", "with the data", "wander", "one side only", "amplitude" or "amplitude only".
const char* kind_of(const SidebandPair& pair);
/// True where the second order of a line, b^2 / 4 of amplitude, stands out of the noise.
bool is_wide(const SidebandPair& pair);

/// The slow course of a tone's phase, rms.
struct SlowPart {
    double rad = 0.0, u_rad = 0.0;
};

struct JitterSidebands {
    Sidebands found;
    bool made_linear = false;      ///< higher orders were taken out
    std::optional<SlowPart> slow;  ///< where it is more than noise
};

/// The sidebands of a tone, seen from where its phase swings to (rig/analysis/swinging_tone): the strongest
/// lines first, and with them known all again, until none moves by more than 0.03 of its noise. What is
/// slower than 7 Hz (in 3 s; 10 Hz less 8 / T in less) is a curve and no line, or what is slower than a
/// strong line that stands too near to that. A line of 10 to 30 Hz, whose ends the curve may say as well, has
/// more noise for it. The slow part is left in where noise alone would make a curve of 0.02 rad of it.
/// Accuracy: of lines of 50 Hz to 4 kHz, 0.05 to 5 ns, beside wander of 0.6 to 15 Hz up to 2 us |error| / u
/// is 1, and no other line is found (tests/jitter_wander_test). Faults: none. Time: a search each, once where
/// nothing is there, 5 to 15 times beside a wide line near 10 Hz.
JitterSidebands jitter_sidebands(const FittedInput& input, double nominal_hz, SidebandSearch search);

}  // namespace fourpole
