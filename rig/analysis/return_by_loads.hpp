// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/analysis/deconvolve.hpp"

#include <complex>
#include <optional>
#include <span>

namespace fourpole {

/// One channel drives its load, the other one is silent and has its own; at one frequency.
struct LeakIntoLoads {
    std::complex<double> driven_ohm, silent_ohm;  ///< the loads
    Estimate leak;  ///< volts across the silent channel's load re those across the driven one's
};

/// The impedance of the return that both loads share.
struct SharedReturn {
    std::complex<double> ohm;
    double u_ohm = 0.0;  ///< rms of the complex error; of a part or of the size: / sqrt 2
    /// Sum of the squared misfits by their noise: 2 a load beyond one on the average. More: the leak is not
    /// in the return alone.
    double chi_square = 0.0;
};

/// Zc from the leak into one or more sets of loads, behind known outputs.
///
///     E ──Zout──[driven]──┬──[silent]──Zout── 0 V       leak = -Zc Zs / (Zd (Zs + Zout + Zc))
///                         Zc                            Zc = -leak Zd (Zs + Zout) / (Zs + leak Zd)
///                         └── 0 V
///
/// The mean over the sets, each weighted by 1 / (|dZc/dleak| noise)^2 (without any noise all alike); u by
/// that noise, and that of Zout, which all of them have in common.
/// @param output_ohm    Zout of the silent channel, as source_by_loads() finds it
/// @param u_output_ohm  rms of its complex error
/// Accuracy: 1e-12 without noise. A leak inside the amplifier counts as return; loads of different size
/// tell it, by chi_square.
/// Nothing without loads, with a load of 0, or where the leak is -Zs/Zd, which no Zc explains.
std::optional<SharedReturn> return_by_loads(std::span<const LeakIntoLoads> loads,
                                            std::complex<double> output_ohm, double u_output_ohm);

}  // namespace fourpole
