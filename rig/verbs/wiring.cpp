// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/json/json.hpp"
#include "rig/model/contact_groups.hpp"
#include "rig/model/model.hpp"
#include "rig/model/wiring_reason.hpp"
#include "rig/profile/load.hpp"
#include "rig/report/terminal_text.hpp"
#include "rig/verbs/complain.hpp"
#include "rig/verbs/ohmmeter_text.hpp"
#include "rig/verbs/options.hpp"
#include "rig/verbs/verbs.hpp"
#include "rig/verbs/wiring_mating.hpp"
#include "rig/verbs/wiring_measured.hpp"
#include "rig/verbs/wiring_ohmmeter.hpp"
#include "rig/verbs/wiring_picture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>

namespace fourpole {
namespace {

struct Options {
    std::string player, earphone, plug, jack, touch;
    std::string measured, arm, ohmmeter, ohmmeter_u;
    bool json = false;

    bool has_profiles() const { return !player.empty() && !earphone.empty(); }
    bool has_names() const { return !plug.empty() && !jack.empty(); }
};

/// What an ohmmeter said of the earphone alone.
struct Ohmmeter {
    std::vector<OhmmeterReading> readings;
    ReturnTest test;
};

constexpr int text_columns = 79, most_lines = 12;

std::string lines_of(const std::string& sentence) {
    std::string text;
    for (const std::string& line : wrapped(sentence, text_columns, most_lines)) text += line + "\n";
    return text;
}

std::string words_for_people(const Mating& m, bool colour) {
    std::string text = wiring_picture(m.plug, m.jack, m.touch, m.wiring, colour) + "\n";
    text += inked(m.wiring.outcome, m.wiring.hazards.empty() ? Ink::bold : Ink::bad, colour) + "\n";
    text += lines_of("Because " + wiring_reason(m.plug, m.jack, m.touch, m.wiring) + ".");
    // What rounds to zero has no sign worth reading.
    const auto shown = [](Complex z) { return std::abs(z.real()) < 5e-4 ? 0.0 : z.real(); };
    for (const Side s : sides)
        text += fmt::format("  {:5} driver: {:6} {:+.3f} of left, {:+.3f} of right\n", name(s),
                            m.wiring.labels[s], shown(m.wiring.matrix.from[s][Side::left]),
                            shown(m.wiring.matrix.from[s][Side::right]));
    if (m.wiring.hazards.empty()) return text + "no output is shorted\n";
    text += inked("HAZARD: do not play; with the drivers removed", Ink::bad, colour) + "\n";
    for (const Short& s : m.wiring.hazards)
        text += fmt::format("  {:4} still delivers {:.0f} mA per volt of EMF (allowed: 50)\n", s.output,
                            1000.0 * s.ampere_per_volt);
    return text;
}

Json json_of(const Mating& m) {
    const Wiring& w = m.wiring;
    const auto complex = [](Complex z) { return Json{{"re", z.real()}, {"im", z.imag()}}; };
    Json out{{"outcome", w.outcome}, {"reason", wiring_reason(m.plug, m.jack, m.touch, w)}};
    out["plug"] = {{"id", m.plug.id}, {"segments", m.plug.segments}};
    out["jack"] = {{"id", m.jack.id}, {"springs", m.jack.springs}};
    out["touch"] = m.touch;
    out["joined"] = Json::array();
    for (const ContactGroup& g : contact_groups(m.plug, m.jack, m.touch))
        out["joined"].push_back({{"segments", g.segments}, {"leads", g.leads}, {"outputs", g.outputs}});
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
    return out;
}

/// The plug that the ohmmeter was held to: the named one, the earphone's, or the usual 3-pole one.
Result<Plug> plug_of(const Options& options, const std::optional<Mating>& mating) {
    if (mating) return mating->plug;
    if (!options.plug.empty()) return load_plug(options.plug);
    if (options.earphone.empty()) return load_plug("trs");
    const auto earphone = load_earphone(options.earphone);
    if (!earphone) return earphone.error();
    return load_plug(earphone->plug);
}

Result<std::optional<Ohmmeter>> read_ohmmeter(const Options& options, const std::optional<Mating>& mating) {
    if (options.ohmmeter.empty()) return std::optional<Ohmmeter>{};
    const auto readings = parse_ohmmeter(options.ohmmeter, options.ohmmeter_u);
    if (!readings) return readings.error();
    const auto plug = plug_of(options, mating);
    if (!plug) return plug.error();
    auto test = test_returns(*plug, *readings);
    if (!test) return test.error();
    return std::optional<Ohmmeter>(Ohmmeter{*readings, std::move(*test)});
}

Result<std::optional<Mating>> read_mating(const Options& options) {
    if (options.has_profiles() == options.has_names()) return std::optional<Mating>{};
    auto mating = options.has_profiles() ? mate_profiles(options.player, options.earphone, options.touch)
                                         : mate_names(options.plug, options.jack, options.touch);
    if (!mating) return mating.error();
    return std::optional<Mating>(std::move(*mating));
}

Result<std::optional<MeasuredBeside>> read_measured(const Options& options,
                                                    const std::optional<Mating>& mating) {
    if (options.measured.empty()) return std::optional<MeasuredBeside>{};
    const auto matrix = read_matrix(options.measured, options.arm);
    if (!matrix) return matrix.error();
    auto beside = hold_beside(*matrix, *mating->circuit);
    if (!beside) return beside.error();
    return std::optional<MeasuredBeside>(std::move(*beside));
}

std::string wrong_question(const Options& o) {
    if (o.has_profiles() && o.has_names())
        return "found --player and --earphone, --plug and --jack; allowed: one pair of them";
    if (!o.measured.empty() && !o.has_profiles())
        return "--measured is held beside a prediction: give --player and --earphone too";
    if (!o.arm.empty() && o.measured.empty()) return "--arm names an arm of --measured RECORD.json";
    if (!o.ohmmeter_u.empty() && o.ohmmeter.empty()) return "--ohmmeter-u belongs to --ohmmeter";
    if (!o.ohmmeter.empty() && o.player.empty() && o.jack.empty() && o.touch.empty()) return "";
    return o.has_profiles() || o.has_names() ? "" : "give --player and --earphone, or --plug and --jack";
}

/// Joined returns are a short on a jack with a minus of its own.
bool returns_shorted(const std::optional<Ohmmeter>& ohmmeter, const std::optional<Mating>& mating) {
    return ohmmeter && ohmmeter->test.between_returns_ohm && mating &&
           std::any_of(mating->jack.springs.begin(), mating->jack.springs.end(),
                       [](const auto& spring) { return spring.second.ends_with('-'); });
}

int work(const Options& options) {
    if (const std::string wrong = wrong_question(options); !wrong.empty())
        return complain({Fault::Kind::bad_input, "wiring", wrong});
    const auto mating = read_mating(options);
    if (!mating) return complain(mating.error());
    const auto measured = read_measured(options, *mating);
    if (!measured) return complain(measured.error());
    const auto ohmmeter = read_ohmmeter(options, *mating);
    if (!ohmmeter) return complain(ohmmeter.error());

    const bool joined = returns_shorted(*ohmmeter, *mating);
    const bool suspected = *measured && (*measured)->suspects_short();
    const bool hazard = (*mating && !(*mating)->wiring.hazards.empty()) || joined || suspected;
    std::string text;
    Json json = Json::object();
    if (*mating) json = json_of(**mating), text = words_for_people(**mating, stdout_screen().colour);
    if (*measured) {
        json["measured"] = measured_as_json(**measured);
        text += "\n" + measured_in_words(**measured);
        if (suspected) text += "HAZARD: do not play; every fault that fits shorts an output\n";
    }
    if (*ohmmeter) {
        json["ohmmeter"] =
            ohmmeter_as_json((*ohmmeter)->test, (*ohmmeter)->readings, options.ohmmeter_u.empty());
        text += (text.empty() ? "" : "\n") + ohmmeter_in_words((*ohmmeter)->test);
        if (joined) text += "HAZARD: do not play; the joined returns short two outputs of this jack\n";
    }
    json["hazard"] = hazard;
    const auto printed = print_result(options.json ? dump_json(json) : text);
    if (!printed) return complain(printed.error());
    if (hazard) return exit_code(Fault::Kind::unsafe);
    return *measured && (*measured)->model_violated() ? 1 : 0;
}

}  // namespace

void add_wiring(Verbs& verbs) {
    Verb verb = verbs.add("wiring", "what each driver hears, and which amplifier outputs are shorted");
    auto options = std::make_shared<Options>();
    verb.option("--player", options->player, "player profile: id or file");
    verb.option("--earphone", options->earphone, "earphone profile: id or file");
    verb.option("--plug", options->plug, "plug by name, e.g. trrs_r-r+l+l-");
    verb.option("--jack", options->jack, "jack by name, e.g. \"3-contact single-ended\"");
    verb.option("--touch", options->touch,
                "SPRING=SEGMENT[+SEGMENT],...: who touches whom (T R1 R2 S); springs not named touch "
                "nothing. Default: a plug pushed home");
    verb.option("--measured", options->measured,
                "record of a take or run: what was measured beside what is predicted, and the faults "
                "that would explain it, by likelihood");
    verb.option("--arm", options->arm, "arm of a run's record");
    verb.option("--ohmmeter", options->ohmmeter,
                "resistances at the plug, SEGMENT-SEGMENT=OHM,... (open: no conduction): shared or "
                "separate return. 3-pole: T-S, R1-S, T-R1; 4-pole: all six pairs, with --plug or "
                "--earphone");
    verb.option("--ohmmeter-u", options->ohmmeter_u,
                "standard uncertainty in ohm, for all or SEGMENT-SEGMENT=OHM,...; default: the last "
                "digit that was written. Null the meter's leads: r in every reading adds r/2");
    verb.flag("--json", options->json, "machine-readable result on stdout");
    verb.footer(
        "Exit code 5: an output is shorted (over 50 mA per volt of EMF with the drivers removed), or every\n"
        "fault that fits the measurement shorts one. Exit code 1: what was measured is not what is wired.\n"
        "Example: fourpole wiring --plug trs --jack \"4-contact BTL l+r+l-r-\"\n"
        "         fourpole wiring --ohmmeter T-S=23.5,R1-S=23.3,T-R1=46.6\n");
    verb.does([options] { return work(*options); });
}

}  // namespace fourpole
