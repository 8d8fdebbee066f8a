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
        above_search,  ///< not below `hz`, where it ends at the other side
        silent,        ///< the side's own driver plays nothing of its side
    };
    Kind kind = Kind::none;
    double hz = 0.0;
};

/// Where the coupling capacitors take half of the power (-3.0103 dB) from a side's own driver, that side
/// driven: its level re the same circuit with the capacitors bridged. Into a resistance R
///     f = 1 / (2 pi C R)
/// and what a driver's impedance does to the level by itself does not count. Looked for from 0.1 Hz to 1 MHz,
/// within the range of the drivers' tables, in sixths of an octave from 1 kHz on, then to 1e-10 of the
/// frequency.
/// Fault bad_input: as solve().
Result<PerSide<LowCutoff>> low_cutoff(const Circuit& circuit);

}  // namespace fourpole
