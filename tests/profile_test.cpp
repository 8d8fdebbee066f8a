// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/capture/take_file.hpp"
#include "rig/files/read_text.hpp"
#include "rig/json/json.hpp"
#include "rig/profile/load.hpp"
#include "rig/profile/schema.hpp"
#include "tests/catch.hpp"
#include "tests/german_locale.hpp"

#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <set>
#include <sstream>

using namespace fourpole;
namespace fs = std::filesystem;

namespace {

/// A folder of its own, with a space and letters beyond ASCII in its name.
class Scratch {
public:
    Scratch()
        : path_(fs::temp_directory_path() / ("rig profile \u00e4\u03a9 " + std::to_string(::getpid()))) {
        fs::remove_all(path_);
        fs::create_directories(path_);
    }
    ~Scratch() { fs::remove_all(path_); }
    fs::path operator/(const std::string& name) const { return path_ / name; }
    fs::path put(const std::string& name, const std::string& text) const {
        fs::create_directories((path_ / name).parent_path());
        std::ofstream(path_ / name, std::ios::binary) << text;
        return path_ / name;
    }

private:
    fs::path path_;
};

std::string text_of(const fs::path& file) {
    const auto text = read_text(file, 1 << 20);
    REQUIRE(text);
    return *text;
}

fs::path shipped(const std::string& name) { return fs::path(FOURPOLE_SOURCE) / "profiles" / name; }
const std::string main_session = "sessions/md_dr7_4pole_vs_3pole.json";

/// The shipped file with one thing changed in its text.
std::string changed(const std::string& name, const std::string& from, const std::string& to) {
    std::string text = text_of(shipped(name));
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

std::string all(const std::vector<std::string>& lines) {
    std::string out;
    for (const auto& line : lines) out += line + "\n";
    return out;
}
bool says(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// The one finding about a text, without the name of the file.
std::string only_finding(const std::string& text) {
    const Scratch scratch;
    const auto file = scratch.put("x.json", text);
    const auto lines = check_file(file);
    INFO(all(lines));
    REQUIRE(lines.size() == 1);
    REQUIRE(lines[0].find(file.string()) == 0);
    return lines[0].substr(file.string().size());
}
std::string only_finding(const std::string& name, const std::string& from, const std::string& to) {
    return only_finding(changed(name, from, to));
}

std::string programme(const std::string& events,
                      const std::string& head = R"("sample_rate_hz": 48000, "length_s": 6)") {
    return R"({"schema": "fourpole/programme@1", "id": "p", )" + head + R"(, "events": [)" + events + "]}";
}

bool skipped_without(const fs::path& folder) {
    if (fs::exists(folder)) return false;
    WARN("SKIPPED: ../shared absent");
    return true;
}

std::vector<fs::path> json_files(const fs::path& folder, const std::string& first_letters = "") {
    std::vector<fs::path> out;
    for (const auto& entry : fs::directory_iterator(folder)) {
        const auto name = entry.path().filename().string();
        const bool wanted = first_letters.empty() || first_letters.find(name[0]) != std::string::npos;
        if (wanted && entry.path().extension() == ".json" &&
            std::isdigit(static_cast<unsigned char>(name[1])) != 0)
            out.push_back(entry.path());
        else if (first_letters.empty() && entry.path().extension() == ".json")
            out.push_back(entry.path());
    }
    std::sort(out.begin(), out.end());
    return out;
}

std::vector<fs::path> shipped_files() {
    std::vector<fs::path> out;
    for (const auto& folder : fs::directory_iterator(shipped("")))
        if (folder.is_directory() && folder.path().filename() != "schema")
            for (const auto& file : json_files(folder.path())) out.push_back(file);
    return out;
}

}  // namespace

TEST_CASE("every shipped profile is valid", "[profile]") {
    int count = 0;
    for (const auto& file : shipped_files()) {
        INFO(file.string());
        CHECK(all(check_file(file)).empty());
        ++count;
    }
    CHECK(count >= 23);
}

TEST_CASE("every tolerance in a shipped profile says where it comes from", "[profile]") {
    std::function<void(const Json&)> visit = [&](const Json& json) {
        if (json.is_object() && json.contains("value")) {
            INFO(json.dump());
            CHECK(json.contains("source"));
            CHECK(json.value("tolerance", 0.0) > 0.0);
            if (json.contains("source")) CHECK(json["source"].value("where", "").size() > 10);
        }
        if (json.is_structured())
            for (const auto& item : json) visit(item);
    };
    for (const auto& file : shipped_files()) {
        INFO(file.string());
        visit(*parse_json(text_of(file), file.string()));
    }
}

TEST_CASE("the shipped session is read with all it refers to: three arms, two claims", "[profile]") {
    const auto session = load_session(shipped(main_session));
    REQUIRE(session);
    REQUIRE(session->arms.size() == 3);
    CHECK(session->repeats == 3);
    CHECK(session->ceiling_v_rms == 0.15);
    CHECK(session->sha256.size() == 64);

    const Arm& bridged = session->arms[0];
    CHECK(bridged.player.stage.kind == OutputStage::Kind::btl);
    CHECK(bridged.player.stage.emf_v == 0.2625);  // the session's volume step, not the player's most
    CHECK(bridged.circuit.stage.emf_v == 0.2625);
    CHECK(bridged.circuit.cable.kind == Cable::Kind::separate_returns);
    CHECK(bridged.circuit.touch == Touch{{"T", {"T"}}, {"R1", {"R1"}}, {"R2", {"R2"}}, {"S", {"S"}}});

    const Arm& usual = session->arms[1];
    CHECK(usual.circuit.stage.output_resistance_ohm.value == 22.42);
    CHECK(usual.circuit.stage.output_resistance_ohm.tolerance == 0.5);
    CHECK(usual.circuit.stage.output_resistance_ohm.source.kind == Provenance::Kind::measured);
    CHECK(usual.circuit.plug.id == "trs");
    CHECK(usual.circuit.touch == Touch{{"T", {"T"}}, {"R1", {"R1"}}, {"S", {"S"}}});
    CHECK(usual.circuit.cable.common_return_ohm.spread == Figure::Spread::log_normal);

    CHECK(session->arms[2].circuit.plug.id == "trrs_r-r+l+l-");
    REQUIRE(session->claims.size() == 2);
    CHECK(session->claims[0].claim.smallest_difference == 6.0);
    CHECK(session->claims[0].claim.lower_is_better);
    CHECK(session->claims[1].claim.rule == Claim::Rule::outcome_is_one_of);
    CHECK(session->claims[1].b.empty());
    CHECK(session->programme_text == text_of(shipped("programmes/sweep_pair.json")));
    for (const Arm& arm : session->arms)
        for (const Side side : sides) CHECK(arm.circuit.drivers[side].resonances.at(0).by_q);
}

TEST_CASE("the programme of the pyfar loopback has L = 0.24405750 s and 109 636 samples", "[profile]") {
    const auto programme = load_programme(shipped("programmes/pyfar_loopback.json"));
    REQUIRE(programme);
    const auto& sweep = std::get<Sweep>(programme->events.at(0).what);
    CHECK(sweep.rate_s == Approx(65536.0 / 44100.0 / std::log(22050.0 / 50.0)).epsilon(1e-15));
    CHECK(sweep.law == Sweep::Law::farina);
    CHECK(programme->length_s * 44100.0 == Approx(109636.0).epsilon(1e-12));
    CHECK(programme->events[0].on[Side::left]);
    CHECK_FALSE(programme->events[0].on[Side::right]);
}

TEST_CASE("all programmes and circuits of the truth kit are read", "[profile][truth]") {
    const fs::path truth = fs::path(FOURPOLE_SHARED) / "truth";
    if (skipped_without(truth)) return;
    int programmes = 0, circuits = 0;
    for (const auto& file : json_files(truth / "programmes")) {
        const auto programme = load_programme(file);
        INFO((programme ? "" : programme.error().what));
        CHECK(programme);
        ++programmes;
    }
    for (const auto& file : json_files(truth / "rigs", "rw")) {
        const auto circuit = load_circuit(file);
        INFO((circuit ? "" : circuit.error().what));
        CHECK(circuit);
        ++circuits;
    }
    CHECK(programmes == 14);
    CHECK(circuits == 10);
}

namespace {

/// Lines of a netlist as words.
std::vector<std::vector<std::string>> netlist(const fs::path& file) {
    std::vector<std::vector<std::string>> out;
    std::istringstream lines(text_of(file));
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        out.emplace_back(std::istream_iterator<std::string>(words), std::istream_iterator<std::string>());
    }
    return out;
}

/// The kit's name of the amplifier node behind a spring.
std::string amplifier_node(const std::string& carries, bool btl) {
    if (carries == "G") return "g";
    const std::string node = "o" + carries.substr(1, 1);
    return btl ? node + (carries.size() == 3 ? "m" : "p") : node;
}

}  // namespace

TEST_CASE("springs, segments and leads of every truth circuit are those of its netlist", "[profile][truth]") {
    const fs::path rigs = fs::path(FOURPOLE_SHARED) / "truth" / "rigs";
    if (skipped_without(rigs)) return;
    for (const auto& file : json_files(rigs, "rw")) {
        INFO(file.string());
        const auto circuit = load_circuit(file);
        REQUIRE(circuit);
        const bool btl = circuit->stage.kind == OutputStage::Kind::btl;
        std::multiset<std::string> ours, theirs;
        for (const auto& [spring, segments] : circuit->touch)
            for (const auto& segment : segments)
                ours.insert(amplifier_node(circuit->jack.springs.at(spring), btl) + "-p" + segment);
        for (const auto& [segment, carries] : circuit->plug.segments) {
            const std::string lead =
                carries == "C" ? "Y" : std::string("d") + carries[0] + (carries[1] == '+' ? "p" : "m");
            ours.insert("p" + segment + "-" + lead);
        }
        auto cir = file;
        cir.replace_filename(file.stem().string() + "_L.cir");
        for (const auto& words : netlist(cir)) {
            if (words.empty()) continue;
            const auto starts = [&](const char* with) { return words[0].rfind(with, 0) == 0; };
            if (starts("Rcon") || starts("Vcon") || starts("Rsig")) theirs.insert(words[1] + "-" + words[2]);
            const bool to_plug = starts("Rret") && words[2][0] == 'p';
            if (to_plug) theirs.insert(words[2] + "-" + words[1]);
        }
        const bool ideal =
            file.filename().string().rfind("r09", 0) == 0;  // 0 ohm contacts are no parts there
        if (!ideal) CHECK(ours == theirs);
    }
}

TEST_CASE("a circuit of the truth kit keeps its numbers: r07 with its capacitor, r03 bridged",
          "[profile][truth]") {
    const fs::path rigs = fs::path(FOURPOLE_SHARED) / "truth" / "rigs";
    if (skipped_without(rigs)) return;
    const auto r07 = load_circuit(rigs / "r07_cap220u_3pole_32ohm.json");
    REQUIRE(r07);
    CHECK(r07->stage.coupling_capacitance_f->value == 0.00022);
    CHECK(r07->stage.output_resistance_ohm.value == 2.2);
    CHECK(r07->drivers[Side::right].coil_resistance_ohm.value == 30.9);
    CHECK(r07->drivers[Side::right].resonances.at(0).capacitance_f.value == 0.00025247967532708083);
    CHECK_FALSE(r07->drivers[Side::right].resonances.at(0).by_q);
    CHECK(r07->cable.return_ohm[Side::left].value == 0.05);
    const auto r03 = load_circuit(rigs / "r03_lowz_4pole_btl_16ohm.json");
    REQUIRE(r03);
    CHECK(r03->stage.output_resistance_ohm.value == 0.6);
    CHECK(r03->cable.return_ohm[Side::left].value == 0.25);
    CHECK_FALSE(r03->stage.coupling_capacitance_f);
    const auto r04 = load_circuit(rigs / "r04_22ohm_3pole_iem.json");
    CHECK(r04->drivers[Side::left].parallel_branches.at(0).capacitance_f->value == 1.5e-6);
    CHECK(r04->drivers[Side::left].resonances.size() == 3);
}

TEST_CASE("plugs and jacks are those of the truth kit, pole by pole", "[profile][truth]") {
    const fs::path truth = fs::path(FOURPOLE_SHARED) / "truth" / "wiring_truth.json";
    if (skipped_without(truth)) return;
    const auto json = parse_json(text_of(truth), "wiring_truth.json");
    REQUIRE(json);
    for (const auto& [id, poles] : (*json)["plugs"].items())
        CHECK(load_plug(id)->segments == poles.get<Poles>());
    for (const auto& [id, poles] : (*json)["jacks"].items())
        CHECK(load_jack(id)->springs == poles.get<Poles>());
}

TEST_CASE("a short sleeve lies under the springs of ring 2 and sleeve, as in a TRS plug in an Auvi jack",
          "[profile]") {
    const auto circuit = compose(*load_player("sharp_md_dr7"), *load_earphone("sennheiser_mx300"));
    REQUIRE(circuit);
    CHECK(circuit->touch == Touch{{"T", {"T"}}, {"R1", {"R1"}}, {"R2", {"S"}}, {"S", {"S"}}});
}

TEST_CASE("the example in profiles/README.md is a valid player once its comments are gone", "[profile]") {
    const std::string readme = text_of(shipped("README.md"));
    const auto begin = readme.find("```jsonc\n") + 9;
    std::istringstream lines(readme.substr(begin, readme.find("```", begin) - begin));
    std::string json;
    for (std::string line; std::getline(lines, line);) json += line.substr(0, line.find("  //")) + "\n";
    const Scratch scratch;
    CHECK(all(check_file(scratch.put("players/my_player.json", json))).empty());
}

TEST_CASE("the words about a plug that does not fit say what the ground spring touches", "[profile][truth]") {
    const fs::path rig = fs::path(FOURPOLE_SHARED) / "truth" / "rigs" / "w03_4pole_in_3pole_sleeve_open.json";
    if (skipped_without(rig)) return;
    using Segments = std::vector<std::string>;
    const auto ground = [&](const std::string& words, const std::string& plug) {
        const Scratch scratch;
        Json json = *parse_json(text_of(rig), rig.string());
        json["wiring"] = words;
        const auto circuit = load_circuit(scratch.put("w.json", dump_json(json)));
        REQUIRE(circuit);
        CHECK(circuit->plug.id == plug);
        return circuit->touch.at("S");
    };
    CHECK(ground("ring2 on ground, sleeve open", "trrs_l+r+r-l-") == Segments{"R2"});
    CHECK(ground("sleeve on ground, ring2 open", "trrs_l+r+r-l-") == Segments{"S"});
    CHECK(ground("ring2 and sleeve on the ground contact", "trrs_l+r+r-l-") == Segments{"R2", "S"});
    CHECK(ground("AK order, ring2 and sleeve on the ground contact", "trrs_r-r+l+l-") == Segments{"R2", "S"});
    CHECK(ground("AK order, no ground contact", "trrs_r-r+l+l-").empty());
    const Scratch scratch;
    Json json = *parse_json(text_of(rig), rig.string());
    json["wiring"] = "upside down";
    CHECK(says(all(check_file(scratch.put("w.json", dump_json(json)))), ": /wiring: found \"upside down\""));
}

// --- bad input: one clear sentence each ---

TEST_CASE("a key written twice is refused with its place", "[profile][planted]") {
    const auto line = only_finding("players/ak100.json", "\"bits\": 24", "\"bits\": 24, \"bits\": 16");
    CHECK(says(line, "the key \"bits\" is written twice"));
}

TEST_CASE("an unknown key is named with the nearest known one", "[profile][planted]") {
    CHECK(says(only_finding(main_session, "\"repeats\": 3", "\"repeat\": 3"),
               ": /repeat: found the unknown key \"repeat\"; allowed: "));
    CHECK(
        says(only_finding(main_session, "\"repeats\": 3", "\"repeat\": 3"), "(nearest known key: repeats)"));
    CHECK(
        says(only_finding("players/ak100.json", "\"coupling_capacitance_f\"", "\"coupling_capacitance_uf\""),
             "/source/coupling_capacitance_uf"));
}

TEST_CASE("negative ohms are refused, plain and with a tolerance, and so is a tolerance that reaches them",
          "[profile][planted]") {
    const auto plain =
        only_finding("players/ak100.json", "\"output_inductance_h\": 0,", "\"output_inductance_h\": -1e-6,");
    CHECK(says(plain, ": /source/output_inductance_h: found -1e-06; allowed: a number >= 0"));
    const auto value = only_finding("players/ak100.json", "\"value\": 22.42", "\"value\": -22.42");
    CHECK(says(value, ": /source/output_resistance_ohm/value: found -22.42; allowed: a number >= 0"));
    const auto reach = only_finding("players/ak100.json", "\"tolerance\": 0.5", "\"tolerance\": 30");
    CHECK(says(reach, ": /source/output_resistance_ohm/tolerance: found 30"));
}

TEST_CASE("a 48 Hz rate is refused with the allowed range", "[profile][planted]") {
    const auto line =
        only_finding("programmes/sweep_pair.json", "\"sample_rate_hz\": 44100", "\"sample_rate_hz\": 48");
    CHECK(says(line, ": /sample_rate_hz: found 48; allowed: a number >= 8000 and <= 384000"));
}

TEST_CASE("an unknown earphone is refused with what there is and the nearest", "[profile][planted]") {
    const auto line =
        only_finding(main_session, "\"earphone\": \"sennheiser_mx300\"", "\"earphone\": \"senheiser_mx300\"");
    CHECK(says(line, ": /arms/1/earphone: found the unknown earphone \"senheiser_mx300\""));
    CHECK(says(line, "\"mx300_clone_4pole\""));
    CHECK(says(line, "(nearest known id: sennheiser_mx300)"));
    const auto direct = load_earphone("mx3000");
    REQUIRE_FALSE(direct);
    CHECK(says(direct.error().what, "there is no earphone \"mx3000\""));
}

TEST_CASE("1e999, NaN, empty, cut off, no JSON, 10 000 deep and a list are one sentence each", "[profile]") {
    CHECK(says(only_finding("players/ak100.json", "2.19", "1e999"), "found the number '1e999'"));
    CHECK(says(only_finding("players/ak100.json", "2.19", "NaN"), "found 'NaN'"));
    CHECK(says(only_finding(""), "is empty"));
    CHECK(says(only_finding(text_of(shipped("players/ak100.json")).substr(0, 700)), "ends too early"));
    CHECK(says(only_finding("hello"), "is not JSON"));
    CHECK(says(only_finding(std::string(10000, '[')), "nested more than 64 deep"));
    CHECK(says(only_finding("[1, 2]"), "found a list of 2; allowed: an object"));
    CHECK(says(only_finding("{}"), ": /schema: found nothing"));
    CHECK(says(only_finding(R"({"schema": "fourpole/plyer@1"})"), "(nearest known key: fourpole/player@1)"));
}

TEST_CASE("200 MB, a missing file and a folder are one sentence each", "[profile]") {
    const Scratch scratch;
    const auto huge = scratch.put("huge.json", "{");
    fs::resize_file(huge, 200'000'000);
    for (const auto& file : {huge, scratch / "missing.json", scratch / ""}) {
        const auto lines = check_file(file);
        REQUIRE(lines.size() == 1);
        CHECK(lines[0].find(file.string()) == 0);
    }
    CHECK(says(check_file(huge)[0], "larger than 1048576 bytes"));
}

TEST_CASE("all findings of a file are listed, not the first only", "[profile][planted]") {
    const Scratch scratch;
    const auto file = scratch.put("p.json", programme(R"(
        {"kind": "sweep", "start_s": 0, "f1_hz": 20, "f2_hz": 30000, "rate_s": 0.35, "amplitude": 0.5},
        {"kind": "chirp", "start_s": 5.9, "duration_s": 0.5, "f1_hz": 100, "f2_hz": 100, "amplitude": 0.5, "edge_s": 0.3})"));
    const auto text = all(check_file(file));
    CHECK(says(text, ": /events/0/f2_hz: found 30000 Hz; allowed: at most half the sample rate, 24000 Hz\n"));
    CHECK(says(text,
               ": /events/1: found an event that ends at 6.4 s; allowed: an end within length_s = 6 s\n"));
    CHECK(says(text, ": /events/1/f2_hz: found 100; allowed: a frequency that is not f1_hz\n"));
    CHECK(says(text, ": /events/1/edge_s: found 0.3 s; allowed: at most 0.25 s: half the duration\n"));
    CHECK(check_file(file).size() == 4);

    const auto fault = load_programme(file);
    REQUIRE_FALSE(fault);
    CHECK(fault.error().what + "\n" == text);

    const auto schema = scratch.put(
        "q.json", programme(R"({"kind": "swep"}, {"kind": "tones", "tones": [{"amplitude": 2}]})"));
    const auto of_schema = all(check_file(schema));
    CHECK(says(of_schema, ": /events/0/kind: found \"swep\""));
    CHECK(says(of_schema, "(nearest known key: sweep)"));
    CHECK(says(of_schema, ": /events/1/tones/0/amplitude: found 2; allowed: a number >= 0 and <= 1\n"));
    CHECK(
        says(of_schema,
             ": /events/1/tones/0/frequency_hz: found nothing; allowed: a number > 0, and it is required\n"));
}

TEST_CASE("events that together exceed full scale are refused where the last begins", "[profile][planted]") {
    const std::string tone =
        R"({"kind": "tones", "sides": ["left"], "start_s": 0, "duration_s": 2, "tones": [{"frequency_hz": 997, "amplitude": 0.6}]})";
    const std::string other =
        R"({"kind": "tones", "sides": ["SIDE"], "start_s": START, "duration_s": 2, "tones": [{"frequency_hz": 60, "amplitude": 0.5}]})";
    const auto with = [&](const std::string& side, const std::string& start) {
        std::string second = other;
        second.replace(second.find("SIDE"), 4, side);
        second.replace(second.find("START"), 5, start);
        return programme(tone + "," + second);
    };
    CHECK(says(only_finding(with("left", "1")), ": /events/1: found amplitudes that add up to 1.1"));
    const Scratch scratch;
    CHECK(check_file(scratch.put("a.json", with("right", "1"))).empty());  // another side
    CHECK(check_file(scratch.put("b.json", with("left", "2"))).empty());   // one after the other
}

TEST_CASE("a file lasts as long as its header says: two of 1 s fit behind each other, not over each other",
          "[profile]") {
    const Scratch scratch;
    Take take;
    take.rate_hz = 8000.0;
    take.bits = 16;
    take.channels = {std::vector<double>(8000, 0.25)};
    scratch.put("a.wav", *sound_bytes(take, SoundCoding::wav));
    const auto with = [&](const std::string& second) {
        return scratch.put("p.json", programme(R"({"kind": "file", "path": "a.wav", "start_s": 0.5},
            {"kind": "file", "path": "a.wav", "start_s": )" +
                                               second + "}"));
    };
    const auto read = load_programme(with("1.5"));
    REQUIRE(read);
    CHECK(std::get<FileEvent>(read->events[0].what).length_s == 1.0);
    CHECK(says(all(check_file(with("1.25"))), "at least 1.5 s, where the file of /events/0 ends"));
}

TEST_CASE("two sweeps at once are refused, one and the same on both sides is not", "[profile][planted]") {
    const Scratch scratch;
    const auto found = [&](const std::string& second) {
        const std::string sweep =
            R"("f1_hz": 20, "f2_hz": 20000, "rate_s": 0.35, "amplitude": 0.25, "fade_in_s": 0.1, "fade_out_s": 0.005})";
        return all(check_file(scratch.put(
            "p.json", R"({"schema": "fourpole/programme@1", "id": "p", "sample_rate_hz": 48000, "length_s": 8,
                "events": [{"kind": "sweep", "sides": ["left"], "start_s": 0.5, )" +
                          sweep + R"(, {"kind": "sweep", "sides": ["right"], "start_s": )" + second + ", " +
                          sweep + "]}")));
    };
    CHECK(
        says(found("1.3"),
             "/events/1/start_s: found 1.3 s; allowed: at least 2.918 s, where the sweep of /events/0 ends"));
    CHECK(found("0.5").empty());
    CHECK(found("2.92").empty());
}

TEST_CASE("a sweep may end at half the sample rate, and every kind of event is read", "[profile]") {
    const Scratch scratch;
    scratch.put("song.wav", "x");
    const auto file = scratch.put("p.json", programme(R"(
        {"kind": "sweep", "start_s": 0, "f1_hz": 20, "f2_hz": 24000, "rate_s": 0.1, "amplitude": 0.5, "law": "farina"},
        {"kind": "noise", "spectrum": "pink", "start_s": 1, "duration_s": 1},
        {"kind": "jtest", "bits": 16, "start_s": 2, "duration_s": 1},
        {"kind": "silence", "start_s": 3, "duration_s": 1},
        {"kind": "tones", "start_s": 4, "tones": [{"frequency_hz": 1000, "amplitude": 0.1}]},
        {"kind": "file", "path": "song.wav", "start_s": 5, "amplitude": 0.5, "sides": ["right"]})"));
    const auto read = load_programme(file);
    INFO((read ? "" : read.error().what));
    REQUIRE(read);
    CHECK(std::get<Noise>(read->events[1].what).spectrum == Noise::Spectrum::pink);
    CHECK(std::get<JTest>(read->events[2].what).bits == 16);
    CHECK(std::get<Tones>(read->events[4].what).duration_s == 2.0);  // to the end
    CHECK(std::get<FileEvent>(read->events[5].what).path == (scratch / "song.wav").string());
    CHECK_FALSE(read->events[5].on[Side::left]);
    fs::remove(scratch / "song.wav");
    CHECK(says(all(check_file(file)), ": /events/5/path: found "));
}

TEST_CASE("a level of 0.18 V rms at the plug is refused under a ceiling of 0.15", "[profile][planted]") {
    // 0.5 of 0.5 V peak: 0.25 / sqrt 2 = 0.1768 V rms.
    const auto line = only_finding(main_session, "\"emf_v\": 0.42", "\"emf_v\": 0.5");
    CHECK(says(line, ": /arms/1/volume: found 0.1768 V rms at the plug"));
    CHECK(says(line, "allowed: at most ceiling_v_rms = 0.15"));
}

TEST_CASE("a bridge-tied player on grounded inputs is refused", "[profile][planted]") {
    const Scratch scratch;
    scratch.put("grounded.json", changed("interfaces/usb_24bit_48k_differential.json",
                                         "\"differential_inputs\": true", "\"differential_inputs\": false"));
    const auto file = scratch.put(
        "session.json", changed(main_session, "\"usb_24bit_48k_differential\"", "\"./grounded.json\""));
    const auto lines = check_file(file);
    REQUIRE(lines.size() == 1);
    CHECK(says(lines[0], ": /interface: found "));
    CHECK(says(lines[0], "short a half-bridge"));
}

TEST_CASE("arms, claims, limits and touch that do not fit together are each found", "[profile][planted]") {
    CHECK(says(only_finding(main_session, "\"b\": \"B\"", "\"b\": \"D\""),
               ": /claims/0/b: found the unknown arm \"D\"; allowed: \"A\", \"B\" or \"C\""));
    CHECK(says(only_finding(main_session, "\"b\": \"B\"", "\"b\": \"A\""), "allowed: another arm than a"));
    CHECK(says(only_finding(main_session, ", \"b\": \"B\"", ""), ": /claims/0/b: found nothing"));
    CHECK(says(only_finding(main_session, "\"maximum\": -20, ", ""),
               ": /limits/1: found a limit without a bound"));
    CHECK(says(only_finding(main_session, "\"S\": [\"S\"]", "\"R2\": [\"S\"]"),
               "/touch/R2: found the spring R2"));
    CHECK(says(only_finding(main_session, "\"S\": [\"S\"]", "\"S\": [\"R3\"]"), "/touch/S/0: found \"R3\""));
    CHECK(says(only_finding(main_session,
                            "      \"touch\": {\"T\": [\"T\"], \"R1\": [\"R1\"], \"S\": [\"S\"]},\n", ""),
               ": /arms/2/touch: found nothing"));
    const Scratch scratch;
    const auto twice =
        all(check_file(scratch.put("s.json", changed(main_session, "\"id\": \"C\"", "\"id\": \"B\""))));
    CHECK(says(twice, ": /arms/2/id: found \"B\" a second time"));
    CHECK_FALSE(says(twice, "unknown arm"));  // a consequence, not a second defect
    const auto loud =
        all(check_file(scratch.put("t.json", changed(main_session, "\"emf_v\": 0.42", "\"emf_v\": 2.2"))));
    CHECK(says(
        loud,
        ": /arms/1/volume/emf_v: found 2.2 V; allowed: at most the player's own full-scale EMF, 2.19 V"));
}

TEST_CASE(
    "an id that a file is named after holds 64 safe characters, those of plugs and jacks may hold spaces",
    "[profile][planted]") {
    const std::string longest(64, 'a');
    for (const std::string& id :
         {std::string("../../x"), std::string(".."), std::string("a/b"), std::string("a b"),
          std::string("A\\n"), std::string(), std::string("-a"), longest + "a"}) {
        INFO(id);
        const auto arm = only_finding(main_session, "\"id\": \"A\"", "\"id\": \"" + id + "\"");
        CHECK(says(arm, ": /arms/0/id: found \""));
        CHECK(says(arm, "allowed: 1 to 64 of A-Z a-z 0-9 _ . + -, the first a letter or a digit"));
        CHECK(says(only_finding("players/ak100.json", "\"id\": \"ak100\"", "\"id\": \"" + id + "\""),
                   ": /id: "));
    }
    const Scratch scratch;
    const auto file = scratch.put(
        "a.json", changed("players/ak100.json", "\"id\": \"ak100\"", "\"id\": \"" + longest + "\""));
    CHECK(all(check_file(file)).empty());
    CHECK(all(check_file(shipped("jacks/three_contact_single_ended.json")))
              .empty());  // "3-contact single-ended"
}

TEST_CASE("claims and earphones that say too little are found", "[profile]") {
    CHECK(says(only_finding("claims/separation.json", "\"band_to_hz\": 10000", "\"band_to_hz\": 50"),
               ": /band_to_hz: found 50"));
    CHECK(says(only_finding("claims/mating.json", "\"reading\": \"wiring\"", "\"reading\": \"crosstalk\""),
               ": /reading: found"));
    CHECK(says(only_finding("claims/separation.json", "\"reading\": \"crosstalk\"", "\"reading\": \"dc\""),
               ": /band_from_hz: found 100; allowed: no band: dc has no frequency"));
    CHECK(says(only_finding("claims/mating.json", "\"rule\": \"outcome_is_one_of\"",
                            "\"smallest_difference\": 1, \"rule\": \"difference_at_least\""),
               ": /reading: found \"wiring\"; allowed: a reading in numbers"));
    CHECK(says(only_finding("earphones/sennheiser_mx300.json", "\"mechanical_q\"", "\"capacitance_f\""),
               "/driver/resonances/0: found an object; allowed: resonance_hz with mechanical_q"));
    CHECK(says(only_finding("earphones/sennheiser_mx300.json", "\"plug\": \"trs\"", "\"plug\": \"trss\""),
               "(nearest known id: trs)"));
}

TEST_CASE("a folder with players/ is a profiles folder of its own, and the rest comes from the shipped one",
          "[profile]") {
    const Scratch scratch;
    scratch.put("players/mine.json",
                changed("players/ak100.json", "\"id\": \"ak100\"", "\"id\": \"my_player\""));
    const auto file = scratch.put(
        "sessions/s.json", changed(main_session, "\"player\": \"ak100\"", "\"player\": \"my_player\""));
    const auto session = load_session(file);
    INFO((session ? "" : session.error().what));
    REQUIRE(session);
    CHECK(session->arms[1].player.id == "my_player");
    CHECK(session->arms[2].player.id == "ak100");
}

TEST_CASE("noise of a player above its own full scale is refused") {
    const auto noise = only_finding("players/ak100.json", "\"value\": -104", "\"value\": 20");
    CHECK(says(noise, "/noise_dbfs: found 20 dB above full scale; allowed: 0 or below"));
}

TEST_CASE("a German locale changes no number of a profile", "[profile]") {
    const GermanLocale german;
    if (!german.there) {
        WARN("SKIPPED: no de_DE locale on this machine");
        return;
    }
    const auto player = load_player("ak100");
    REQUIRE(player);
    CHECK(player->stage.output_resistance_ohm.value == 22.42);
    CHECK(says(only_finding(main_session, "\"emf_v\": 0.42", "\"emf_v\": 0.5"), "found 0.1768 V rms"));
}

namespace {

/// Every way to break one document: each value replaced by one of another type or far off,
/// each key taken away, an unknown key put into each object.
std::vector<Json> broken(const Json& document) {
    std::vector<Json> out;
    const std::vector<Json> others{-1e9, "zzz", nullptr, Json::array(), Json::object(), true};
    const Json flat = document.flatten();
    for (const auto& leaf : flat.items()) {
        const Json::json_pointer at(leaf.key());
        for (const Json& other : others) {
            out.push_back(document);
            out.back()[at] = other;
        }
        Json& without = out.emplace_back(document)[at.parent_pointer()];
        if (without.is_object()) without.erase(at.back());
        Json& with = out.emplace_back(document)[at.parent_pointer()];
        if (with.is_object()) with["unknown"] = 1;
    }
    return out;
}

}  // namespace

TEST_CASE("our words and the schema library agree on what is valid, for every kind and every way to break it",
          "[profile][planted]") {
    int wrong = 0, right = 0;
    for (const char* name :
         {"players/ak100.json", "earphones/sennheiser_mx300.json", "plugs/trs.json",
          "jacks/three_contact_single_ended.json", "interfaces/usb_24bit_48k_differential.json",
          "fixtures/driver_taps.json", "claims/separation.json", "programmes/sweep_pair.json",
          "sessions/md_dr7_4pole_vs_3pole.json"}) {
        const auto document = parse_json(text_of(shipped(name)), name);
        REQUIRE(document);
        const auto tag = document->at("schema").get<std::string>();
        const auto schema = schema_of(tag.substr(9, tag.find('@') - 9));
        REQUIRE(schema);
        int at = 0;
        for (const Json& one : broken(*document)) {
            // The library is slow; every third is a fair sample of the eight ways.
            if (at++ % 3 != 0) continue;
            Findings findings(name);
            explain(*schema, one, findings);
            const std::string judged = judge_by_schema(*schema, one);
            INFO(name << " " << one.dump() << "\n" << judged << "\n" << all(findings.lines()));
            CHECK(findings.none() == judged.empty());
            ++(findings.none() ? right : wrong);
        }
    }
    CHECK(wrong > 800);
    CHECK(right > 10);
}
