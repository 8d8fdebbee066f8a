// SPDX-License-Identifier: GPL-3.0-or-later
// Captures and calibration files that an impedance cannot be read with, and the program as it is called.
#include "rig/capture/take_file.hpp"
#include "rig/files/write_atomic.hpp"
#include "rig/json/json.hpp"
#include "tests/called_program.hpp"
#include "tests/sense_take.hpp"
#include "tests/shared_data.hpp"

using namespace fourpole;

namespace {

/// The tones as the programme's JSON.
std::string text_of(const Programme& programme) {
    Json tones = Json::array();
    for (const Tone& t : std::get<Tones>(programme.events.front().what).tones)
        tones.push_back(
            {{"frequency_hz", t.frequency_hz}, {"amplitude", t.amplitude}, {"phase_rad", t.phase_rad}});
    const Json event{{"kind", "tones"}, {"sides", {"left"}},
                     {"start_s", 0.0},  {"duration_s", programme.length_s},
                     {"edge_s", 0.0},   {"tones", tones}};
    return dump_json({{"schema", "fourpole/programme@1"},
                      {"id", programme.id},
                      {"sample_rate_hz", programme.sample_rate_hz},
                      {"length_s", programme.length_s},
                      {"events", Json::array({event})},
                      {"analyses", {"impedance"}}});
}

/// Each tone somewhere else, by 4, 8 or 12 Hz.
void other_tones(Programme& programme) {
    int k = 0;
    for (Tone& t : std::get<Tones>(programme.events[0].what).tones) t.frequency_hz += 4.0 * (1 + k++ % 3);
}

/// A folder with a load of 30 ohm, a reference of 68, and the programme of both.
struct Folder {
    Scratch scratch;
    Programme programme = tones_for_impedance();
    SenseBench bench{.noise = 1e-6};

    Folder() {
        put("load.wav", 30.0);
        put("cal 68.wav", 68.0);
        text("p.json", text_of(programme));
    }
    std::string at(const std::string& name) const { return (scratch.path() / name).string(); }
    void put(const std::string& name, double ohm) {
        Take take = sensed(bench, programme, ohm);
        ++bench.seed;
        const auto bytes = sound_bytes(take, SoundCoding::wav);
        REQUIRE(bytes.has_value());
        text(name, *bytes);
    }
    void text(const std::string& name, const std::string& bytes) const {
        REQUIRE(write_atomic(at(name), bytes).has_value());
    }
    Ran analyze(const std::string& block) const {
        text("cal.json", "{\"schema\": \"fourpole/calibration@1\", \"impedance\": " + block + "}");
        return called(scratch, {"analyze", at("load.wav"), "--programme", at("p.json"), "--calibration",
                                at("cal.json"), "--json"});
    }
};

}  // namespace

TEST_CASE("a silent channel makes the take invalid, a muted one before the resistor too") {
    const Programme programme = tones_for_impedance();
    const SenseBench bench{.noise = 1e-6};
    Take take = sensed(bench, programme, 68.0);
    for (double& v : take.channels[1]) v = 0.0;
    Measurement m = read(take, programme, circuit_of(bench));
    CHECK_FALSE(m.valid);
    CHECK(says(m, "dead input: channel 2 (after the sense resistor)"));
    CHECK(find(m.readings, "impedance") == nullptr);
    take = sensed(bench, programme, 68.0);
    std::mt19937_64 random(9);
    std::normal_distribution<double> noise(0.0, 1e-6);
    for (double& v : take.channels[0]) v = noise(random);
    m = read(take, programme, circuit_of(bench));
    CHECK_FALSE(m.valid);
    CHECK(says(m, "stands above what else is in channel 1 (before the sense resistor)"));
    take.channels.resize(1);
    CHECK(refusal(take, programme, circuit_of(bench)).find("this capture has 1") != std::string::npos);
}

