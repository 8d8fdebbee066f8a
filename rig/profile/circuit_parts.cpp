// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/profile/circuit_parts.hpp"

#include "rig/profile/document.hpp"

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
    // Where both are given (the truth kit does) L and C are the finer ones.
    return {figure_at(json, "resistance_ohm"), figure_at(json, "resonance_hz"),
            figure_at(json, "mechanical_q"),   figure_at(json, "inductance_h"),
            figure_at(json, "capacitance_f"),  !by_parts};
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
        out.emf_v = json.at("emf_differential_v").get<double>();
        out.output_resistance_ohm = figure_at(json, "half_bridge_resistance_ohm");
        out.output_inductance_h = figure_at(json, "half_bridge_inductance_h");
        return out;
    }
    out.emf_v = json.at("emf_v").get<double>();
    out.output_resistance_ohm = figure_at(json, "output_resistance_ohm");
    out.output_inductance_h = figure_at(json, "output_inductance_h");
    out.coupling_capacitance_f = maybe_figure(json, "coupling_capacitance_f");
    out.ground_path_ohm = figure_at(json, "ground_path_ohm");
    return out;
}

Contacts read_contacts(const Json& json) {
    return {figure_at(json, "tip_ohm"), figure_at(json, "ring1_ohm"), figure_at(json, "ring2_ohm"),
            figure_at(json, "sleeve_ohm")};
}

Cable read_cable(const Json& json) {
    Cable out;
    const bool shared = json.at("kind") == "shared return";
    out.kind = shared ? Cable::Kind::shared_return : Cable::Kind::separate_returns;
    for (const Side side : sides) {
        out.signal_ohm[side] = figure_at(json, key_of("", side, "_signal_ohm").c_str());
        out.return_ohm[side] =
            figure_at(json, key_of("", side, shared ? "_return_to_split_ohm" : "_return_ohm").c_str());
    }
    out.common_return_ohm = figure_at(json, "common_return_ohm");
    out.signal_to_return_farad = figure_at(json, "signal_to_return_farad");
    out.left_to_right_signal_farad = figure_at(json, "left_to_right_signal_farad");
    return out;
}

Driver read_driver(const Json& json, const std::string& pointer, Findings& findings) {
    Driver out;
    out.coil_resistance_ohm = figure_at(json, "coil_resistance_ohm");
    out.coil_inductance_h = figure_at(json, "coil_inductance_h");
    if (given(json, "lossy_inductance")) {
        const Json& lossy = json.at("lossy_inductance");
        out.lossy_inductance =
            LossyInductance{figure_at(lossy, "inductance_h"), figure_at(lossy, "parallel_resistance_ohm")};
    }
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
    // Twice a normal tolerance is 4 standard deviations: beyond that no unit is drawn.
    const double reach = figure.spread == Figure::Spread::normal ? 2.0 * figure.tolerance : figure.tolerance;
    const auto key = pointer.substr(pointer.rfind('/') + 1);
    const auto ends_with = [&](std::string_view end) {
        return key.size() >= end.size() && key.compare(key.size() - end.size(), end.size(), end) == 0;
    };
    const bool never_negative = ends_with("_ohm") || ends_with("_h") || ends_with("_f") ||
                                ends_with("_farad") || ends_with("_hz") || ends_with("_q") || ends_with("_v");
    if (never_negative && !log_normal && figure.tolerance > 0.0 && reach >= figure.value)
        findings.add(pointer_to(pointer, "tolerance"), in_words(figure.tolerance),
                     "one that cannot reach 0 or less; \"spread\": \"log_normal\" never does");
}

}  // namespace fourpole
