// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/profile/device.hpp"

#include "rig/profile/audio_setup.hpp"
#include "rig/profile/circuit_parts.hpp"
#include "rig/profile/document.hpp"
#include "rig/profile/folder.hpp"
#include "rig/profile/groups.hpp"
#include "rig/profile/read_relays.hpp"

namespace fourpole {

namespace {

/// What every file on the bench has.
template <class T>
void read_heading(const Document& document, T& out) {
    out.id = text_at(document.json, "id");
    out.name = text_at(document.json, "name");
    out.sha256 = document.sha256();
    out.path = document.path.string();
}

template <class T>
Read<T> unread(Document& document) {
    return {std::nullopt, std::move(document.findings)};
}

Figure scaled(Figure figure, double by) {
    figure.value *= by;
    // A log-normal tolerance is a factor: it stays what it is.
    if (figure.spread != Figure::Spread::log_normal) figure.tolerance *= by;
    return figure;
}

/// How far the stage can be driven.
void read_limits(Document& document, Player& out) {
    const Json& json = document.json;
    const bool btl = out.stage.kind == OutputStage::Kind::btl;
    out.full_scale_emf_v = figure_at(json.at("source"), btl ? "emf_differential_v" : "emf_v");
    if (json.contains("clip_v")) out.clip_v = read_figure(json.at("clip_v"));
    if (json.contains("clip_v_peak_per_output")) {
        // Between the ends of a bridged side stand two outputs in antiphase.
        out.clip_v = scaled(read_figure(json.at("clip_v_peak_per_output")), btl ? 2.0 : 1.0);
        if (json.contains("clip_v"))
            document.findings.add("/clip_v", "this and clip_v_peak_per_output",
                                  "one of the two: they say the same, of a side and of each output");
    }
    if (json.contains("current_limit_a_peak"))
        out.current_limit_a = read_figure(json.at("current_limit_a_peak"));
    const std::string bits = text_at(json, "effective_bits_definition");
    if (bits == "step_ratio") out.bits_definition = BitsDefinition::step_ratio;
    if (bits == "tpdf_dithered") out.bits_definition = BitsDefinition::tpdf_dithered;
}

Poles read_poles(const Json& json) {
    Poles out;
    for (const auto& [place, what] : json.items()) out[place] = what.get<std::string>();
    return out;
}

/// Who puts the arms on, one after the other.
void read_switching(Document& document, BenchFile& out) {
    const Json& json = document.json;
    for (const char* key : {"relays", "switching"})
        if (json.contains(key) && out.kind != BenchFile::Kind::rtaudio)
            document.findings.add(std::string("/") + key, in_words(json.at(key)),
                                  "only on a bench of kind \"rtaudio\": the others switch by themselves");
    if (json.contains("relays") && json.contains("switching"))
        document.findings.add("/switching", in_words(json.at("switching")), "nothing: the relays do it");
    if (json.contains("relays")) out.relays = read_relays(json.at("relays"), document.findings);
    if (text_at(json, "switching") == "itself") out.switches = BenchFile::Switches::itself;
}

}  // namespace

Read<Player> read_player(const std::filesystem::path& file) {
    Document document = read_document(file, "player");
    if (!document.usable()) return unread<Player>(document);
    const Json& json = document.json;
    Player out;
    read_heading(document, out);
    settle_groups(document.json, document.kind + ' ' + out.id, document.findings);
    out.stage = read_output_stage(json.at("source"));
    out.jack = json.at("jack");
    out.contacts = read_contacts(json.at("contacts"));
    out.amplifier_leak = figure_at(json, "amplifier_leak");
    out.sample_rate_hz = json.value("sample_rate_hz", out.sample_rate_hz);
    out.bits = json.value("bits", out.bits);
    out.clock_offset_ppm = figure_at(json, "clock_offset_ppm");
    out.noise_stated = json.contains("noise_dbfs");
    // 6.02 dB a bit and 1.76 dB: what an ideal converter of that many bits would add.
    out.noise_dbfs = figure_at(json, "noise_dbfs", -(6.02 * out.bits + 1.76));
    if (out.noise_dbfs.value > 0.0)
        document.findings.add("/noise_dbfs", in_words(out.noise_dbfs.value) + " dB above full scale",
                              "0 or below");
    out.second_order = figure_at(json, "second_order");
    out.third_order = figure_at(json, "third_order");
    read_limits(document, out);
    check_figures(json, "", document.findings);
    follow("jack", out.jack, base_of(file), "/jack", document.findings);
    return {std::move(out), std::move(document.findings)};
}

Read<Earphone> read_earphone(const std::filesystem::path& file) {
    Document document = read_document(file, "earphone");
    if (!document.usable()) return unread<Earphone>(document);
    const Json& json = document.json;
    Earphone out;
    read_heading(document, out);
    settle_groups(document.json, document.kind + ' ' + out.id, document.findings);
    out.plug = json.at("plug");
    out.cable = read_cable(json.at("cable"), "/cable", document.findings);
    const bool alike = json.contains("driver");
    for (const Side side : sides) {
        const std::string own = key_of("driver_", side);
        if (json.contains(own) == alike) {
            document.findings.add("/" + own, alike ? "this and driver" : "nothing",
                                  "either driver for both sides alike, or driver_left and driver_right");
            continue;
        }
        const std::string key = alike ? "driver" : own;
        out.drivers[side] = read_driver(json.at(key), "/" + key, document.findings);
    }
    if (json.contains("sensitivity_db_per_vrms"))
        out.sensitivity_db_per_vrms = read_figure(json.at("sensitivity_db_per_vrms"));
    check_figures(json, "", document.findings);
    follow("plug", out.plug, base_of(file), "/plug", document.findings);
    return {std::move(out), std::move(document.findings)};
}

Read<Plug> read_plug(const std::filesystem::path& file) {
    Document document = read_document(file, "plug");
    if (!document.usable()) return unread<Plug>(document);
    const Json& json = document.json;
    return {Plug{json.at("id"), text_at(json, "what"), read_poles(json.at("segments"))},
            std::move(document.findings)};
}

Read<Jack> read_jack(const std::filesystem::path& file) {
    Document document = read_document(file, "jack");
    if (!document.usable()) return unread<Jack>(document);
    const Json& json = document.json;
    return {Jack{json.at("id"), text_at(json, "what"), read_poles(json.at("springs"))},
            std::move(document.findings)};
}

Read<Interface> read_interface(const std::filesystem::path& file) {
    Document document = read_document(file, "interface");
    if (!document.usable()) return unread<Interface>(document);
    const Json& json = document.json;
    Interface out;
    read_heading(document, out);
    out.sample_rate_hz = json.at("sample_rate_hz").get<double>();
    out.bits = json.at("bits").get<int>();
    if (json.contains("full_scale_v")) out.full_scale_v = read_figure(json.at("full_scale_v"));
    out.calibrated = json.value("calibrated", false);
    if (json.contains("noise_dbfs")) out.noise_dbfs = read_figure(json.at("noise_dbfs"));
    if (json.contains("crosstalk_db")) out.crosstalk_db = read_figure(json.at("crosstalk_db"));
    out.dc_fs = figure_at(json, "dc_fs");
    out.hum_dbfs = figure_at(json, "hum_dbfs", -200.0);
    out.mains_hz = json.value("mains_hz", out.mains_hz);
    out.clock_offset_ppm = figure_at(json, "clock_offset_ppm");
    if (json.contains("differential_inputs"))
        out.differential_inputs = json.at("differential_inputs").get<bool>();
    if (out.calibrated && !out.full_scale_v)
        document.findings.add("/calibrated", "true", "full_scale_v beside it: that is what was calibrated");
    check_figures(json, "", document.findings);
    return {std::move(out), std::move(document.findings)};
}

Read<Fixture> read_fixture(const std::filesystem::path& file) {
    Document document = read_document(file, "fixture");
    if (!document.usable()) return unread<Fixture>(document);
    Fixture out;
    read_heading(document, out);
    out.replug_contact_ohm = figure_at(document.json, "replug_contact_ohm");
    if (document.json.contains("circuit")) out.circuit = read_fixture_circuit(document.json.at("circuit"));
    check_figures(document.json, "", document.findings);
    return {std::move(out), std::move(document.findings)};
}

Read<Claim> read_claim(const std::filesystem::path& file) {
    Document document = read_document(file, "claim");
    if (!document.usable()) return unread<Claim>(document);
    const Json& json = document.json;
    Findings& findings = document.findings;
    Claim out;
    out.id = json.at("id");
    out.sha256 = document.sha256();
    out.path = file.string();
    out.statement = json.at("statement");
    out.quote = text_at(json, "quote");
    out.quote_where = text_at(json, "quote_where");
    out.reading = json.at("reading");
    if (json.contains("band_from_hz")) out.band_from_hz = json.at("band_from_hz").get<double>();
    if (json.contains("band_to_hz")) out.band_to_hz = json.at("band_to_hz").get<double>();
    const bool words = json.at("rule") == "outcome_is_one_of";
    out.rule = words ? Claim::Rule::outcome_is_one_of : Claim::Rule::difference_at_least;
    out.lower_is_better = json.value("lower_is_better", false);
    out.smallest_difference = json.value("smallest_difference", 0.0);
    out.confidence = json.value("confidence", out.confidence);
    if (json.contains("outcomes")) out.outcomes = json.at("outcomes").get<std::vector<std::string>>();

    if (words && out.outcomes.empty())
        findings.add("/outcomes", "nothing", "the outcomes that support the claim");
    if (words && out.reading != "wiring")
        findings.add("/reading", in_words(json.at("reading")),
                     "\"wiring\" where the rule is outcome_is_one_of");
    static constexpr std::string_view without_frequency[] = {"clock_offset", "dc", "discontinuity", "wiring"};
    const bool no_band = std::find(std::begin(without_frequency), std::end(without_frequency), out.reading) !=
                         std::end(without_frequency);
    if (!words && out.reading == "wiring")
        findings.add("/reading", in_words(json.at("reading")),
                     "a reading in numbers where the rule is difference_at_least");
    if (no_band && (out.band_from_hz || out.band_to_hz))
        findings.add(out.band_from_hz ? "/band_from_hz" : "/band_to_hz",
                     in_words(json.at(out.band_from_hz ? "band_from_hz" : "band_to_hz")),
                     "no band: " + out.reading + " has no frequency");
    if (!words && !json.contains("smallest_difference"))
        findings.add("/smallest_difference", "nothing",
                     "the smallest difference that matters, in the reading's unit");
    if (out.band_from_hz && out.band_to_hz && *out.band_from_hz >= *out.band_to_hz)
        findings.add("/band_to_hz", in_words(*out.band_to_hz), "a frequency > band_from_hz");
    if (out.band_from_hz.has_value() != out.band_to_hz.has_value())
        findings.add(out.band_from_hz ? "/band_to_hz" : "/band_from_hz", "nothing",
                     "both ends of the band, or none");
    return {std::move(out), std::move(findings)};
}

Read<BenchFile> read_bench(const std::filesystem::path& file) {
    Document document = read_document(file, "bench");
    if (!document.usable()) return unread<BenchFile>(document);
    const Json& json = document.json;
    BenchFile out;
    out.id = json.at("id");
    out.path = file.string();
    const auto id_of = [&](const char* kind, auto read) -> std::string {
        if (!json.contains(kind)) return "";
        const auto there =
            follow(kind, json.at(kind), base_of(file), std::string("/") + kind, document.findings);
        if (!there) return "";
        const auto device = read(*there);
        document.findings.take(device.findings);
        return device.value ? device.value->id : "";
    };
    out.interface = id_of("interface", read_interface);
    out.fixture = id_of("fixture", read_fixture);
    if (json.at("kind") == "replayed") {
        out.kind = BenchFile::Kind::replayed;
        if (json.contains("takes"))
            out.takes = (file.parent_path() / text_at(json, "takes")).string();
        else
            document.findings.add("/takes", "nothing", "the folder of the run whose takes are replayed");
    } else if (json.at("kind") == "rtaudio") {
        out.kind = BenchFile::Kind::rtaudio;
        Json said = json;
        for (const char* for_people : {"$schema", "name", "notes"}) said.erase(for_people);
        out.text = dump_json(said);
        if (json.contains("audio"))
            out.audio = read_audio_setup(json.at("audio"), document.findings);
        else
            document.findings.add("/audio", "nothing", "the sound card and its channels");
    }
    read_switching(document, out);
    return {std::move(out), std::move(document.findings)};
}

}  // namespace fourpole
