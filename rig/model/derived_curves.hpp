// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/model/model.hpp"

namespace fourpole {

/// Curves that follow from the solved circuit, nominal, without band:
///
///   output_impedance  ohm, deg  per side, at the springs: `path` loop | signal | return
///   driver_current    mA/V      from (driven) to (driver), per volt of EMF, into the plus terminal
///   common_mode       dB        from, to: mean of the driver's terminals re the amplifier's ground, re EMF
///   both_driven       dB        per side: driver voltage re EMF, both sides driven in phase
///
/// A ratio below 1e-15 is at_most -300 dB.
/// Fault bad_input: as solve().
Result<Readings> derived_curves(const Circuit& circuit, std::span<const double> frequency_hz);

}  // namespace fourpole
