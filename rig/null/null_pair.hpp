// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/null/coarse_line.hpp"
#include "rig/null/null_steps.hpp"
#include "rig/null/prepared_channel.hpp"
#include "rig/null/residual.hpp"
#include "rig/reading.hpp"

#include <optional>
#include <string>
#include <vector>

namespace fourpole {

/// What one pair of channels gave.
struct PairOutcome {
    bool broken = false;
    std::string trouble;  ///< why there is no figure; "" where there is one
    std::vector<std::string> notes;
    Readings readings;
    std::vector<LinearPoint> learned;
    std::optional<Line> line;  ///< where there is a figure
};

/// One channel of A against the one of B that it is held against: lined up, searched for breaks, matched in
/// gain, delay and clock, its wander followed, and what remains told apart.
/// @param coarse  the first idea of where they stand; nullopt: none was found
/// @param known   the line of the louder side, if that is known
PairOutcome null_pair(const Pair& pair, const Channel& a, const Channel& b,
                      const std::optional<CoarseLine>& coarse, const std::optional<Line>& known,
                      const Steps& steps, std::size_t number, unsigned threads);

}  // namespace fourpole
