// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/profile/compose.hpp"

#include "rig/profile/circuit_parts.hpp"
#include "rig/profile/device.hpp"
#include "rig/profile/document.hpp"
#include "rig/profile/folder.hpp"
#include "rig/profile/groups.hpp"
#include "rig/profile/load.hpp"

namespace fourpole {

namespace {

constexpr const char* bridge = "_bridge";

/// Which of our plugs and jacks a flat circuit means, and who touches whom.
struct Mating {
    std::string plug, jack;
    Touch touch;  ///< empty: the natural one
};

/// "normal": plug and jack fit each other. The orders are those of the truth kit's netlists:
/// a grounded 4-pole plug carries R- on ring 2 and L- on the sleeve, a bridged one R- R+ L+ L-.
Mating fitting(const Circuit& circuit) {
    if (circuit.cable.kind == Cable::Kind::shared_return) return {"trs", "3-contact single-ended", {}};
    if (circuit.stage.kind == OutputStage::Kind::btl) return {"trrs_r-r+l+l-", "4-contact BTL r-r+l+l-", {}};
    return {"trrs_l+r+r-l-", "4-contact grounded l+r+l-r-", {}};
}

/// The truth kit's sentences about plugs that do not fit.
std::optional<Mating> mating_in_words(const std::string& words, const Circuit& circuit) {
    const auto says = [&](std::string_view part) { return words.find(part) != std::string::npos; };
    if (words.empty() || words == "normal") return fitting(circuit);
    if (says("TRS in AK-order BTL jack")) return Mating{"trs", "4-contact BTL r-r+l+l-", {}};

    Mating out{says("AK order") ? "trrs_r-r+l+l-" : "trrs_l+r+r-l-",
               "3-contact single-ended",
               {{"T", {"T"}}, {"R1", {"R1"}}, {"S", {}}}};
    std::vector<std::string>& ground = out.touch["S"];
    const std::vector<std::string> both{"R2", "S"};
    const bool on_ground = says("on ground") || says("on the ground contact");
    if (says("ring2 and sleeve") && (says("not") || says("joined"))) {
        out.touch[bridge] = both;
    } else if (says("ring2 and sleeve") && on_ground) {
        ground = both;
    } else if (says("ring2 on") && on_ground) {
        ground = {"R2"};
    } else if (says("sleeve on") && on_ground) {
        ground = {"S"};
    } else if (!says("no ground contact")) {
        return std::nullopt;
    }
    return out;
}

/// Words, parts and contacts that say different things: which of them is meant, nobody knows.
void check_wiring(const Json& json, const Circuit& circuit, Findings& findings) {
    const std::string words = text_at(json, "wiring");
    const bool parts = json.contains("plug") || json.contains("jack");
    if (parts && !words.empty() && words != "normal")
        findings.add("/wiring", in_words(json.at("wiring")) + " beside plug or jack",
                     "one of them: the sentence, or plug, jack and touch");
    if (json.contains("touch") && json.at("touch").empty())
        findings.add("/touch", "no spring at all", "at least one; without touch a plug is pushed home");
    if (!parts && (words.empty() || words == "normal") && circuit.stage.kind == OutputStage::Kind::btl &&
        circuit.cable.kind == Cable::Kind::shared_return)
        findings.add("/cable", "a shared return at a bridged source, which has no ground for it",
                     "separate returns, \"TRS in AK-order BTL jack\" as wiring, or plug, jack and touch");
}

/// Segments and springs that a touch names and the two do not have.
void check_names(const Touch& touch, const Plug& plug, const Jack& jack, const std::string& pointer,
                 Findings& findings) {
    const auto names = [](const Poles& poles) {
        std::vector<std::string> out;
        for (const auto& [place, what] : poles) out.push_back(place);
        return out;
    };
    for (const auto& [spring, segments] : touch) {
        const auto here = pointer_to(pointer, spring);
        if (spring != bridge && !jack.springs.contains(spring))
            findings.add(
                here, "the spring " + spring,
                "a spring of the jack " + in_words(Json(jack.id)) + ": " + in_words(names(jack.springs)));
        for (std::size_t i = 0; i < segments.size(); ++i)
            if (!plug.segments.contains(segments[i]))
                findings.add(pointer_to(here, i), "the segment " + segments[i],
                             "a segment of the plug " + in_words(Json(plug.id)) + ": " +
                                 in_words(names(plug.segments)));
    }
}

/// Plug and jack by id, then the touch of the two.
void join(Circuit& circuit, const Mating& mating, const Base& base, const std::string& pointer,
          Findings& findings) {
    const auto plug_file =
        follow("plug", mating.plug, base, pointer_to(pointer, std::string("plug")), findings);
    const auto jack_file =
        follow("jack", mating.jack, base, pointer_to(pointer, std::string("jack")), findings);
    if (!plug_file || !jack_file) return;
    auto plug = read_plug(*plug_file);
    auto jack = read_jack(*jack_file);
    findings.take(plug.findings);
    findings.take(jack.findings);
    if (!findings.none()) return;
    circuit.plug = *plug.value;
    circuit.jack = *jack.value;
    circuit.touch = mating.touch.empty() ? natural_touch(circuit.plug, circuit.jack) : mating.touch;
    check_names(circuit.touch, circuit.plug, circuit.jack, pointer_to(pointer, std::string("touch")),
                findings);
}

}  // namespace

Touch natural_touch(const Plug& plug, const Jack& jack) {
    // From the tip on: T, R1, (R2,) S. A short plug's sleeve reaches back over the place of
    // ring 2; a 3-contact jack has no spring there.
    Touch out;
    for (const auto& [spring, what] : jack.springs) {
        const std::string segment = plug.segments.contains(spring) ? spring : "S";
        if (plug.segments.contains(segment)) out[spring] = {segment};
    }
    return out;
}

Circuit with_fixture(const Circuit& circuit, const FixtureCircuit& fixture) {
    Circuit out = circuit;
    out.fixture = fixture;
    if (!fixture.load_bank || fixture.load_bank->switched != LoadBank::Switched::in_place) return out;
    // The resistor is the driver now, behind its relay; the cable and its plug hang elsewhere.
    out.cable = {};
    out.cable.kind = circuit.cable.kind;
    out.fixture->jack_ohm = {};
    out.fixture->load_bank.reset();
    for (const Side side : sides) {
        out.cable.signal_ohm[side] = fixture.load_bank->relay_contact_ohm;
        out.drivers[side] = {};
        out.drivers[side].coil_resistance_ohm = fixture.load_bank->resistance_ohm[side];
    }
    return out;
}

Circuit circuit_on_bench(const Arm& arm, const Fixture& fixture) {
    return fixture.circuit ? with_fixture(arm.circuit, *fixture.circuit) : arm.circuit;
}

Circuit compose_checked(const Player& player, const Earphone& earphone, const Touch& touch,
                        const std::string& pointer, Findings& findings) {
    Circuit out;
    out.name = player.id + " + " + earphone.id;
    out.stage = player.stage;
    out.contacts = player.contacts;
    out.cable = earphone.cable;
    out.drivers = earphone.drivers;
    out.amplifier_leak = player.amplifier_leak;
    // Plugs and jacks are looked up where the player's file lives.
    const Base base = player.path.empty() ? Base{profiles_folder(), {}} : base_of(player.path);
    join(out, {earphone.plug, player.jack, touch}, base, pointer, findings);
    return out;
}

Result<Circuit> compose(const Player& player, const Earphone& earphone, const Touch& touch) {
    Findings findings(player.id + " + " + earphone.id);
    Circuit out = compose_checked(player, earphone, touch, "", findings);
    if (!findings.none()) return findings.fault();
    return out;
}

Read<Circuit> read_circuit(const std::filesystem::path& file) {
    Document document = read_document(file, "circuit");
    if (!document.usable()) return {std::nullopt, std::move(document.findings)};
    const Json& json = document.json;
    Findings& findings = document.findings;
    settle_groups(document.json, "", findings);
    Circuit out;
    out.name = json.contains("name") ? text_at(json, "name") : file.stem().string();
    out.stage = read_output_stage(json.at("source"));
    out.contacts = read_contacts(json.at("contacts"));
    out.cable = read_cable(json.at("cable"), "/cable", findings);
    for (const Side side : sides) {
        const std::string key = key_of("driver_", side);
        out.drivers[side] = read_driver(json.at(key), "/" + key, findings);
    }
    out.leakage_ohm = json.value("leakage_ohm", out.leakage_ohm);
    out.amplifier_leak = figure_at(json, "amplifier_leak");
    check_figures(json, "", findings);

    auto mating = mating_in_words(text_at(json, "wiring"), out);
    if (!mating) {
        findings.add("/wiring", in_words(json.at("wiring")),
                     "\"normal\", \"ring2 and sleeve on the ground contact\", \"ring2 on ground, sleeve "
                     "open\", \"sleeve on "
                     "ground, ring2 open\", the same after \"AK order, \", \"TRS in AK-order BTL jack\"; or "
                     "plug, jack and touch");
        return {std::move(out), std::move(findings)};
    }
    check_wiring(json, out, findings);
    if (json.contains("plug")) mating->plug = json.at("plug");
    if (json.contains("jack")) mating->jack = json.at("jack");
    if (json.contains("plug") || json.contains("jack")) mating->touch.clear();
    if (json.contains("touch")) mating->touch = read_touch(json.at("touch"));
    join(out, *mating, base_of(file), "", findings);
    if (json.contains("fixture")) out = with_fixture(out, read_fixture_circuit(json.at("fixture")));
    return {std::move(out), std::move(findings)};
}

}  // namespace fourpole
