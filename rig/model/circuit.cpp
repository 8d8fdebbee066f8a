// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/model/circuit.hpp"
#include "rig/profile/load.hpp"

#include "rig/model/model.hpp"
#include "rig/model/reduce.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace fourpole {
namespace {

/// A headset's microphone as the earphone sees it: an electret capsule, some 2 kilohm
/// from MIC to the common return.
constexpr double microphone_ohm = 2000.0;

Fault cannot(std::string where, std::string what) {
    return {Fault::Kind::bad_input, std::move(where), std::move(what)};
}

std::string lead_name(Side side, bool minus) {
    return std::string(side == Side::left ? "L" : "R") + (minus ? "-" : "+");
}

Chain resistor(double ohm) { return {.ohm = ohm}; }

/// Collects nodes by name and branches between them.
class Builder {
public:
    explicit Builder(const Circuit& circuit) : circuit_(circuit) { node("amplifier ground"); }

    Result<Network> build() {
        add_stage();
        if (auto fault = add_contacts()) return *fault;
        if (auto fault = add_cable()) return *fault;
        return std::move(net_);
    }

private:
    using Trouble = std::optional<Fault>;

    int node(const std::string& name) {
        const auto found = std::find(net_.names.begin(), net_.names.end(), name);
        if (found != net_.names.end()) return static_cast<int>(found - net_.names.begin());
        net_.names.push_back(name);
        net_.leak_siemens.push_back(0.0);
        return net_.size() - 1;
    }

    int leaking(const std::string& name) {
        const int n = node(name);
        if (n != 0 && circuit_.leakage_ohm > 0.0)
            net_.leak_siemens[static_cast<std::size_t>(n)] = 1.0 / circuit_.leakage_ohm;
        return n;
    }

    int spring(const std::string& carries) { return leaking("the jack's " + carries); }
    int segment(const std::string& pole) { return leaking("the plug's " + pole); }
    int terminal(Side side, bool minus) {
        return leaking("the " + std::string(name(side)) + " driver's " + (minus ? "- end" : "+ end"));
    }

    void join(int a, int b, Chain chain) { net_.branches.push_back({a, b, chain, {}, {}}); }

    /// The EMF of one output when each side in turn is driven; what leaks inside the
    /// amplifier appears in the other side's EMF.
    PerSide<double> emf_of(Side side, bool minus) const {
        const bool btl = circuit_.stage.kind == OutputStage::Kind::btl;
        const double full = circuit_.stage.emf_v * (btl ? (minus ? -0.5 : 0.5) : 1.0);
        PerSide<double> emf;
        emf[side] = full;
        emf[other(side)] = full * circuit_.amplifier_leak.value;
        return emf;
    }

    void add_stage() {
        const OutputStage& stage = circuit_.stage;
        const bool btl = stage.kind == OutputStage::Kind::btl;
        Chain out{stage.output_resistance_ohm.value, stage.output_inductance_h.value, 0.0};
        if (!btl && stage.coupling_capacitance_f) out.per_farad = 1.0 / stage.coupling_capacitance_f->value;
        for (const Side side : sides)
            for (const bool minus : {false, true}) {
                if (minus && !btl) continue;
                const std::string output = output_name(side, minus);
                net_.branches.push_back({0, spring(output), out, emf_of(side, minus), output});
                outputs_.push_back(output);
            }
        join(0, node("the jack's G"), resistor(btl ? 0.0 : stage.ground_path_ohm.value));
        outputs_.push_back("G");
    }

    double contact_ohm(const std::string& pole) const {
        const Contacts& c = circuit_.contacts;
        return (pole == "T"    ? c.tip_ohm
                : pole == "R1" ? c.ring1_ohm
                : pole == "R2" ? c.ring2_ohm
                               : c.sleeve_ohm)
            .value;
    }

