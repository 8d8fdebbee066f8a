// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/fit/elements.hpp"

#include <cmath>
#include <optional>

namespace fourpole {
namespace {

/// A kind of quantity, told by the end of its key.
struct Kind {
    std::string_view ending;
    const char* unit;
    int impedance_power;
};
constexpr Kind kinds[] = {{"_ohm", "ohm", 1},  {"_h", "H", 1},   {"_f", "F", -1},
                          {"_farad", "F", -1}, {"_hz", "Hz", 0}, {"_q", "", 0}};

class Collector {
public:
    void add(const std::string& name, const std::string& words, Figure& figure) {
        Element e{name, words, "", 0, false, &figure};
        for (const Kind& kind : kinds)
            if (name.ends_with(kind.ending)) {
                e.unit = kind.unit;
                e.impedance_power = kind.impedance_power;
            }
        all_.push_back(std::move(e));
    }
    void add(const std::string& name, const std::string& words, std::optional<Figure>& figure) {
        if (figure) add(name, words, *figure);
    }

    void add_stage(OutputStage& stage) {
        if (stage.kind == OutputStage::Kind::btl) {
            add("source.half_bridge_resistance_ohm", "half-bridge resistance", stage.output_resistance_ohm);
            add("source.half_bridge_inductance_h", "half-bridge inductance", stage.output_inductance_h);
            return;
        }
        add("source.output_resistance_ohm", "output resistance", stage.output_resistance_ohm);
        add("source.output_inductance_h", "output inductance", stage.output_inductance_h);
        add("source.coupling_capacitance_f", "coupling capacitance", stage.coupling_capacitance_f);
        add("source.ground_path_ohm", "ground path", stage.ground_path_ohm);
    }

    void add_cable(Cable& cable) {
        const bool shared = cable.kind == Cable::Kind::shared_return;
        for (const Side s : sides) {
            const std::string side(name(s));
            add("cable." + side + "_signal_ohm", side + " signal wire", cable.signal_ohm[s]);
            if (shared)
                add("cable." + side + "_return_to_split_ohm", side + " return to the split",
                    cable.return_ohm[s]);
            else
                add("cable." + side + "_return_ohm", side + " return wire", cable.return_ohm[s]);
        }
        if (shared) add("cable.common_return_ohm", "common return", cable.common_return_ohm);
        add("cable.signal_to_return_farad", "signal-return capacitance", cable.signal_to_return_farad);
        add("cable.left_to_right_signal_farad", "signal-signal capacitance",
            cable.left_to_right_signal_farad);
    }

    void add_driver(const std::string& block, const std::string& whose, Driver& d) {
        add(block + ".coil_resistance_ohm", whose + " coil resistance", d.coil_resistance_ohm);
        add(block + ".coil_inductance_h", whose + " coil inductance", d.coil_inductance_h);
        if (d.lossy_inductance) {
            const std::string lossy = block + ".lossy_inductance";
            add(lossy + ".inductance_h", whose + " lossy inductance", d.lossy_inductance->inductance_h);
            add(lossy + ".parallel_resistance_ohm", whose + " loss resistance",
                d.lossy_inductance->parallel_resistance_ohm);
        }
        for (std::size_t i = 0; i < d.resonances.size(); ++i) {
            Resonance& r = d.resonances[i];
            const std::string one = block + ".resonances." + std::to_string(i);
            const std::string of = whose + " resonance" + (i == 0 ? "" : " " + std::to_string(i + 1));
            add(one + ".resistance_ohm", of + " resistance", r.resistance_ohm);
            if (r.by_q) {
                add(one + ".resonance_hz", of + " frequency", r.resonance_hz);
                add(one + ".mechanical_q", of + " Q", r.mechanical_q);
            } else {
                add(one + ".inductance_h", of + " inductance", r.inductance_h);
                add(one + ".capacitance_f", of + " capacitance", r.capacitance_f);
            }
        }
        for (std::size_t i = 0; i < d.parallel_branches.size(); ++i) {
            ParallelBranch& b = d.parallel_branches[i];
            const std::string one = block + ".parallel_branches." + std::to_string(i);
            const std::string of = whose + " branch" + (i == 0 ? "" : " " + std::to_string(i + 1));
            add(one + ".resistance_ohm", of + " resistance", b.resistance_ohm);
            add(one + ".inductance_h", of + " inductance", b.inductance_h);
            add(one + ".capacitance_f", of + " capacitance", b.capacitance_f);
        }
    }

    std::vector<Element> take() { return std::move(all_); }

private:
    std::vector<Element> all_;
};

}  // namespace

std::vector<Element> elements_of(Circuit& circuit) {
    Collector all;
    all.add_stage(circuit.stage);
    all.add("amplifier_leak", "leak inside the amplifier", circuit.amplifier_leak);
    all.add("contacts.tip_ohm", "tip contact", circuit.contacts.tip_ohm);
    all.add("contacts.ring1_ohm", "ring 1 contact", circuit.contacts.ring1_ohm);
    all.add("contacts.ring2_ohm", "ring 2 contact", circuit.contacts.ring2_ohm);
    all.add("contacts.sleeve_ohm", "sleeve contact", circuit.contacts.sleeve_ohm);
    all.add_cable(circuit.cable);
    for (const Side s : sides)
        all.add_driver("driver_" + std::string(name(s)), std::string(name(s)) + " driver's",
                       circuit.drivers[s]);
    auto elements = all.take();
    for (Element& e : elements) e.either_sign = e.name == "amplifier_leak";
    return elements;
}

bool means(std::string_view word, std::string_view name) {
    if (word.empty()) return false;
    if (word == name) return true;
    // A profile with one driver for both sides calls it "driver".
    if (word == "driver" || word.starts_with("driver.")) {
        for (const Side s : sides)
            if (means("driver_" + std::string(fourpole::name(s)) + std::string(word.substr(6)), name))
                return true;
        return false;
    }
    if (name.size() <= word.size()) return false;
    const bool block = name.starts_with(word) && name[word.size()] == '.';
    const bool last = name.ends_with(word) && name[name.size() - word.size() - 1] == '.';
    const bool inside = name.find("." + std::string(word) + ".") != std::string_view::npos;
    return block || last || inside;
}

double relative_u_of(const Figure& figure) {
    if (!(std::abs(figure.value) > 0.0)) return 0.0;
    const double share = figure.tolerance / std::abs(figure.value);
    switch (figure.spread) {
        case Figure::Spread::uniform: return share / std::sqrt(3.0);
        case Figure::Spread::normal: return share / 2.0;
        case Figure::Spread::log_normal: return std::log1p(figure.tolerance) / 1.96;
    }
    return share;
}

}  // namespace fourpole
