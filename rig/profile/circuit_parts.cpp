// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/profile/circuit_parts.hpp"

#include "rig/profile/cable_couplings.hpp"
#include "rig/profile/document.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <memory>
#include <numbers>

namespace fourpole {

namespace {

Provenance read_provenance(const Json& json) {
    const std::string kind = json.at("kind");
    Provenance out{Provenance::Kind::guess, text_at(json, "where")};
    if (kind == "measured") out.kind = Provenance::Kind::measured;
    if (kind == "datasheet") out.kind = Provenance::Kind::datasheet;
    if (kind == "published") out.kind = Provenance::Kind::published;
    return out;
}

bool given(const Json& object, const char* key) { return object.contains(key) && !object.at(key).is_null(); }

/// How far from its value a drawn unit may lie. Twice a normal tolerance is 4 standard
/// deviations: beyond that no unit is drawn.
double reach_of(const Figure& figure) {
    return figure.spread == Figure::Spread::normal ? 2.0 * figure.tolerance : figure.tolerance;
}

std::optional<Figure> maybe_figure(const Json& object, const char* key) {
    if (!given(object, key)) return std::nullopt;
    return read_figure(object.at(key));
}

Resonance read_resonance(const Json& json, const std::string& pointer, Findings& findings) {
    const bool by_parts = json.contains("inductance_h") && json.contains("capacitance_f");
    const bool by_q = json.contains("resonance_hz") && json.contains("mechanical_q");
    if (!by_parts && !by_q)
        findings.add(pointer, in_words(json),
                     "resonance_hz with mechanical_q, or inductance_h with capacitance_f");
    if (by_parts && by_q) {
        // Where both are given (the truth kit does) L and C are the finer ones, of the same resonance.
        const double l = figure_at(json, "inductance_h").value, c = figure_at(json, "capacitance_f").value;
        const double hz = 1.0 / (2.0 * std::numbers::pi * std::sqrt(l * c));
        const double q = figure_at(json, "resistance_ohm").value * std::sqrt(c / l);
        const auto differs = [&](const char* key, double by) {
            return std::abs(figure_at(json, key).value / by - 1.0) > 0.01;
        };
        if (differs("resonance_hz", hz) || differs("mechanical_q", q))
            findings.add(pointer,
                         "resonance_hz and mechanical_q that are not those of L, C and R (" +
                             rounded_in_words(hz) + " Hz, Q " + rounded_in_words(q) + ")",
                         "one way of saying it, or both within 1 %");
    }
    return {figure_at(json, "resistance_ohm"), figure_at(json, "resonance_hz"),
            figure_at(json, "mechanical_q"),   figure_at(json, "inductance_h"),
            figure_at(json, "capacitance_f"),  !by_parts};
}

/// A driver as somebody measured it, and nothing beside it.
Driver read_tabulated(const Json& json, const std::string& pointer, Findings& findings) {
    Driver out;
    for (const auto& [key, value] : json.items())
        if (key != "impedance_table" && key != "note")
            findings.add(pointer_to(pointer, key), "this and impedance_table",
                         "either an impedance_table or elements");
    const std::filesystem::path named = json.at("impedance_table").get<std::string>();
    auto table = read_impedance_table(std::filesystem::path(findings.file()).parent_path() / named);
    if (table)
        out.impedance_table = std::make_shared<const ImpedanceTable>(std::move(*table));
    else
        findings.add_sentence(findings.file() + ": " + pointer_to(pointer, std::string("impedance_table")) +
                              ": " + table.error().what);
    return out;
}

/// An exponent above 1 would make Leach's resistance negative, in a drawn unit too.
void check_exponent(const Figure& exponent, const std::string& pointer, Findings& findings) {
    const bool log_normal = exponent.spread == Figure::Spread::log_normal;
    const double reach = reach_of(exponent);
    if (log_normal || exponent.value + reach > 1.0 || exponent.value < reach)
        findings.add(pointer,
                     in_words(exponent.value) + " with a tolerance of " + in_words(exponent.tolerance),
                     "an exponent that stays between 0 and 1, uniform or normal");
}

/// Leach's or Wright's law, in place of L2 || R2.
void read_power_law(const Json& json, const std::string& pointer, Driver& out, Findings& findings) {
    int laws = given(json, "lossy_inductance") ? 1 : 0;
    if (given(json, "leach_inductance")) {
        ++laws;
        const Json& leach = json.at("leach_inductance");
        out.leach_inductance =
            LeachInductance{figure_at(leach, "k_ohm_at_1_rad_s"), figure_at(leach, "exponent")};
        check_exponent(out.leach_inductance->exponent, pointer + "/leach_inductance/exponent", findings);
    }
    if (given(json, "wright_inductance")) {
        ++laws;
        const Json& wright = json.at("wright_inductance");
        out.wright_inductance =
            WrightInductance{figure_at(wright, "kr_ohm_at_1_rad_s"), figure_at(wright, "xr"),
                             figure_at(wright, "kx_ohm_at_1_rad_s"), figure_at(wright, "xx")};
    }
    if (laws > 1)
        findings.add(pointer, std::to_string(laws) + " laws of lossy inductance",
                     "one of lossy_inductance, leach_inductance and wright_inductance");
}

}  // namespace

Figure read_figure(const Json& json) {
    Figure out;
    if (json.is_number()) {
        out.value = json.get<double>();
        return out;
    }
    out.value = json.at("value").get<double>();
    out.tolerance = json.value("tolerance", 0.0);
    const std::string spread = text_at(json, "spread");
    if (spread == "normal") out.spread = Figure::Spread::normal;
    if (spread == "log_normal") out.spread = Figure::Spread::log_normal;
    if (json.contains("source")) out.source = read_provenance(json.at("source"));
    out.group = text_at(json, "group");
    out.correlation = json.value("correlation", 0.0);
    return out;
}

Figure figure_at(const Json& object, const char* key, double otherwise) {
    if (given(object, key)) return read_figure(object.at(key));
    Figure out;
    out.value = otherwise;
    return out;
}

std::string key_of(const char* before, Side side, const char* after) {
    return before + std::string(name(side)) + after;
}

OutputStage read_output_stage(const Json& json) {
    OutputStage out;
    if (json.at("kind") == "btl") {
        out.kind = OutputStage::Kind::btl;
        out.emf_v = read_figure(json.at("emf_differential_v")).value;
        out.output_resistance_ohm = figure_at(json, "half_bridge_resistance_ohm");
        out.output_inductance_h = figure_at(json, "half_bridge_inductance_h");
        return out;
    }
    out.emf_v = read_figure(json.at("emf_v")).value;
    out.output_resistance_ohm = figure_at(json, "output_resistance_ohm");
    out.output_inductance_h = figure_at(json, "output_inductance_h");
    out.coupling_capacitance_f = maybe_figure(json, "coupling_capacitance_f");
    out.ground_path_ohm = figure_at(json, "ground_path_ohm");
    return out;
}

Contacts read_contacts(const Json& json) {
    return {figure_at(json, "tip_ohm"), figure_at(json, "ring1_ohm"), figure_at(json, "ring2_ohm"),
            figure_at(json, "sleeve_ohm"),
            figure_at(json, json.contains("ring3_ohm") ? "ring3_ohm" : "ring2_ohm")};
}

Cable read_cable(const Json& json, const std::string& pointer, Findings& findings) {
    Cable out;
    const bool shared = json.at("kind") == "shared return";
    out.kind = shared ? Cable::Kind::shared_return : Cable::Kind::separate_returns;
    const std::string back = shared ? "_return_to_split" : "_return";
    for (const Side side : sides) {
        out.signal_ohm[side] = figure_at(json, key_of("", side, "_signal_ohm").c_str());
        out.signal_h[side] = figure_at(json, key_of("", side, "_signal_h").c_str());
        out.return_ohm[side] = figure_at(json, key_of("", side, (back + "_ohm").c_str()).c_str());
        out.return_h[side] = figure_at(json, key_of("", side, (back + "_h").c_str()).c_str());
    }
    out.common_return_ohm = figure_at(json, "common_return_ohm");
    out.common_return_h = figure_at(json, "common_return_h");
    out.signal_to_return_farad = figure_at(json, "signal_to_return_farad");
    out.left_to_right_signal_farad = figure_at(json, "left_to_right_signal_farad");
    out.signal_to_return_coupling = figure_at(json, "signal_to_return_coupling");
    out.signal_to_signal_coupling = figure_at(json, "left_to_right_signal_coupling");
    out.return_to_return_coupling = figure_at(json, "left_to_right_return_coupling");
    out.signal_to_other_return_coupling = figure_at(json, "signal_to_other_return_coupling");
    out.signal_to_common_coupling = figure_at(json, "signal_to_common_return_coupling");
    double coupled = 0.0, wound = 0.0;
    for (const Figure* k :
         {&out.signal_to_return_coupling, &out.signal_to_signal_coupling, &out.return_to_return_coupling,
          &out.signal_to_other_return_coupling, &out.signal_to_common_coupling})
        coupled = std::max(coupled, k->value);
    wound = out.common_return_h.value;
    for (const Side side : sides)
        wound = std::max({wound, out.signal_h[side].value, out.return_h[side].value});
    if (coupled > 0.0 && wound <= 0.0)
        findings.add(pointer, "a coupling of wires that have no inductance",
                     "inductances of the wires (left_signal_h ...) beside their couplings");
    if (!couplings_can_exist(out))
        findings.add(pointer, "couplings that no wires can have at once",
                     "couplings whose matrix, with 1 on the diagonal, is positive definite");
    if (json.contains("length_m") != json.contains("split_at_m"))
        findings.add(pointer_to(pointer, json.contains("length_m") ? "split_at_m" : "length_m"), "nothing",
                     "length_m and split_at_m, or neither");
    if (!json.contains("length_m") || !json.contains("split_at_m")) return out;
    out.split = Cable::Split{json.at("length_m").get<double>(), json.at("split_at_m").get<double>()};
    if (out.split->split_at_m > out.split->length_m)
        findings.add(pointer_to(pointer, std::string("split_at_m")), in_words(out.split->split_at_m),
                     "from 0, the plug, to length_m, the drivers");
    return out;
}

Driver read_driver(const Json& json, const std::string& pointer, Findings& findings) {
    if (json.contains("impedance_table")) return read_tabulated(json, pointer, findings);
    Driver out;
    if (!json.contains("coil_resistance_ohm"))
        findings.add(pointer_to(pointer, std::string("coil_resistance_ohm")), "nothing",
                     "a number > 0 or an object {value, tolerance, spread, source}, and it is required "
                     "unless there is an impedance_table");
    out.coil_resistance_ohm = figure_at(json, "coil_resistance_ohm");
    out.coil_inductance_h = figure_at(json, "coil_inductance_h");
    if (given(json, "lossy_inductance")) {
        const Json& lossy = json.at("lossy_inductance");
        out.lossy_inductance =
            LossyInductance{figure_at(lossy, "inductance_h"), figure_at(lossy, "parallel_resistance_ohm")};
    }
    read_power_law(json, pointer, out, findings);
    if (json.contains("resonances")) {
        const auto list = pointer_to(pointer, "resonances");
        for (const Json& one : json.at("resonances"))
            out.resonances.push_back(read_resonance(one, pointer_to(list, out.resonances.size()), findings));
    }
    if (json.contains("parallel_branches"))
        for (const Json& one : json.at("parallel_branches"))
            out.parallel_branches.push_back({figure_at(one, "resistance_ohm"), figure_at(one, "inductance_h"),
                                             maybe_figure(one, "capacitance_f")});
    for (const ParallelBranch& branch : out.parallel_branches)
        if (branch.resistance_ohm.value <= 0.0 && branch.inductance_h.value <= 0.0 && !branch.capacitance_f)
            findings.add(pointer_to(pointer, "parallel_branches"), "a branch of 0 ohm, 0 H and no capacitor",
                         "a branch that does not short the driver");
    return out;
}

FixtureCircuit read_fixture_circuit(const Json& json) {
    FixtureCircuit out;
    const auto poles = [&json](const char* key) {
        return json.contains(key) ? read_contacts(json.at(key)) : Contacts{};
    };
    out.relay_ohm = poles("relay_contacts");
    out.sense_ohm = poles("sense_resistors");
    out.jack_ohm = poles("jack_contacts");
    if (json.contains("taps")) {
        const Json& taps = json.at("taps");
        out.tap_resistance_ohm = figure_at(taps, "resistance_ohm");
        out.tap_capacitance_farad = figure_at(taps, "capacitance_f");
        out.ground_link_ohm = maybe_figure(taps, "ground_link_ohm");
    }
    if (!json.contains("load_bank")) return out;
    const Json& bank = json.at("load_bank");
    LoadBank& load = out.load_bank.emplace();
    if (bank.at("switched") == "beside the earphone") load.switched = LoadBank::Switched::beside;
    if (bank.at("switched") == "in place of the earphone") load.switched = LoadBank::Switched::in_place;
    for (const Side side : sides)
        load.resistance_ohm[side] = figure_at(bank, key_of("", side, "_ohm").c_str());
    load.relay_contact_ohm = figure_at(bank, "relay_contact_ohm");
    load.relay_open_farad = figure_at(bank, "relay_open_f");
    return out;
}

Touch read_touch(const Json& json) {
    Touch out;
    for (const auto& [spring, segments] : json.items())
        out[spring] = segments.get<std::vector<std::string>>();
    return out;
}

void check_figures(const Json& json, const std::string& pointer, Findings& findings) {
    if (json.is_array()) {
        for (std::size_t i = 0; i < json.size(); ++i)
            check_figures(json[i], pointer_to(pointer, i), findings);
        return;
    }
    if (!json.is_object()) return;
    if (!json.contains("value")) {
        for (const auto& [key, value] : json.items())
            check_figures(value, pointer_to(pointer, key), findings);
        return;
    }
    const Figure figure = read_figure(json);
    const bool log_normal = figure.spread == Figure::Spread::log_normal;
    if (log_normal && figure.value <= 0.0)
        findings.add(pointer_to(pointer, "value"), in_words(figure.value),
                     "a value > 0 where the spread is log_normal");
    const double reach = reach_of(figure);
    const auto key = pointer.substr(pointer.rfind('/') + 1);
    const auto ends_with = [&](std::string_view end) {
        return key.size() >= end.size() && key.compare(key.size() - end.size(), end.size(), end) == 0;
    };
    const bool never_negative = ends_with("_ohm") || ends_with("_h") || ends_with("_f") ||
                                ends_with("_farad") || ends_with("_rad_s") || ends_with("_coupling") ||
                                ends_with("_hz") || ends_with("_q") || ends_with("_v") ||
                                ends_with("_output") || ends_with("_peak");
    if (ends_with("_coupling") && (log_normal || figure.value + reach >= 1.0))
        findings.add(pointer_to(pointer, "tolerance"), in_words(figure.tolerance),
                     "one that cannot reach a coupling of 1, uniform or normal");
    if (never_negative && !log_normal && figure.tolerance > 0.0 && reach >= figure.value)
        findings.add(pointer_to(pointer, "tolerance"), in_words(figure.tolerance),
                     "one that cannot reach 0 or less; \"spread\": \"log_normal\" never does");
}

}  // namespace fourpole
