// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/null/match.hpp"
#include "rig/null/pair.hpp"
#include "rig/null/track_breaks.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace fourpole {

/// Some samples of the residual R = A - scale B' that stand out of all that is around them.
struct Outlier {
    double at_a = 0.0;    ///< A's sample in their middle, to 4 samples
    double power = 0.0;   ///< sum R^2 over eight samples
    double over = 0.0;    ///< by how much their power is above that of 20 ms on either side
    double beside = 0.0;  ///< power a sample of these
};

/// Outliers of one section, at most `most_outliers`, the highest over their surroundings; in order of time.
///
///     P_8 > 16 max(P before, P behind),  1024 samples each, 12 away
///     P_8 / P beside > 8 times the same of A or of B, whichever is less, as it is or raised by 6 or 12 dB an
///     octave
///
/// The second keeps out what the programme does itself: a tick of a cymbal that one of both makes duller
/// stands out of both.
std::vector<Outlier> outliers_in(std::span<const double> a, std::span<const double> b, double scale,
                                 double first_of_a);
inline constexpr std::size_t most_outliers = 64;
/// All sections' into one list; they overlap.
std::vector<Outlier> without_twins(std::vector<Outlier> all);

/// The `most` that stand highest over what is beside them, in order of time.
std::vector<Outlier> highest(std::vector<Outlier> all, std::size_t most);

/// What an outlier is: where one capture has samples that the other one lacks.
struct Click {
    Break what;  ///< zeroed, where the samples are digital zeros; else only its places count
    bool zeroed = false;
    std::size_t count = 0;     ///< samples that stand out
    std::optional<bool> in_a;  ///< nullopt: it is as sharp in both
    double height = 0.0;       ///< the largest, in full scale of the capture that holds it
};

/// A click is no wider than it was made in the capture that holds it, and rings in the other one's samples:
/// on the grid of which fewer samples stand out there it is, at its own index.
/// nullopt: what stands out is longer than 1 ms.
/// @param zero_a, zero_b  what a digital zero is in either; nullopt: none can be told
/// Accuracy: index and count exact where it stands 12 dB above what is beside it on a grid.
std::optional<Click> click_at(const Pair& pair, const Match& match, const Outlier& outlier,
                              std::optional<double> zero_a, std::optional<double> zero_b);

/// Those that are digital zeros, which break the stream.
std::vector<Break> zeroed_among(const std::vector<Click>& clicks);

struct LoudStretch {
    double from = 0.0, to = 0.0;
};
/// Of A's samples first .. first + length - 1 the shortest stretch that holds 80 % of the residual's power
/// there.
LoudStretch loudest_stretch(const Pair& pair, const Match& match, std::size_t first, std::size_t length);

}  // namespace fourpole
