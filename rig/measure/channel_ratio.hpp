// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/analysis/deconvolve.hpp"
#include "rig/measure/measure.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace fourpole {

/// Which channels of a capture (from 0) stand before and after a sense resistor.
struct SensePair {
    std::size_t before = 0, after = 1;
};

/// After divided by before at one frequency, both at the same moment.
struct ChannelRatio {
    double hz = 0.0;
    std::optional<Side> side;  ///< the only one that plays it; nothing: both do
    Estimate ratio;
};

/// One capture of a sense-resistor circuit.
struct HeardPair {
    Measurement health;  ///< `valid`, why not, `clock_offset`, breaks; nothing of the circuit itself
    std::vector<ChannelRatio> ratios;  ///< rising in frequency, once a frequency and side: the surest
    /// Where the channel before is less than 3 x its noise, so that nothing can be divided by it.
    struct Buried {
        double hz = 0.0;
        std::optional<Side> side;
    };
    std::vector<Buried> buried;
};

/// V_after / V_before of everything that the programme plays: each of its tones, or the reading grid (24
/// an octave) of its sweeps. Gain, delay and clock of the player cancel; what the two channels differ by
/// does not.
///
///     u(ratio)^2 = (u_after^2 + |ratio|^2 u_before^2) / |V_before|^2        (rms of the complex error)
///
/// Accuracy, noise apart: 1e-9 from tones; from a sweep, whose gates smooth the curve, 1.3e-4 where it falls
/// by 6 dB an octave, and u then holds 1e-4 for it.
/// Not valid (in `health`): a dead or clipped channel, breaks, a programme that is not there, tones beside
/// which ten times their power is something else.
/// Fault bad_input: fewer channels than the pair names; as measure().
Result<HeardPair> hear_pair(const Take& take, const Programme& programme, const SensePair& pair,
                            bool same_clock);

}  // namespace fourpole
