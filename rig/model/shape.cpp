// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/model/shape.hpp"

#include "rig/model/nodal.hpp"

#include <algorithm>

namespace fourpole {

namespace {

bool is_resistive(const Branch& b) {
    return !Nodal::has_own_current(b) && b.chain.henry == 0.0 && b.chain.per_farad == 0.0;
}

}  // namespace

std::size_t Shape::unknowns() const {
    return static_cast<std::size_t>(
        nodes - 1 +
        std::count_if(joints.begin(), joints.end(), [](const Joint& j) { return j.own_current; }));
}

Shape shape_of(const Network& network, const PerSide<DriverImpedance>& drivers) {
    Shape out;
    out.nodes = network.size();
    for (const Branch& b : network.branches)
        out.joints.push_back({b.a, b.b, Nodal::has_own_current(b), b.has_emf(), is_resistive(b)});
    for (const Coupling& c : network.couplings)
        out.couplings.push_back({Nodal::row_of_coil(network, c.coil), Nodal::row_of_coil(network, c.other)});
    for (const Side s : sides)
        out.loads[s] = {network.drivers[s].plus,    network.drivers[s].minus,     drivers[s].tanks().size(),
                        drivers[s].across().size(), drivers[s].law().has_value(), drivers[s].table()};
    return out;
}

std::vector<double> numbers_of(const Network& network, const PerSide<DriverImpedance>& drivers) {
    std::vector<double> out(network.leak_siemens.begin() + 1, network.leak_siemens.end());
    const auto add = [&out](std::initializer_list<double> more) { out.insert(out.end(), more); };
    const auto add_chain = [&add](const Chain& c) { add({c.ohm, c.henry, c.per_farad}); };
    for (const Branch& b : network.branches) {
        if (is_resistive(b))
            add({1.0 / b.chain.ohm});
        else
            add_chain(b.chain);
        if (b.has_emf()) add({b.emf_v[Side::left], b.emf_v[Side::right]});
    }
    for (const Coupling& c : network.couplings) add({c.henry});
    for (const Side s : sides) {
        const DriverImpedance& d = drivers[s];
        add_chain(d.coil());
        for (const auto& t : d.tanks()) add({t.siemens, t.per_henry, t.farad});
        if (const auto& law = d.law())
            add({law->resistive, law->resistive_exponent, law->reactive, law->reactive_exponent});
        for (const Chain& c : d.across()) add_chain(c);
    }
    return out;
}

}  // namespace fourpole
