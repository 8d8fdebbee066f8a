// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/measure/recorded_path.hpp"
#include "rig/null/pair.hpp"

#include <optional>
#include <span>
#include <vector>

namespace fourpole {

/// Between two stands: the take leaves the one and takes up the other somewhere in first .. last - 1, and it
/// was on the one before, on the other behind.
struct Crossing {
    std::ptrdiff_t first = 0, last = 0;
    std::ptrdiff_t before = 0, behind = 0;  ///< later
    bool behind_is_outer = true;            ///< of both the one further away from the longest stand
    /// Counts that what is heard on the outer side explains as well, beside behind - before.
    std::vector<std::ptrdiff_t> as_well;
};

/// A take held against its files, of one side: where they stand, stand by stand.
struct Standing {
    Line line;              ///< of the longest stand: later = 0
    OnLine x, made;         ///< what plays on that line; and raised, as the device makes it
    std::vector<double> y;  ///< the take, raised
    std::vector<Stand> stands;
    std::vector<Crossing> crossings;  ///< one fewer
    /// Loud stretches that nothing explains within half a second, by their first sample.
    std::vector<std::ptrdiff_t> astray;
    bool heard = false;   ///< some block stands somewhere
    double middle = 0.0;  ///< capture sample between the first and the last that do
};

/// From a first idea of the line (good to some hundred ppm and 0.1 s): the likeliest path of blocks of 0.2 s
/// (likeliest_path()), free to drift at first; the line through what does not step; the same anew; then with
/// what the device makes of the files, so that a tone counts by its phase; then at the pace that all of it
/// together tells (sharper_line()). `same_clock`: the pace stays 1. `beside`: what the other side plays,
/// which comes across; empty: nothing else. Accuracy: laters exact where more than one tone plays
/// (tests/recorded_track_test.cpp); a stand of less than 0.2 s at either end is not seen. nullopt: too short
/// to hold three blocks.
std::optional<Standing> standing_of(const Pair& pair, const Line& first, bool same_clock,
                                    std::span<const double> beside = {});

}  // namespace fourpole
