// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/json/json.hpp"
#include "rig/model/model.hpp"
#include "rig/profile/load.hpp"
#include "rig/verbs/complain.hpp"
#include "rig/verbs/verbs.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>

namespace fourpole {
namespace {

struct Options {
    std::string player, earphone, plug, jack, touch;
    bool json = false;
};

/// What is plugged into what, and how it was judged.
struct Mating {
    Plug plug;
    Jack jack;
    Touch touch;
    Wiring wiring;
};

struct Pole {
    const char* key;
    const char* words;
};
constexpr std::array<Pole, 4> poles{{{"T", "tip"}, {"R1", "ring 1"}, {"R2", "ring 2"}, {"S", "sleeve"}}};

Fault refuse(std::string what) { return {Fault::Kind::bad_input, "--touch", std::move(what)}; }

template <class Poles>
std::string keys_of(const Poles& of) {
    std::string list;
    for (const auto& [key, carries] : of) list += (list.empty() ? "" : ", ") + key;
    return list;
}

std::vector<std::string> split(const std::string& text, char at) {
    std::vector<std::string> parts;
    std::size_t from = 0;
    for (std::size_t end; (end = text.find(at, from)) != std::string::npos; from = end + 1)
        parts.push_back(text.substr(from, end - from));
    parts.push_back(text.substr(from));
    return parts;
}

/// "T=T,R1=R1,S=R2+S": springs that are not named touch nothing.
Result<Touch> parse_touch(const std::string& text, const Plug& plug, const Jack& jack) {
    Touch touch;
    for (const std::string& one : split(text, ',')) {
        const auto equals = one.find('=');
        if (equals == std::string::npos || equals == 0)
            return refuse(fmt::format("found \"{}\"; allowed: SPRING=SEGMENT[+SEGMENT],...", one));
        const std::string spring = one.substr(0, equals), segments = one.substr(equals + 1);
        if (!jack.springs.contains(spring) && !spring.starts_with('_'))
            return refuse(
                fmt::format("the jack has no spring \"{}\"; it has {}", spring, keys_of(jack.springs)));
        std::vector<std::string>& touched = touch[spring];
        if (segments.empty()) continue;
        for (const std::string& segment : split(segments, '+')) {
            if (!plug.segments.contains(segment))
                return refuse(fmt::format("the plug has no segment \"{}\"; it has {}", segment,
                                          keys_of(plug.segments)));
            touched.push_back(segment);
        }
    }
    return touch;
}

Result<Mating> mate_profiles(const Options& options) {
    const auto player = load_player(options.player);
    if (!player) return player.error();
    const auto earphone = load_earphone(options.earphone);
    if (!earphone) return earphone.error();
    auto circuit = compose(*player, *earphone);
    if (circuit && !options.touch.empty()) {
        const auto touch = parse_touch(options.touch, circuit->plug, circuit->jack);
        if (!touch) return touch.error();
        circuit = compose(*player, *earphone, *touch);
    }
    if (!circuit) return circuit.error();
    auto judged = wiring(*circuit);
    if (!judged) return judged.error();
    const Touch touch = circuit->touch.empty() ? natural_touch(circuit->plug, circuit->jack) : circuit->touch;
    return Mating{circuit->plug, circuit->jack, touch, *judged};
}

Result<Mating> mate_names(const Options& options) {
    const auto plug = load_plug(options.plug);
    if (!plug) return plug.error();
    const auto jack = load_jack(options.jack);
    if (!jack) return jack.error();
    auto touch = options.touch.empty() ? Result<Touch>(natural_touch(*plug, *jack))
                                       : parse_touch(options.touch, *plug, *jack);
    if (!touch) return touch.error();
    auto judged = wiring(*plug, *jack, *touch);
    if (!judged) return judged.error();
    return Mating{*plug, *jack, *touch, *judged};
}

/// What the springs on this segment carry: "aL", "G", "aL-+aR-" or "-".
std::string touching(const Mating& m, const std::string& segment) {
    std::string list;
    for (const auto& [spring, touched] : m.touch) {
        if (std::find(touched.begin(), touched.end(), segment) == touched.end()) continue;
        const auto at = m.jack.springs.find(spring);
        list += (list.empty() ? "" : "+") + (at == m.jack.springs.end() ? "bridge" : at->second);
    }
    return list.empty() ? "-" : list;
}

/// One column a segment, tip first; under it the springs that lie on it.
std::string picture_of(const Mating& m) {
    std::string names, leads, contact, springs;
    for (const Pole& pole : poles) {
        const auto at = m.plug.segments.find(pole.key);
        if (at == m.plug.segments.end()) continue;
        const std::string on_it = touching(m, pole.key);
        names += fmt::format(" {:^9}", pole.words);
        leads += fmt::format("|{:^9}", at->second);
        contact += fmt::format(" {:^9}", on_it == "-" ? "" : "^");
        springs += fmt::format(" {:^9}", on_it);
    }
    return fmt::format("          {}\nplug     <{}|=====  {}\n          {}\njack      {}        {}\n\n",
                       names, leads, m.plug.id, contact, springs, m.jack.id);
}

/// "+ end on aL, - end on G": where the two wires of a driver end.
std::string connections(const Mating& m, Side side) {
    const std::string own(side == Side::left ? "L" : "R");
    const auto end = [&](const std::string& lead) -> std::string {
        for (const auto& [segment, carries] : m.plug.segments)
            if (carries == lead) return touching(m, segment);
        return "";
    };
    std::string minus = end(own + "-");
    if (minus.empty()) minus = end("C");
    const auto words = [](const std::string& on) { return on.empty() || on == "-" ? "nothing" : on; };
    return fmt::format("+ end on {}, - end on {}", words(end(own + "+")), words(minus));
}

std::string words_for_people(const Mating& m) {
    std::string text = picture_of(m) + m.wiring.outcome + "\n";
    // What rounds to zero has no sign worth reading.
    const auto shown = [](Complex z) { return std::abs(z.real()) < 5e-4 ? 0.0 : z.real(); };
    for (const Side s : sides)
        text += fmt::format("  {:5} driver: {:6} {:+.3f} of left, {:+.3f} of right ({})\n", name(s),
                            m.wiring.labels[s], shown(m.wiring.matrix.from[s][Side::left]),
                            shown(m.wiring.matrix.from[s][Side::right]), connections(m, s));
    if (m.wiring.hazards.empty()) return text + "no output is shorted\n";
    text += "HAZARD: do not play; with the drivers removed\n";
    for (const Short& s : m.wiring.hazards)
        text += fmt::format("  {:4} still delivers {:.0f} mA per volt of EMF (allowed: 50)\n", s.output,
                            1000.0 * s.ampere_per_volt);
    return text;
}

std::string json_of(const Wiring& w) {
    const auto complex = [](Complex z) { return Json{{"re", z.real()}, {"im", z.imag()}}; };
    Json out{{"outcome", w.outcome}};
    for (const Side s : sides) {
        Json& driver = out[std::string(name(s))];
        driver["label"] = w.labels[s];
        for (const Side channel : sides)
            driver["from_" + std::string(name(channel))] = complex(w.matrix.from[s][channel]);
    }
    for (const Side s : sides) out["labels"][std::string(name(s))] = w.labels[s];
    out["amplifier_outputs_shorted"] = !w.hazards.empty();
    out["hazards"] = Json::array();
    out["hazard_currents"] = Json::array();
    for (const Short& s : w.hazards) {
        out["hazards"].push_back(s.output);
        out["hazard_currents"].push_back({{"output", s.output}, {"a_per_volt_emf", s.ampere_per_volt}});
    }
    out["short_current_a_per_volt_emf"] = w.worst_ampere_per_volt;
    out["worst_output"] = w.worst_output.empty() ? Json(nullptr) : Json(w.worst_output);
    return dump_json(out);
}

int work(const Options& options) {
    const bool profiles = !options.player.empty() && !options.earphone.empty();
    const bool names = !options.plug.empty() && !options.jack.empty();
    if (profiles == names)
        return complain(
            {Fault::Kind::bad_input, "wiring", "give --player and --earphone, or --plug and --jack"});
    const auto mating = profiles ? mate_profiles(options) : mate_names(options);
    if (!mating) return complain(mating.error());
    const auto printed = print_result(options.json ? json_of(mating->wiring) : words_for_people(*mating));
    if (!printed) return complain(printed.error());
    return mating->wiring.hazards.empty() ? 0 : exit_code(Fault::Kind::unsafe);
}

}  // namespace

void add_wiring(CLI::App& app, int& exit_code) {
    auto* verb =
        app.add_subcommand("wiring", "what each driver hears, and which amplifier outputs are shorted");
    auto options = std::make_shared<Options>();
    verb->add_option("--player", options->player, "player profile: id or file");
    verb->add_option("--earphone", options->earphone, "earphone profile: id or file");
    verb->add_option("--plug", options->plug, "plug by name, e.g. trrs_r-r+l+l-");
    verb->add_option("--jack", options->jack, "jack by name, e.g. \"3-contact single-ended\"");
    verb->add_option("--touch", options->touch,
                     "SPRING=SEGMENT[+SEGMENT],...: who touches whom (T R1 R2 S); springs not named touch "
                     "nothing. Default: a plug pushed home");
    verb->add_flag("--json", options->json, "machine-readable result on stdout");
    verb->footer(
        "Exit code 5: an output is shorted (over 50 mA per volt of EMF with the drivers removed).\n"
        "Example: fourpole wiring --plug trs --jack \"4-contact BTL l+r+l-r-\"\n");
    verb->callback([options, &exit_code] { exit_code = work(*options); });
}

}  // namespace fourpole
