// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/model/junctions.hpp"

#include <algorithm>

namespace fourpole {

Junctions::Junctions(double leakage_ohm) : leakage_ohm_(leakage_ohm) { node("amplifier ground"); }

int Junctions::node(const std::string& name) {
    const auto found = std::find(net.names.begin(), net.names.end(), name);
    if (found != net.names.end()) return static_cast<int>(found - net.names.begin());
    net.names.push_back(name);
    net.leak_siemens.push_back(0.0);
    return net.size() - 1;
}

int Junctions::leaking(const std::string& name) {
    const int n = node(name);
    if (n != 0 && leakage_ohm_ > 0.0) net.leak_siemens[static_cast<std::size_t>(n)] = 1.0 / leakage_ohm_;
    return n;
}

int Junctions::terminal(Side side, bool minus) {
    return leaking("the " + std::string(name(side)) + " driver's " + (minus ? "- end" : "+ end"));
}

void Junctions::capacitor(int a, int b, double farad) {
    if (farad > 0.0) join(a, b, {.per_farad = 1.0 / farad});
}

std::optional<int> Leads::carrying(const std::string& lead) const {
    const auto at = node_of.find(lead);
    if (at == node_of.end()) return {};
    return at->second;
}

std::optional<int> Leads::signal(Side side) const { return carrying(lead_name(side, false)); }

std::optional<int> Leads::returning(Side side) const {
    const auto own = carrying(lead_name(side, true));
    return own ? own : carrying("C");
}

std::string lead_name(Side side, bool minus) {
    return std::string(side == Side::left ? "L" : "R") + (minus ? "-" : "+");
}

const Figure* of_pole(const Contacts& contacts, const std::string& pole) {
    if (pole == "T") return &contacts.tip_ohm;
    if (pole == "R1") return &contacts.ring1_ohm;
    if (pole == "R2") return &contacts.ring2_ohm;
    if (pole == "R3") return &contacts.ring3_ohm;
    if (pole == "S") return &contacts.sleeve_ohm;
    return nullptr;
}

}  // namespace fourpole
