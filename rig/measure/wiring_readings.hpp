// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/measure/heard_tones.hpp"
#include "rig/measure/measure.hpp"
#include "rig/measure/sweeps.hpp"
#include "rig/measure/timing.hpp"

#include <optional>

namespace fourpole {

/// How much of the polarity a take without a marker can say.
enum class Polarity {
    told,          ///< markers, or many tones that agree on one start
    of_both_open,  ///< one line on both sides in turn: of one side re the other, not of both together
    of_each_open   ///< nothing but what one side does on one input re the other input
};

/// A matrix by tones: like matrix_at_1khz(), with what its signs are worth.
struct ToneMatrix {
    MeasuredMatrix matrix;
    Polarity polarity = Polarity::of_each_open;
};

/// 2x2 by the line nearest to 1 kHz that each side plays alone (left and right lines may sound together, or
/// one after the other), within an octave of 1 kHz and of each other:
///     from[input][side] = (tone on the input / tone as played) e^(-j 2 pi f u),  re the largest
/// A line below 3 times its noise is 0, and so is an input that holds none of a segment. Without a known
/// start each column is turned so that its largest is positive, both alike where one frequency and a known
/// pace (0.3 rad of the time between them) say how they stand to each other.
/// nullopt: a side has no such line, an input was not captured, or nothing arrives.
/// @param clock  with a start; nothing where no start is known
std::optional<ToneMatrix> matrix_of_tones(const FittedTones& tones, const std::optional<Clock>& clock,
                                          const PerSide<bool>& captured);

/// What the plug did, in words: `wiring` from sweeps at 1 kHz, else from tones near it. `polarity` of the
/// latter is "told", or says what is open; the outcome then ends with "; polarity not told", and a sum is
/// not called a sum where it may be a difference.
/// Returns where each output of the player arrives; swapped sides are told in `out.reasons`.
SideMap read_wiring(const FineTiming& fine, const HeardTones& tones, const Recording& recording,
                    Measurement& out);

}  // namespace fourpole