TEST_CASE("a reference at 44100 Hz, of other tones, or a short alone is refused in a sentence") {
    const Programme programme = tones_for_impedance();
    SenseBench bench;
    const Take load = sensed(bench, programme, 68.0);
    SenseCircuit circuit = circuit_of(bench);
    circuit.reference = standard(load, 68.0);
    circuit.reference->take.rate_hz = 44100.0;
    std::string words = refusal(load, programme, circuit);
    CHECK(words.find("cal.json: /impedance/it/capture: found 44100 Hz; allowed:") == 0);
    CHECK(words.find("48000 Hz") != std::string::npos);

    Programme other = programme, faster = programme;
    other_tones(other);
    for (Tone& t : std::get<Tones>(faster.events[0].what).tones) t.frequency_hz *= 1.0022;
    circuit.reference = standard(sensed(bench, other, 68.0), 68.0);
    circuit.reference->programme = other;
    CHECK(refusal(load, programme, circuit).find("shares no frequency") != std::string::npos);
    // Without a programme of its own it is asked for the load's tones, and holds none of them.
    circuit.reference->programme.reset();
    CHECK(refusal(load, programme, circuit).find("found a take that is not valid") != std::string::npos);

    // All of them 2200 ppm higher are a clock, at first sight.
    circuit.reference = standard(sensed(bench, faster, 68.0), 68.0);
    CHECK(refusal(load, programme, circuit).find("wrong rate: the tones run +22") != std::string::npos);

    circuit.reference.reset();
    circuit.shorted = standard(load);
    CHECK(refusal(load, programme, circuit).find("a short alone") != std::string::npos);
}

TEST_CASE(
    "of 24 tones 4 are missing from the reference: those are not measured, and a sentence counts them") {
    const Programme programme = tones_for_impedance();
    const SenseBench bench{.noise = 1e-6};
    Programme fewer = programme;
    std::get<Tones>(fewer.events[0].what).tones.resize(20);
    SenseCircuit circuit = circuit_of(bench);
    circuit.reference = standard(sensed(bench, fewer, 68.0), 68.0);
    circuit.reference->programme = fewer;
    const Measurement m = read(sensed(bench, programme, 30.0), programme, circuit);
    const Reading& r = reading(m.readings, "impedance");
    CHECK(std::count_if(r.points.begin(), r.points.end(),
                        [](const Point& p) { return p.state == State::not_measured; }) == 4);
    CHECK(says(m, "4 frequencies of the programme"));
    CHECK(*r.points.front().value == Approx(30.0).epsilon(1e-3));
}

TEST_CASE("a tone of 1e-9 in noise of 1e-6 is not measured, the 23 beside it are") {
    Programme programme = tones_for_impedance();
    std::get<Tones>(programme.events[0].what).tones[11].amplitude = 1e-9;
    const SenseBench bench{.noise = 1e-6};
    SenseCircuit circuit = circuit_of(bench);
    circuit.channels = {.ratio = 0.97, .u = 0.001, .delay_s = 0.42 / 48000.0};
    const Measurement m = read(sensed(bench, programme, 68.0), programme, circuit);
    const Reading& r = reading(m.readings, "impedance");
    REQUIRE(r.points.size() == 24);
    for (std::size_t k = 0; k < 24; ++k)
        CHECK(r.points[k].state == (k == 11 ? State::not_measured : State::exact));
    CHECK(says(m, "1 frequencies are buried"));
}

TEST_CASE("analyze with an impedance block of 47 ohm and a reference of 68 ohm reads 30 ohm at the plug") {
    const Folder folder;
    const Ran ran = folder.analyze(
        R"({"sense_resistor_ohm": {"value": 47.0, "u": 0.01}, "input_resistance_ohm": 1000000,
            "reference": {"ohm": 68.0, "u_ohm": 0.02, "capture": "cal 68.wav"}})");
    INFO(ran.err);
    REQUIRE(ran.code == 0);
    const auto record = parse_json(ran.out, "stdout");
    REQUIRE(record.has_value());
    const Json* impedance = nullptr;
    for (const Json& r : record->at("readings")) {
        CHECK((r.at("name") == "impedance" || r.at("name") == "clock_offset"));
        if (r.at("name") == "impedance") impedance = &r;
    }
    REQUIRE(impedance != nullptr);
    CHECK(impedance->at("side") == "left");
    CHECK(impedance->at("unit") == "ohm");
    CHECK(impedance->at("at") == "plug");
    CHECK(impedance->at("calibration") == "calibrated");
    CHECK(impedance->at("frequency_hz").size() == 24);
    for (const Json& z : impedance->at("value")) CHECK(z.get<double>() == Approx(30.0).epsilon(2e-4));
    // dZ/dR = Z (Rs + Z) / (R (Rs + R)), dZ/dRs = Z (R - Z) / (Rs (Rs + R)): 5.9071e-3 and 2.1091e-3 ohm.
    CHECK(impedance->at("u_common_relative").get<double>() ==
          Approx(std::hypot(5.9079e-3, 2.1092e-3) / 30.0).epsilon(2e-3));
}

