// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/null/pair.hpp"
#include "rig/null/residual.hpp"
#include "rig/null/wander_leap.hpp"
#include "rig/null/wander_track.hpp"

#include <memory>
#include <optional>

namespace fourpole {

/// What the clocks of a matched pair do beside their line: wow, flutter, a buffer that breathes.
struct Wander {
    /// Where it stands out: B's delay in blocks of 21 ms. Absent: not seen; `share` is a bound then.
    std::shared_ptr<const WanderTrack> track;
    Line line;          ///< which the track is about; of one that is not seen the match's
    bool told = false;  ///< false: one octave holds everything, or the capture has too few blocks
    Share share;  ///< what it makes of the residual, re A's power; with a track: what following took away
    double rest = 0.0;          ///< at most this much of A's power is wander still, behind following
    double rms = 0.0, u = 0.0;  ///< samples of A; u of one block's delay by noise
    double block_s = 0.0;
    double lost = 0.0;               ///< of that, what stands in places in which it could not be followed
    double quick = 0.0;              ///< of that, what swings too fast for blocks of 21 ms
    std::optional<WanderLeap> leap;  ///< the largest that stands out of how it usually moves
    /// Variance of what B's delay still does from block to block, samples^2: as the groups tell it alike, one
    /// u of that, and of a track what noise put into it.
    double swing = 0.0;
};

/// The delay of each block of 21 ms, told by octaves that know nothing of each other:
///
///     d_o = sum w Im(conj(B) A) / (h_o sum w^2 |B|^2) - its mean over all blocks
///
/// What a filter does to the phase of an octave is the same in all blocks and gone with the mean; a clock
/// moves all octaves alike. So they are dealt out to two groups, and
///
///     P = h^2 sum d_1 d_2 sum w^2 |B|^2
///
/// is the power that wander makes, unbiased by noise. Where it is 4 of its u and 1 % of the residual or more,
/// B is moved by the delay of both groups together, again and again until nothing is left to be taken away:
/// octaves in which the waves stand no longer in phase come in once the lower ones are followed. Where such
/// octaves hold a tenth of the residual the course is looked for first (delay_course()).
/// What was not followed is in `rest`: blocks that leave ten times the usual, and what shows in blocks of 5
/// ms.
///
/// @param line  good to a few milliseconds
/// Accuracy: sines of 1 to 300 us at 0.5 to 10 Hz and smooth walks of as much rms in music at -77 dB of
/// noise: what is left is within 1 dB of the noise, the rms within 2 % (5 % of a walk). Beyond 0.3 ms rms
/// nothing is claimed of what remains. Faster than 25 Hz it is jitter, and noise here. Memory: 1 MB a minute,
/// and 10 MB where the course is looked for.
Wander wander_of(const Pair& pair, const Line& line, unsigned threads, const Told& told);

}  // namespace fourpole
