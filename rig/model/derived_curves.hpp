// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/model/model.hpp"

namespace fourpole {

/// Curves that follow from the solved circuit, without band:
///
///   output_impedance  ohm, deg  per side, at the springs: `path` loop | signal | return
///   driver_current    mA/V      from (driven) to (driver), per volt of EMF, into the plus terminal
///   common_mode       dB        from, to: mean of the driver's terminals re the amplifier's ground, re EMF
///   both_driven       dB        per side: driver voltage re EMF, both sides driven in phase
///
/// A ratio below 1e-15 is at_most -300 dB.
/// Fault bad_input: as solve().
Result<Readings> derived_curves(const Circuit& circuit, std::span<const double> frequency_hz);

/// The same with 95 % bands of `draws` predicted units (population.hpp), pointwise and simultaneous, in
/// each curve's own unit; without draws or tolerances there are no bands. Bands of so few units have no
/// three-sigma ends. Where some units have no value at a point, it has no band either (both ends on the
/// curve).
/// Cost: one solution a frequency and draw, 10 us. Memory: 25 MB, whatever the number of frequencies.
Result<std::vector<PredictedCurve>> derived_curves_with_bands(const Circuit& circuit,
                                                              std::span<const double> frequency_hz, int draws,
                                                              unsigned threads = 2);

}  // namespace fourpole