    Trouble add_contacts() {
        const Touch natural = circuit_.touch.empty() ? natural_touch(circuit_.plug, circuit_.jack) : Touch{};
        for (const auto& [pole, touched] : circuit_.touch.empty() ? natural : circuit_.touch) {
            // "_bridge" is a spring of the jack that leads nowhere but joins segments.
            const bool bridge = pole.starts_with('_');
            const auto at = circuit_.jack.springs.find(pole);
            if (!bridge && at == circuit_.jack.springs.end())
                return cannot(circuit_.name, "the jack has no spring " + pole);
            const std::string carries = bridge ? "bridging spring" : at->second;
            if (!bridge && std::find(outputs_.begin(), outputs_.end(), carries) == outputs_.end())
                return cannot(circuit_.name, "the jack's spring " + pole + " carries " + carries +
                                                 ", which this output stage does not have");
            for (const std::string& s : touched) {
                if (!circuit_.plug.segments.contains(s))
                    return cannot(circuit_.name, "the plug has no segment " + s);
                // One resistance a place of contact: the spring's own, or, where one
                // spring lies on several segments, that of each segment.
                const double ohm = contact_ohm(bridge || touched.size() > 1 ? s : pole);
                const int from = carries == "G" ? node("the jack's G") : spring(carries);
                join(from, segment(s), resistor(ohm));
            }
        }
        return {};
    }

    /// Node of the plug segment that carries `lead`, if the plug has one.
    std::optional<int> carrying(const std::string& lead) {
        for (const auto& [pole, carries] : circuit_.plug.segments)
            if (carries == lead) return segment(pole);
        return {};
    }

    Trouble add_cable() {
        const Cable& cable = circuit_.cable;
        const bool shared = cable.kind == Cable::Kind::shared_return;
        const auto common = carrying("C");
        int meeting = 0;
        if (shared && common)
            join(*common, meeting = node("the cable's split"), resistor(cable.common_return_ohm.value));
        for (const Side side : sides) {
            const int plus = terminal(side, false), minus = terminal(side, true);
            net_.drivers[side] = {plus, minus};
            if (const auto lead = carrying(lead_name(side, false)))
                join(*lead, plus, resistor(cable.signal_ohm[side].value));
            const auto own = carrying(lead_name(side, true));
            if (own && shared)
                return cannot(circuit_.name, "a cable with a shared return cannot end in a plug with " +
                                                 lead_name(side, true) + "; it needs a C");
            if (own) join(*own, minus, resistor(cable.return_ohm[side].value));
            if (!own && common)
                join(shared ? meeting : *common, minus, resistor(cable.return_ohm[side].value));
            if (const double c = cable.signal_to_return_farad.value; c > 0.0)
                join(plus, minus, {0, 0, 1.0 / c});
        }
        if (const double c = cable.left_to_right_signal_farad.value; c > 0.0)
            join(net_.drivers[Side::left].plus, net_.drivers[Side::right].plus, {0, 0, 1.0 / c});
        if (const auto microphone = carrying("MIC"); microphone && common)
            join(*microphone, *common, resistor(microphone_ohm));
        return {};
    }

    const Circuit& circuit_;
    Network net_;
    std::vector<std::string> outputs_;
};

}  // namespace

std::string output_name(Side side, bool minus) {
    return std::string(side == Side::left ? "aL" : "aR") + (minus ? "-" : "");
}

Result<Network> network_of(const Circuit& circuit) {
    auto net = Builder(circuit).build();
    if (!net) return net;
    join_wires(*net);
    if (const auto floating = floating_node(*net, true))
        return cannot(circuit.name, *floating + " floats: nothing leads from it to the amplifier's ground");
    reduce_chains(*net);
    return net;
}

Result<Network> unloaded_network_of(const Circuit& circuit) {
    // What hangs in the air carries nothing; a leak gives it a voltage all the same.
    Circuit leaking = circuit;
    if (!(leaking.leakage_ohm > 0.0)) leaking.leakage_ohm = 1e12;
    auto net = Builder(leaking).build();
    if (!net) return net;
    // An output of 0 ohm would deliver an infinite current: 1 microohm keeps it a figure.
    for (Branch& b : net->branches)
        if (!b.output.empty() && b.chain.is_wire()) b.chain.ohm = 1e-6;
    join_wires(*net);
    if (const auto floating = floating_node(*net, false))
        return cannot(circuit.name, *floating + " floats once the drivers are removed");
    return net;
}

}  // namespace fourpole
