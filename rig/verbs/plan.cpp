// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/plan.hpp"

#include "rig/json/json.hpp"
#include "rig/profile/load.hpp"
#include "rig/verbs/complain.hpp"
#include "rig/verbs/options.hpp"
#include "rig/verbs/verbs.hpp"

#include <fmt/format.h>

#include <cmath>
#include <iterator>
#include <memory>

namespace fourpole {
namespace {

struct Options {
    std::string session;
    bool json = false;
};

std::string minutes(Seconds time) {
    const auto whole = static_cast<long>(std::ceil(time.count));
    return whole < 60 ? fmt::format("{} s", whole) : fmt::format("{} min {} s", whole / 60, whole % 60);
}

std::string joined(const std::vector<std::string>& words, const char* between) {
    std::string list;
    for (const std::string& word : words) list += (list.empty() ? "" : between) + word;
    return list;
}

/// The springs as they lie along the plug, then any bridge.
std::vector<std::string> tip_first(const Touch& touch) {
    std::vector<std::string> order;
    for (const char* spring : {"T", "R1", "R2", "S"})
        if (touch.contains(spring)) order.emplace_back(spring);
    for (const auto& [spring, segments] : touch)
        if (spring.starts_with('_')) order.push_back(spring);
    return order;
}

/// "aL > T L+": what each spring carries, and the segments it touches.
std::string route(const ArmPlan& arm) {
    const Circuit& circuit = arm.arm->circuit;
    const auto named = [](const Poles& poles, const std::string& pole) {
        const auto found = poles.find(pole);
        return found == poles.end() ? std::string("bridge") : found->second;
    };
    std::vector<std::string> springs;
    for (const std::string& spring : tip_first(arm.touch)) {
        const std::vector<std::string>& segments = arm.touch.at(spring);
        std::vector<std::string> touched;
        for (const std::string& segment : segments)
            touched.push_back(fmt::format("{} {}", segment, named(circuit.plug.segments, segment)));
        springs.push_back(fmt::format("{} > {}", named(circuit.jack.springs, spring),
                                      touched.empty() ? std::string("nothing") : joined(touched, " + ")));
    }
    return joined(springs, ", ");
}

/// Several lines about one arm.
std::string arm_in_words(const ArmPlan& plan) {
    std::string text;
    const auto out = std::back_inserter(text);
    const Arm& arm = *plan.arm;
    fmt::format_to(out, "\narm {}  {}\n", arm.id, arm.label);
    fmt::format_to(out, "  player    {} ({:.10g} Hz, {} bits)\n", arm.player.name, arm.player.sample_rate_hz,
                   arm.player.bits);
    fmt::format_to(out, "  earphone  {}\n", arm.earphone.name);
    fmt::format_to(out, "  route     plug {} in jack {}\n            {}\n", arm.circuit.plug.id,
                   arm.circuit.jack.id, route(plan));
    fmt::format_to(out, "  hears     {}\n", plan.wiring.outcome);
    for (const Side side : sides) {
        const NodeLevel& level = plan.levels[side];
        fmt::format_to(out,
                       "  {:8}  EMF {:.1f} mV rms, plug {:.1f} mV rms, driver {:.1f} mV rms (at {:.0f} Hz)\n",
                       name(side), 1000.0 * level.at_emf.count, 1000.0 * level.at_plug.count,
                       1000.0 * level.at_driver.count, level.worst_hz);
        fmt::format_to(out, "            interface input {:.1f} dBFS peak{}\n", level.input_dbfs,
                       level.input_dbfs > 0.0 ? ": WILL CLIP, choose a larger full_scale_v" : "");
    }
    for (const std::string& hazard : plan.hazards) fmt::format_to(out, "  HAZARD    {}\n", hazard);
    return text;
}

std::string words_for_people(const Session& session, const Plan& plan) {
    std::string text;
    const auto out = std::back_inserter(text);
    fmt::format_to(out, "{}\n", session.name);
    fmt::format_to(
        out,
        "programme {}, {:.10g} s; interface {} at {:.10g} Hz, full scale {:.4g} V; ceiling {:.0f} mV rms\n",
        session.programme.id, session.programme.length_s, session.interface.name,
        session.interface.sample_rate_hz, session.interface.full_scale_v->value,
        1000.0 * session.ceiling_v_rms);
    fmt::format_to(out,
                   "levels: the programme's loudest sine, at the frequency where each node carries most\n");
    for (const ArmPlan& arm : plan.arms) text += arm_in_words(arm);
    fmt::format_to(out, "\n{} takes, {} of playing; with a person at the plug about {}\n", plan.takes.size(),
                   minutes(plan.playing), minutes(plan.playing + plan.handling));
    for (std::size_t i = 0; i < plan.takes.size(); ++i)
        fmt::format_to(out, "  {:3}. {} take {}: {}\n", i + 1, plan.takes[i].request.arm,
                       plan.takes[i].request.repeat, plan.takes[i].prompt);
    if (plan.hazardous()) fmt::format_to(out, "\nrefused: there is a hazard; nothing may be played\n");
    return text;
}

Json level_json(const NodeLevel& level) {
    return {{"emf_v_rms", level.at_emf.count},
            {"plug_v_rms", level.at_plug.count},
            {"driver_v_rms", level.at_driver.count},
            {"interface_input_dbfs", level.input_dbfs},
            {"worst_frequency_hz", level.worst_hz}};
}

std::string json_of(const Session& session, const Plan& plan) {
    Json out{{"schema", "fourpole/plan@1"}, {"session", session.id}, {"programme", session.programme.id}};
    out["playing_s"] = plan.playing.count;
    out["duration_s"] = (plan.playing + plan.handling).count;
    out["ceiling_v_rms"] = session.ceiling_v_rms;
    out["hazardous"] = plan.hazardous();
    out["arms"] = Json::array();
    for (const ArmPlan& arm : plan.arms) {
        Json one{{"id", arm.arm->id},
                 {"label", arm.arm->label},
                 {"player", arm.arm->player.id},
                 {"earphone", arm.arm->earphone.id},
                 {"plug", arm.arm->circuit.plug.id},
                 {"jack", arm.arm->circuit.jack.id}};
        one["touch"] = arm.touch;
        one["wiring"] = arm.wiring.outcome;
        for (const Side side : sides) one["levels"][std::string(name(side))] = level_json(arm.levels[side]);
        one["hazards"] = arm.hazards;
        out["arms"].push_back(std::move(one));
    }
    out["takes"] = Json::array();
    for (const PlannedTake& take : plan.takes)
        out["takes"].push_back(
            {{"arm", take.request.arm}, {"repeat", take.request.repeat}, {"prompt", take.prompt}});
    return dump_json(out);
}

int work(const Options& options) {
    const auto session = load_session(options.session);
    if (!session) return complain(session.error());
    const auto planned = plan(*session);
    if (!planned) return complain(planned.error());
    const auto printed =
        print_result(options.json ? json_of(*session, *planned) : words_for_people(*session, *planned));
    if (!printed) return complain(printed.error());
    return planned->hazardous() ? exit_code(Fault::Kind::unsafe) : 0;
}

}  // namespace

void add_plan(Verbs& verbs) {
    Verb verb = verbs.add("plan", "Dry run: routes, levels at every node, prompts, duration, hazards");
    const auto options = std::make_shared<Options>();
    verb.option("SESSION", options->session, "A session file").required();
    verb.flag("--json", options->json, "Prints the plan as JSON");
    verb.footer(
        "Opens no device. Levels are those of the programme's loudest sine; the interface's input is\n"
        "in dB re its full scale (peak).\n"
        "Exit code: 0, 2 for a session that is not valid, 5 when a hazard forbids to play it.\n"
        "Example: fourpole plan profiles/sessions/md_dr7_4pole_vs_3pole.json");
    verb.does([options] { return work(*options); });
}

}  // namespace fourpole
