// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/model/circuit.hpp"
#include "rig/profile/load.hpp"

#include "rig/model/cable.hpp"
#include "rig/model/fixture.hpp"
#include "rig/model/junctions.hpp"
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
/// What a headset jack feeds its microphone through: 2.2 kilohm from a quiet supply.
constexpr double microphone_bias_ohm = 2200.0;

Fault cannot(std::string where, std::string what) {
    return {Fault::Kind::bad_input, std::move(where), std::move(what)};
}

/// Wires the parts of a circuit together, from the amplifier to the drivers.
class Builder {
public:
    explicit Builder(const Circuit& circuit) : circuit_(circuit), junctions_(circuit.leakage_ohm) {}

    Result<Network> build() {
        if (const auto trouble = misfit()) return cannot(circuit_.name, *trouble);
        add_stage();
        if (const auto trouble = add_contacts()) return cannot(circuit_.name, *trouble);
        if (const auto trouble = add_earphone()) return cannot(circuit_.name, *trouble);
        return std::move(junctions_.net);
    }

private:
    using Trouble = std::optional<std::string>;

    int ground_spring() { return junctions_.node("the jack's G"); }
    int spring(const std::string& carries) { return junctions_.leaking("the jack's " + carries); }
    int segment(const std::string& pole) {
        return junctions_.leaking((circuit_.fixture ? "the fixture's plug " : "the plug's ") + pole);
    }

    /// Plugs and jacks of up to five poles are what the contacts can be given for.
    Trouble misfit() const {
        const auto poles = circuit_.plug.segments.size(), springs = circuit_.jack.springs.size();
        if (poles > 4 && springs <= 4)
            return "a plug of " + std::to_string(poles) + " poles does not go into a jack of " +
                   std::to_string(springs) + " contacts; allowed: up to 4 poles";
        for (const Poles* poles_of : {&circuit_.plug.segments, &circuit_.jack.springs})
            for (const auto& [pole, carries] : *poles_of)
                if (of_pole(circuit_.contacts, pole) == nullptr)
                    return "the unknown contact " + pole + "; allowed: T, R1, R2, R3 or S";
        return {};
    }

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
                junctions_.net.branches.push_back({0, spring(output), out, emf_of(side, minus), output, -1});
                outputs_.push_back(output);
            }
        junctions_.resistor(0, ground_spring(), btl ? Figure{} : stage.ground_path_ohm);
        outputs_.push_back("G");
        for (const auto& [pole, carries] : circuit_.jack.springs)
            if (carries == "MIC") {
                junctions_.join(0, spring(carries), {.ohm = microphone_bias_ohm});
                outputs_.push_back(carries);
            }
    }

    Trouble add_contacts() {
        const Touch natural = circuit_.touch.empty() ? natural_touch(circuit_.plug, circuit_.jack) : Touch{};
        for (const auto& [pole, touched] : circuit_.touch.empty() ? natural : circuit_.touch) {
            // "_bridge" is a spring of the jack that leads nowhere but joins segments.
            const bool bridge = pole.starts_with('_');
            const auto at = circuit_.jack.springs.find(pole);
            if (!bridge && at == circuit_.jack.springs.end()) return "the jack has no spring " + pole;
            const std::string carries = bridge ? "bridging spring" : at->second;
            if (!bridge && std::find(outputs_.begin(), outputs_.end(), carries) == outputs_.end())
                return "the jack's spring " + pole + " carries " + carries +
                       ", which this output stage does not have";
            for (const std::string& s : touched) {
                if (!circuit_.plug.segments.contains(s)) return "the plug has no segment " + s;
                // One resistance a place of contact: the spring's own, or, where one
                // spring lies on several segments, that of each segment.
                const Figure* contact = of_pole(circuit_.contacts, bridge || touched.size() > 1 ? s : pole);
                const int from = carries == "G" ? ground_spring() : spring(carries);
                junctions_.resistor(from, segment(s), *contact);
            }
        }
        return {};
    }

    Trouble add_earphone() {
        // First, so that a node keeps the driver's name where several are one.
        for (const Side side : sides)
            for (const bool minus : {false, true}) junctions_.terminal(side, minus);
        std::map<std::string, int> poles;
        Leads leads;
        for (const auto& [pole, carries] : circuit_.plug.segments)
            leads.node_of[carries] = poles[pole] = segment(pole);
        if (circuit_.fixture)
            leads = insert_fixture(*circuit_.fixture, circuit_.plug.segments, poles, junctions_);
        if (auto trouble = lay_cable(circuit_.cable, leads, junctions_)) return trouble;
        if (!circuit_.fixture) junctions_.net.taps = junctions_.net.drivers;
        const auto microphone = leads.carrying("MIC"), common = leads.carrying("C");
        if (microphone && common) junctions_.join(*microphone, *common, {.ohm = microphone_ohm});
        return {};
    }

    const Circuit& circuit_;
    Junctions junctions_;
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
