// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/model/model.hpp"

namespace fourpole {

/// Where the bass ends at the driver's terminals.
struct LowCutoff {
    enum class Kind {
        none,          ///< no capacitor in the way: the response reaches down to 0 Hz
        found,         ///< `hz` holds it
        below_search,  ///< not above `hz`, where the search ends
        silent,        ///< the side's own driver plays nothing of its side
    };
    Kind kind = Kind::none;
    double hz = 0.0;
};

/// The highest frequency under 1 kHz at which a side's own driver, that side driven, has half
/// the power it has at 1 kHz (-3.0103 dB), at constant EMF. Into a resistance R:
///     f = 1 / (2 pi C R) / sqrt(1 + 2 (1 / (2 pi C R 1 kHz))^2)
/// Searched down to 0.1 Hz in sixths of an octave, then to 1e-10 of the frequency.
/// Fault bad_input: as solve().
Result<PerSide<LowCutoff>> low_cutoff(const Circuit& circuit);

}  // namespace fourpole
