// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/null/pair.hpp"

#include <vector>

namespace fourpole {

/// The likeliest course of B's delay beside its line, block by block, where a clock wanders by more than the
/// phases of high octaves can tell: they know a delay up to their own period only, its neighbours in time say
/// which of them.
///
///     c_k(d) = mean over octaves of sum Re(conj(A) B e^(j w d)) / sqrt(sum |A|^2 sum |B|^2)
///     sum_k weight_k c_k(d_k) - stiff (d_k - d_(k-1))^2 -> most,   d in steps of some 10 us to +- 4 ms
///
/// by dynamic programming (Viterbi), in chunks of 11 s that look a third of a second ahead. Octaves count
/// alike, so that loud low ones do not blur it; quiet blocks count less.
/// Accuracy: half a step, of a clock that turns by less than 4000 ppm; a starting point, no figure.
/// Memory: 10 MB whatever the length.
/// @param polarity  +1 or -1
/// @return samples of A, > 0: B comes later
std::vector<double> delay_course(const Pair& pair, const Line& line, const Blocks& blocks, double polarity,
                                 unsigned threads);

}  // namespace fourpole
