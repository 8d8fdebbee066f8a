// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/model/circuit.hpp"

#include <optional>
#include <string>

namespace fourpole {

/// Collects the nodes of a network by name, and branches between them.
class Junctions {
public:
    /// `leakage_ohm`: from every leaking node to ground; 0 = none.
    explicit Junctions(double leakage_ohm);

    int node(const std::string& name);
    int leaking(const std::string& name);
    int terminal(Side side, bool minus);  ///< of a driver

    void join(int a, int b, const Chain& chain) { net.branches.push_back({a, b, chain, {}, {}, -1}); }
    void resistor(int a, int b, const Figure& ohm) { join(a, b, {.ohm = ohm.value}); }
    void capacitor(int a, int b, double farad);  ///< nothing where it is 0

    Network net;

private:
    double leakage_ohm_;
};

/// Where each lead of the earphone ends: the node behind every pole.
struct Leads {
    std::map<std::string, int> node_of;  ///< "L+", "C" ... -> node

    std::optional<int> carrying(const std::string& lead) const;
    std::optional<int> signal(Side side) const;
    std::optional<int> returning(Side side) const;  ///< its own return, else the common one
};

/// "L+", "L-", "R+", "R-".
std::string lead_name(Side side, bool minus);

/// The resistance of one pole ("T", "R1", "R2", "S"); nothing for any other word.
const Figure* of_pole(const Contacts& contacts, const std::string& pole);

}  // namespace fourpole
