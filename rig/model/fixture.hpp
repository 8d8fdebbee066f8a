// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/model/junctions.hpp"
#include "rig/model/model.hpp"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace fourpole {

/// Puts a fixture between its own plug and the earphone's, pole by pole:
///
///   fixture's plug -[relay]-[sense]- tap -[fixture's jack]- earphone's plug
///                                     |
///                    R || C of the tap |        and between the two taps of a side
///                                     |         the load bank: R -[relay]-
///                             interface's ground -[link]- 0
///
/// `poles`: the node of each segment of the fixture's plug. Returns the leads at the earphone's
/// plug, and sets the network's taps.
Leads insert_fixture(const FixtureCircuit& fixture, const Poles& plug,
                     const std::map<std::string, int>& poles, Junctions& junctions);

/// Volts at both sides for each driven side, [driven][side].
using SideMatrix = PerSide<PerSide<Complex>>;

/// What a fixture does at one frequency, for the circuit's EMF.
struct FixtureEffect {
    SideMatrix tapped;   ///< between the fixture's taps, which is what a bench captures
    SideMatrix without;  ///< across the drivers of the same circuit without the fixture
};
/// Fault bad_input: as solve().
Result<std::vector<FixtureEffect>> fixture_effect(const Circuit& circuit,
                                                  std::span<const double> frequency_hz);

/// A matrix captured at the taps, as it were at the drivers without the fixture:
///     D measured, D = without tapped^-1   (2 x 2, sides in rows, driven sides in columns).
/// D stands on the side of the drivers: gains of the two channels and the amplifier's leak cancel
/// in it. Error: that of the modelled D, relative; nothing where the taps hear one side only.
std::optional<SideMatrix> de_embedded(const SideMatrix& measured, const FixtureEffect& effect);

/// What the fixture changes, as curves: `fixture_effect` (from, to; dB and deg) = voltage at the
/// taps re voltage across the driver without the fixture. A capture's transfer divided by it is
/// the transfer without the fixture. None without a fixture; not_measured where the driver hears
/// less than 1e-12 of the EMF. Fault bad_input: as solve().
Result<Readings> fixture_readings(const Circuit& circuit, std::span<const double> frequency_hz);

}  // namespace fourpole
