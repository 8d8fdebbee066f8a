// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/model/junctions.hpp"
#include "rig/profile/profile.hpp"

#include <optional>
#include <string>

namespace fourpole {

/// Lays the cable from the leads at the plug to the drivers' terminals.
///
///   shared return                               separate returns
///   L+ --[R L]--+--[R L]--+--- plus             L+ --[R L]--+--[R L]--+--- plus
///               =         =                                 =         =
///   C  --[R L]--+--[R L]--+--- minus            L- --[R L]--+--[R L]--+--- minus
///       shared  |  own side                         shared  :  own side
///               +---- and the same for the other side
///
/// Capacitances signal to return at the end of each part, signal to signal at the split; with
/// no split given, all of them at the drivers and each wire in one piece. Wires beside each
/// other are coupled by M = k sqrt(La Lb). A lead that the plug does not carry hangs in the air.
/// The right words for what cannot be laid: a shared return into a plug without C.
std::optional<std::string> lay_cable(const Cable& cable, const Leads& leads, Junctions& junctions);

}  // namespace fourpole
