// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/profile/profile.hpp"
#include "rig/result.hpp"
#include "rig/signal.hpp"

#include <string>
#include <vector>

namespace fourpole {

/// R + sL + 1/(sC) in series.
struct Chain {
    double ohm = 0.0;
    double henry = 0.0;
    double per_farad = 0.0;  ///< 1/C; 0 = no capacitor in the chain

    bool is_wire() const { return ohm == 0.0 && henry == 0.0 && per_farad == 0.0; }
};

/// One two-terminal branch; its EMF raises the voltage from `a` to `b`:
/// v_b - v_a = emf - Z i, with i flowing from a to b.
struct Branch {
    int a = 0, b = 0;
    Chain chain;
    PerSide<double> emf_v;  ///< by driven side
    std::string output;     ///< amplifier output that this branch feeds: "aL", "aR-" ... or ""
    int coil = -1;          ///< its number among the coupled coils; -1 = coupled to nothing

    bool has_emf() const { return emf_v[Side::left] != 0.0 || emf_v[Side::right] != 0.0; }
};

/// Mutual inductance of two coils: each adds jw henry times the other's current to its drop.
struct Coupling {
    int coil = 0, other = 0;
    double henry = 0.0;
};

struct Terminals {
    int plus = 0, minus = 0;
};

/// A circuit as nodes and branches. Node 0 is the amplifier's ground.
///
///   e -[Rout Lout Cc]- spring -[contact]- segment -[signal]-+-- plus    G -[ground path]- 0
///                                                           |
///                                                    Cable  = driver
///                                                           |
///   spring -[contact]- segment -[common]- split -[return]---+-- minus
///
/// A fixture stands between contact and segment (fixture.hpp), a cable has its own drawing
/// (cable.hpp). Whoever solves a Network needs nothing else of the Circuit but its drivers'
/// impedances: the matrices are in nodal.hpp, the same network as text in netlist.hpp.
struct Network {
    std::vector<std::string> names;  ///< as a person would call the node
    std::vector<double> leak_siemens;
    std::vector<Branch> branches;
    std::vector<Coupling> couplings;
    PerSide<Terminals> drivers;
    PerSide<Terminals> taps;  ///< the fixture's at the side's two poles; without: the driver's

    int size() const { return static_cast<int>(names.size()); }
};

/// Wires circuit together. Wires of 0 ohm join their two nodes into one (nothing is ever
/// divided by them), leads that hang in the air are dropped, and chains without a junction
/// become one branch: the usual earphone is left with 4 to 6 nodes.
/// Fault bad_input: words the circuit cannot carry, or a node with no way to ground.
Result<Network> network_of(const Circuit& circuit);

/// The same with the drivers taken out and every output kept as a branch of its own.
Result<Network> unloaded_network_of(const Circuit& circuit);

/// "aL", "aR", "aL-", "aR-".
std::string output_name(Side side, bool minus);

}  // namespace fourpole
