// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/model/port_impedance.hpp"

namespace fourpole {
namespace {

constexpr double test_ohm = 1.0;

Network probed(const Network& network, Side side) {
    Network out = network;
    for (Branch& branch : out.branches) branch.emf_v = {};
    Branch source;
    source.a = network.drivers[side].minus;
    source.b = network.drivers[side].plus;
    source.chain.ohm = test_ohm;
    source.emf_v[side] = 1.0;
    out.branches.push_back(source);
    return out;
}

}  // namespace

PortImpedance::PortImpedance(const Network& network, const PerSide<Driver>& drivers, Side side)
    : side_(side), probed_(probed(network, side)), solver_(std::make_unique<NodalSolver>(probed_, drivers)) {}

std::optional<Complex> PortImpedance::at(double frequency_hz) {
    const auto solved = solver_->at(frequency_hz);
    if (!solved) return {};
    const Complex v = solved->voltage[side_][side_];
    return test_ohm * v / (1.0 - v);
}

}  // namespace fourpole
