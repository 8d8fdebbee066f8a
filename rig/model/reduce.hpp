// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/model/circuit.hpp"

#include <optional>
#include <string>

namespace fourpole {

/// Joins the two nodes of every wire (0 ohm, no EMF) into one.
void join_wires(Network& net);

/// Drops leads that hang in the air and makes chains without a junction one branch.
/// A dropped node's leak moves to its neighbour: exact to (branch impedance / leakage).
/// Driver terminals, taps, the ends of coupled coils and ground stay.
void reduce_chains(Network& net);

/// Name of a node with no way to ground, if there is one.
std::optional<std::string> floating_node(const Network& net, bool with_drivers);

}  // namespace fourpole
