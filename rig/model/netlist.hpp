// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/profile/profile.hpp"
#include "rig/result.hpp"

#include <string>

namespace fourpole {

/// Where ngspice shall look, and how its result files begin.
struct NetlistRun {
    double from_hz = 20.0, to_hz = 20000.0;
    int per_decade = 40;
    std::string stem = "fourpole";
};

/// The ngspice netlist of exactly the network that solve() solves: the same nodes, branches,
/// leaks and couplings, with the nodes' names as comments. `ngspice -b FILE` runs it twice, once
/// with each side driven, and writes <stem>_left.txt and <stem>_right.txt where it stands:
///     Hz, then real and imaginary part of: voltage of each driver (V), current into each
///     driver's plus terminal (A), common mode of each driver (V); first the one named first
/// for an EMF of stage.emf_v. Agreement: tests/netlist_test.cpp.
/// Fault bad_input: a law for which ngspice has no element (Leach, Wright, a table), and what
/// network_of() refuses.
Result<std::string> netlist_of(const Circuit& circuit, const NetlistRun& run);

}  // namespace fourpole