TEST_CASE("seven slips of an impedance block are told by file, pointer, what was found and what is allowed") {
    const Folder folder;
    const Ran ran = folder.analyze(
        R"({"sense_resistor_ohm": -3, "input_resistance_ohm": {"value": 1e4, "v": 2}, "before_channel": 2,
            "reference": {"ohm": 0, "capture": "nowhere.wav"}, "open": {"ohm": 3, "capture": 7}})");
    CHECK(ran.code == 2);
    CHECK(ran.out.empty());
    for (const char* words :
         {"cal.json: /impedance/sense_resistor_ohm: found -3; allowed: a number of ohms > 0",
          "/impedance/input_resistance_ohm/v: found an unknown key; allowed: u, value",
          "/impedance/before_channel: found 2; allowed: a channel of the capture, counted from 0; it has 2",
          "/impedance/reference/ohm: found 0; allowed:", "/impedance/reference/capture: found ",
          "/impedance/open/ohm: found an unknown key",
          "/impedance/open/capture: found 7; allowed: the path"}) {
        INFO(words << " in " << ran.err);
        CHECK(ran.err.find(words) != std::string::npos);
    }
}

TEST_CASE("a short alone, one channel twice and a block that is a number are refused before any analysis") {
    const Folder folder;
    Ran ran = folder.analyze(R"({"sense_resistor_ohm": 47, "short": {"capture": "load.wav"}})");
    CHECK(ran.code == 2);
    CHECK(ran.err.find("/impedance/short: found a short alone; allowed:") != std::string::npos);
    ran = folder.analyze(R"({"sense_resistor_ohm": 47, "channel_ratio": {"value": 0.97}})");
    CHECK(ran.code == 2);
    CHECK(ran.err.find("/impedance/channel_ratio/u: found nothing; allowed: the ratio") != std::string::npos);
    ran = folder.analyze(R"({"sense_resistor_ohm": 47, "after_channel": 0})");
    CHECK(ran.code == 2);
    CHECK(ran.err.find("/impedance/after_channel: found 0; allowed: another channel") != std::string::npos);
    ran = folder.analyze("47");
    CHECK(ran.code == 2);
    CHECK(ran.err.find("/impedance: found 47; allowed: an object") != std::string::npos);
}

TEST_CASE("a reference captured with another programme says which file and what is allowed, exit 2") {
    Folder folder;
    other_tones(folder.programme);
    folder.put("other.wav", 68.0);
    const Ran ran =
        folder.analyze(R"({"sense_resistor_ohm": 47, "reference": {"ohm": 68.0, "capture": "other.wav"}})");
    CHECK(ran.code == 2);
    CHECK(ran.err.find("cal.json: /impedance/reference/capture: found a take that is not valid") !=
          std::string::npos);
}

TEST_CASE("a record is not written over the capture of 68 ohm that it rests on") {
    const Folder folder;
    const std::string before = file_text(folder.at("cal 68.wav"));
    folder.text("cal.json", R"({"schema": "fourpole/calibration@1", "impedance": {"sense_resistor_ohm": 47,
        "reference": {"ohm": 68, "capture": "cal 68.wav", "programme": "p.json"}}})");
    const Ran ran =
        called(folder.scratch, {"analyze", folder.at("load.wav"), "--programme", folder.at("p.json"),
                                "--calibration", folder.at("cal.json"), "--record", folder.at("cal 68.wav")});
    CHECK(ran.code == 2);
    CHECK(file_text(folder.at("cal 68.wav")) == before);
}
