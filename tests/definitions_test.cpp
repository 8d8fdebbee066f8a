// SPDX-License-Identifier: GPL-3.0-or-later
// Every figure has a written definition, and the page is what the program says.
#include "rig/report/definitions.hpp"
#include "rig/capture/take_file.hpp"
#include "rig/files/write_atomic.hpp"
#include "tests/called_program.hpp"
#include "tests/catch.hpp"
#include "tests/made_take.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>

using namespace fourpole;

namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
}

Reading reading(std::string name, std::string definition, double value) {
    Reading r;
    r.name = std::move(name);
    r.definition = std::move(definition);
    r.unit = "dB";
    r.side = Side::left;
    r.points = {{997.0, value, {}, 0.01, State::exact}};
    return r;
}

}  // namespace

TEST_CASE("every definition that the code gives a reading is written down, once") {
    std::set<std::string> written;
    for (const Definition& d : definitions()) CHECK(written.insert(std::string(d.name)).second);
    const std::regex literal("\"([a-z_0-9]+(\\.[a-z_0-9]+)*@[0-9]+)\"");
    std::set<std::string> used;
    for (const auto& entry : fs::recursive_directory_iterator(fs::path(FOURPOLE_SOURCE) / "rig")) {
        if (entry.path().extension() != ".cpp" || entry.path().filename() == "definition_list.cpp") continue;
        const std::string text = text_of(entry.path());
        for (auto at = std::sregex_iterator(text.begin(), text.end(), literal); at != std::sregex_iterator();
             ++at)
            used.insert((*at)[1].str());
    }
    CHECK(used.size() > 40);
    // Not readings: what is read with a fixture taken out, and what says that nothing was.
    for (const char* other : {"crosstalk.sweep.without_fixture@1", "quiet.none@1"}) used.erase(other);
    for (const std::string& one : used) {
        INFO(one);
        CHECK(written.contains(one));
    }
}

TEST_CASE("every definition has a formula, and its numbers name what readings carry") {
    for (const Definition& d : definitions()) {
        INFO(d.name);
        CHECK_FALSE(d.formula.empty());
        std::size_t open = 0;
        for (const char c : d.numbers) open += c == '{' ? 1 : c == '}' ? 100 : 0;
        CHECK(open % 100 == open / 100);
    }
}

TEST_CASE("the page of definitions is what the program prints, and FOURPOLE_BLESS=1 writes it") {
    const fs::path page = fs::path(FOURPOLE_SOURCE) / "rig/DEFINITIONS.md";
    if (const char* bless = std::getenv("FOURPOLE_BLESS"); bless != nullptr && *bless == '1')
        std::ofstream(page) << definitions_page();
    CHECK(text_of(page) == definitions_page());
}

TEST_CASE("a noise that was not measured says so, and which readings there are") {
    Reading none = reading("noise", "noise.none@1", 0.0);
    none.points = {{.state = State::not_measured}};
    CHECK(explained(none, {}) == "noise was not measured\n");
    none.details.emplace_back("why", std::string("no silence of 0.1 s"));
    CHECK(explained(none, {}) == "noise was not measured: no silence of 0.1 s\n");

    const Scratch scratch;
    const auto at = [&](const std::string& name) { return (scratch.path() / name).string(); };
    Programme p;
    p.length_s = 1.0;
    p.events.push_back({Tones{0.1, 0.8, 0.02, {{997.0, 0.5, 0.0}}}, {{true, true}}});
    const auto bytes = sound_bytes(played(p, 2.0, 4000.0), SoundCoding::wav);
    REQUIRE(bytes.has_value());
    REQUIRE(write_atomic(at("t.wav"), *bytes).has_value());
    REQUIRE(
        write_atomic(at("p.json"), R"({"schema": "fourpole/programme@1", "id": "t", "sample_rate_hz": 48000,
        "length_s": 1, "events": [{"kind": "tones", "sides": ["left", "right"], "start_s": 0.1, "duration_s": 0.8,
        "edge_s": 0.02, "tones": [{"frequency_hz": 997, "amplitude": 0.5}]}], "analyses": ["level"]})")
            .has_value());
    const auto explain = [&](const std::string& name) {
        return called(scratch, {"analyze", at("t.wav"), "--programme", at("p.json"), "--explain", name});
    };
    Ran ran = explain("noise");
    CHECK(ran.code == 2);
    CHECK(ran.err.find("noise was not measured: no event of this programme gives it, or its analyses leave "
                       "it out; the record "
                       "has: ") != std::string::npos);
    CHECK(ran.err.find("level") != std::string::npos);
    ran = explain("nose");
    CHECK(ran.code == 2);
    CHECK(ran.err.find("there is no reading \"nose\"") != std::string::npos);
    CHECK(explain("level").code == 0);
}

TEST_CASE("thd is explained with its own harmonics in the formula, and a bound as one") {
    Readings all{reading("thd", "thd.fitted_harmonics@1", -59.9)};
    for (const auto& [order, value] : {std::pair{2, -60.0}, {3, -101.25}}) {
        all.push_back(reading("harmonic", "harmonic.fitted_tone@1", value));
        all.back().order = order;
    }
    all.back().points[0].state = State::at_most;
    const std::string words = explained(all[0], all);
    CHECK(words.find("thd.fitted_harmonics@1, left\n") == 0);
    CHECK(words.find("of H2 -60 dB, H3 at most -101.25 dB = -59.9 dB, u = 0.01 dB\n") != std::string::npos);
    CHECK(words.find("- accuracy: 1e-3 dB at -120 dB") != std::string::npos);
    CHECK(explained(all[2], all).find("H3 = at most -101.25 dB re the tone at 997 Hz") != std::string::npos);
    CHECK(explained(reading("x", "x@9", 1.0), all).find("nothing is written down of it") !=
          std::string::npos);
}

TEST_CASE("jitter of a plain tone is explained without a J-test's own lines, and a bound without its u") {
    Reading jitter = reading("jitter", "jitter.sidebands@2", 14.1e-12);
    jitter.unit = "s";
    jitter.details = {
        {"lines", std::int64_t{1}}, {"band_from_hz", 10.0}, {"band_to_hz", 3000.0}, {"least_line_s", 1e-12}};
    CHECK(explained(jitter, {jitter})
              .find("= 1.41e-11 s rms in 1 lines from 10 to 3000 Hz, the least seen 1e-12 s, u = 0.01 s\n") !=
          std::string::npos);
    jitter.points[0].u.reset();
    jitter.points[0].state = State::at_most;
    CHECK(explained(jitter, {jitter}).find("unknown") == std::string::npos);
    jitter.details.emplace_back("stimulus_s", 8e-12);
    CHECK(explained(jitter, {jitter}).find("the stimulus' own 8e-12 s (taken out)") != std::string::npos);
}
