// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/measure/impedance_readings.hpp"
#include "rig/measure/measure.hpp"
#include "rig/signal.hpp"

#include <optional>
#include <vector>

namespace fourpole {

/// A capture of the same outputs into another load.
struct LoadedTake {
    StandardTake of;
    PerSide<KnownOhms> load;  ///< infinite: nothing
};

/// What the outputs were loaded with.
struct KnownLoads {
    std::optional<PerSide<KnownOhms>> own;  ///< of the capture that is analysed
    std::vector<LoadedTake> others;
    std::string state = "calibrated";  ///< of the file that says so: nominal | calibrated
};

/// Reads what the outputs are from their volts into known loads, in place of what `out` says is missing:
///
/// `output_impedance` against frequency, each side, by what the sides play alone, in three paths (detail
/// `path`):
///     loop    what a load across one side sees: 1/V = 1/E + (Z/E) / Z_load over all captures
///     return  what both sides share, by the leak into the silent side: return_by_loads()
///     signal  loop - return
/// The silent side's own load lies beside the return and is taken out of the loop, in a few rounds.
/// u: noise, loads, the delay between captures (take_out_delay()), for the return the channels' gains too.
/// What all captures have in common, the calibration of a channel, cancels in the loop. What a delay between
/// two captures would look like, an inductance of the output, is not in it: a player that runs free tells no
/// time that two captures share. Where a capture has no phases (few tones, no marker) the loop is the
/// resistance that makes the sizes,
///     1/|V| = (1 + R/Z_load) / |E|,   a reactance X adds X^2 / (2 (Z_load + R)) to it,
/// without a phase, and the leak's phase comes from `crosstalk`, whose two sides share their moment.
///
/// `power` in mW into the load of the analysed capture, at the level that was played: V^2 / R from a sweep as
/// a curve, from single tones each as a figure (needs volts and a resistor).
/// Accuracy: 3e-4 ohm of 2 ohm without noise, 6e-3 ohm behind 100 uF; by sizes 1e-5 ohm of 2 ohm at 1e-6;
/// with noise |error| / u = 1. Fault bad_input: a further capture that is not valid, or has no volts where
/// the analysed one has.
Result<Done> add_load_readings(const KnownLoads& loads, const Take& take, const Programme& programme,
                               bool same_clock, Measurement& out);

}  // namespace fourpole
