// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/null/pair.hpp"

#include <vector>

namespace fourpole {

/// How far one block of A stands from where the line puts it in B.
struct BlockDelay {
    double middle = 0.0;    ///< A's sample
    double delay = 0.0;     ///< samples of A; > 0: B has it later
    double u = 0.0;         ///< by noise
    double feigned = 0.0;   ///< by a corner frequency that differs by 20 Hz, at most
    double likeness = 0.0;  ///< normalised correlation there, 0 .. 1
    double loudness = 0.0;  ///< energy of A's block in the heard band
};

/// Delay of every block of 0.35 s in the heard band, sought over +- a quarter block.
///
///     r[l] = sum a[m] b'[m + l],  the likeliest peak (of two alike the nearer one), then least squares:
///     d = sum w Im(conj(B) A) / (h sum w^2 |B|^2),  which the highest frequencies rule
///     u^2 = s^2 / (2 h^2 sum w^2 |B|^2),  s^2 = noise of a bin
///     feigned = sum min(w / 2, w_20) |B|^2 / sum w^2 |B|^2
///
/// Coupling capacitors differ: a corner moved by 20 Hz turns w_20 / w rad (taken as half of one at most),
/// which at 30 Hz is a hundred samples with none lost. Blocks of one spectrum are all moved alike by it.
/// Accuracy: u. A
/// tone's delay is known up to its period.
std::vector<BlockDelay> delay_track(const Pair& pair, const Line& line, unsigned threads, const Told& told);
/// The same of given blocks of A; B is silent beyond its ends.
std::vector<BlockDelay> delay_track(const Pair& pair, const Line& line, const Blocks& blocks,
                                    unsigned threads, const Told& told);
/// The blocks that delay_track() looks at.
Blocks track_blocks(const Pair& pair, const Line& line);

/// The line moved so that most of the sharpest blocks stand on it; what a break does to some of them does
/// not count: slope = median over pairs of blocks an eighth of the track apart, offset = median of the rest.
Line through_track(const Line& line, const std::vector<BlockDelay>& track);

/// The same track told from another line: what lies between both is taken out of each delay.
std::vector<BlockDelay> seen_from(const Line& line, const Line& other, std::vector<BlockDelay> track);

/// Those blocks that are found where the track says: more than half of their power is the other's.
std::vector<BlockDelay> found_blocks(const std::vector<BlockDelay>& track);

/// Of these the sharp ones: u and what may be feigned up to three times that of the sharpest quarter, or
/// `enough` samples.
std::vector<BlockDelay> sharp_blocks(const std::vector<BlockDelay>& track, double enough = 0.02);

double median_delay(const std::vector<BlockDelay>& track);

}  // namespace fourpole
