// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/null/pair.hpp"

#include <optional>
#include <span>
#include <vector>

namespace fourpole {

/// One channel at 6 kHz, raised by 6 dB an octave up to 1 kHz or so and faded out towards 3 kHz: what a first
/// look for common content needs.
struct LowRate {
    static constexpr double rate_hz = 6000.0;
    Samples samples;
};
/// Up to six minutes of it are kept in memory, what is longer in a ScratchFile.
LowRate low_rate(const Samples& x, double rate_hz, const Told& told = {});

/// A place where a stretch of one channel is found in another: sample of the latter at 6 kHz, and the
/// normalised correlation there, |sum g y| / sqrt(sum g^2 sum y^2), 0 .. 1.
struct Place {
    double at = 0.0, likeness = 0.0;
    double common = 0.0;  ///< |sum g y|
};
/// The likeliest places of `stretch` in `y`, at most eight, best first; of equal ones that nearest to
/// `expected` first.
std::vector<Place> places_of(std::span<const double> stretch, const Samples& y, double expected);

/// A first idea of where A's samples stand in B.
struct CoarseLine {
    Line line;              ///< in the pair's own samples; good to 10 samples of B at 48 kHz
    double likeness = 0.0;  ///< mean over all stretches; one that is not on the line counts 0
    double weight = 0.0;    ///< the same by the root of what they have in common: the louder side's is larger
    bool repeats = false;   ///< the programme is as much like itself elsewhere: the delay is one of several
};

/// Takes up to twelve of the shorter channel's loudest stretches (0.7 s, then 0.17 s) and looks each of
/// them up everywhere in the other: delays of any size, clocks up to 5000 ppm apart, either polarity.
/// The line on which most of them lie wins. nullopt: no three of them lie on one, so there is no common
/// content that could be told (or less than 0.2 s of it).
std::optional<CoarseLine> coarse_line(const Pair& pair, const LowRate& a, const LowRate& b, unsigned threads);

}  // namespace fourpole
