// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/measure/tone_wave.hpp"

#include <cstddef>
#include <vector>

namespace fourpole {

/// Where the tones of a segment are held against its reference: so much later than it, so much louder.
struct ToneState {
    double delay = 0.0;  ///< samples
    double gain = 1.0;
    double pace = 0.0;  ///< samples a sample by which the delay grows
};

/// y[from, from + count) of all inputs against the reference moved by a state, least squares on what is left:
///
///     y(n) - gain x(n - delay) = (change of gain) x - (change of delay) x' + rest,  each input over its
///     noise
struct ToneMatch {
    ToneState now;         ///< the state moved by what the fit says
    double later = 0.0;    ///< the change of delay
    double u_delay = 0.0;  ///< for noise like what is left
    double rest = 0.0;     ///< mean square of the rest over the reference's own
    double peak = 0.0;     ///< largest square of the rest, likewise
    double stiff =
        0.0;  ///< sum of squares of x' over the noise: of `rest` times the samples, a sample squared
    double energy = 0.0;      ///< sum of squares of x over the noise
    std::size_t samples = 0;  ///< of all inputs
};
ToneMatch match_tones(const Recording& recording, const ToneReference& reference, std::size_t from,
                      std::size_t count, const ToneState& state);

/// A number of samples by which a stretch may be later than a state says, with its match.
struct ToneCount {
    std::ptrdiff_t samples = 0;
    ToneMatch match;
};

/// Counts are looked for up to so many samples, either way.
inline constexpr std::ptrdiff_t most_count = 6144;

/// Every count that explains y[from, from + count), least size first. Of all n at once by correlation:
///
///     R(n) = sum (y - gain x(n))^2 = sum y^2 - 2 gain sum y x(n) + gain^2 sum x(n)^2
///
/// The minima of R that leave no more over than `most_rest` are matched; those stay that leave as little as
/// the best of them (within 30 variances and -60 dB of the wave) and stand within a tenth of a sample of
/// their integer, or as much more as the player's clock makes of its own samples. One tone agrees after every
/// period, several tones after all of theirs: then there are several.
/// Where the best stands farther from an integer, only it is returned.
std::vector<ToneCount> possible_counts(const Recording& recording, const ToneReference& reference,
                                       std::size_t from, std::size_t count, const ToneState& state,
                                       double most_rest);

/// Off an integer by no more than the interface's own samples, or the player's on its clock, allow.
bool is_whole(const ToneCount& count, const ToneReference& reference);

}  // namespace fourpole
