// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/analysis/deconvolve.hpp"
#include "rig/capture/take.hpp"
#include "rig/reading.hpp"
#include "rig/signal.hpp"

#include <optional>
#include <vector>

namespace fourpole {

/// What one side does alone at one frequency: across its own load, and across the silent side's.
struct HeardLoad {
    double hz = 0.0;
    Estimate own;                  ///< calibration left out of its noise, for captures share it
    std::optional<Estimate> leak;  ///< silent re driven
    bool phased = true;            ///< false: `own` is a size
};

/// The exact points of a take's `transfer` readings that a side plays alone, rising in frequency; the leak by
/// the two transfers, or, where a take without a start gives them no phases, by `crosstalk`.
PerSide<std::vector<HeardLoad>> loaded_curves(const Readings& readings, const PerSide<double>& relative_u);

/// Turns `curve` by the delay of its capture against that of `base`, both sides alike: q of
///     phase of own / base = p / f + q f,   weighted least squares from 500 Hz to 15 kHz
/// (p is what a coupling capacitor turns). u of q, as a phase, becomes part of each point's noise. What else
/// is like a delay, an inductance, goes with it. Fewer than three such points: no phases any more.
void take_out_delay(PerSide<std::vector<HeardLoad>>& curve, const PerSide<std::vector<HeardLoad>>& base);

/// At a frequency, within 1e-9; nullptr: not there.
const HeardLoad* at_frequency(const std::vector<HeardLoad>& curve, double hz);

}  // namespace fourpole
