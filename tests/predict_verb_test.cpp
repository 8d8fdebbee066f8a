// SPDX-License-Identifier: GPL-3.0-or-later
// fourpole predict as it is called, where circuits, netlists and fixtures are concerned.
#include "rig/files/sha256.hpp"
#include "rig/json/json.hpp"
#include "tests/called_program.hpp"

using namespace fourpole;

namespace {

/// Exit code of `fourpole predict`; what it says to people goes to `said`.
int predicted(const Scratch& scratch, std::vector<std::string> words, const fs::path& said) {
    words.insert(words.begin(), "predict");
    const Ran ran = called(scratch, words);
    REQUIRE(write_atomic(said, ran.err).has_value());
    return ran.code;
}

bool holds(const std::string& text, const std::string& words) {
    return text.find(words) != std::string::npos;
}

std::string circuit_text(const std::string& drivers) {
    return R"({"source": {"kind": "single-ended", "emf_v": 1, "output_resistance_ohm": 4},
        "contacts": {"tip_ohm": 0, "ring1_ohm": 0, "ring2_ohm": 0, "sleeve_ohm": 0},
        "cable": {"kind": "shared return", "left_signal_ohm": 0.5, "right_signal_ohm": 0.5, "common_return_ohm": 0.1},
        )" +
           drivers + "}";
}

}  // namespace

TEST_CASE("predict --netlist writes what ngspice takes, from 20 Hz to 20 kHz, and leaves its inputs alone") {
    const Scratch scratch;
    const fs::path rig = scratch.path() / "rig.json", cir = scratch.path() / "my rig.cir",
                   said = scratch.path() / "said";
    REQUIRE(write_atomic(rig, circuit_text(R"("driver_left": {"coil_resistance_ohm": 16},
        "driver_right": {"coil_resistance_ohm": 17})"))
                .has_value());
    CHECK(predicted(scratch, {"--circuit", rig.string(), "--netlist", cir.string()}, said) == 0);
    const std::string netlist = file_text(cir);
    CHECK(holds(netlist, "ac dec 40 20 20000"));
    CHECK(holds(netlist, "wrdata my_20rig_right.txt"));
    CHECK(holds(netlist, " 17\n"));
    const std::string before = file_text(rig);
    CHECK(predicted(scratch, {"--circuit", rig.string(), "--netlist", rig.string()}, said) == 2);
    CHECK(predicted(scratch, {"--circuit", rig.string(), "--netlist", cir.string(), "--record", cir.string()},
                    said) == 2);
    CHECK(file_text(rig) == before);
    const std::string session =
        std::string(FOURPOLE_SOURCE) + "/profiles/sessions/md_dr7_4pole_vs_3pole.json";
    CHECK(predicted(scratch, {session, "--netlist", cir.string()}, said) == 2);
    CHECK(holds(file_text(said), "a netlist holds one circuit, and this session has 3 arms"));
}

TEST_CASE("a prediction's record names the files that it was made from, by their SHA-256") {
    const Scratch scratch;
    const fs::path rig = scratch.path() / "rig.json";
    const std::string text = circuit_text(R"("driver_left": {"coil_resistance_ohm": 16},
        "driver_right": {"coil_resistance_ohm": 16})");
    REQUIRE(write_atomic(rig, text).has_value());
    const auto record = [&](const std::vector<std::string>& words) {
        const auto json = parse_json(called(scratch, words).out, "record", {std::size_t{1} << 24U, 64});
        REQUIRE(json.has_value());
        return *json;
    };
    const Json flat = record({"predict", "--circuit", rig.string(), "--json"});
    CHECK(flat.at("simulated") == false);
    REQUIRE(flat.at("profiles").size() == 1);
    CHECK(flat.at("profiles")[0].at("kind") == "circuit");
    CHECK(flat.at("profiles")[0].at("sha256") == sha256_hex(text));
    // 1 V peak behind 4 ohm and 0.6 of wires into 16: 10 lg (0.5 (16 / 20.6)^2) dBV.
    for (const Json& reading : flat.at("readings"))
        if (reading.at("name") == "level")
            CHECK(reading.at("value").get<double>() == Approx(-5.205).margin(1e-3));
    const Json pair = record({"predict", "--player", "ak100", "--earphone", "sennheiser_mx300", "--json"});
    REQUIRE(pair.at("profiles").size() == 2);
    const std::string player = file_text(std::string(FOURPOLE_SOURCE) + "/profiles/players/ak100.json");
    CHECK(pair.at("profiles")[0].at("sha256") == sha256_hex(player));
}

TEST_CASE("frequencies: a byte order mark and a plus are read, 1e300 Hz and 1e-300 Hz are none of a player") {
    const Scratch scratch;
    const fs::path list = scratch.path() / "f.txt", said = scratch.path() / "said";
    const auto with = [&](const std::string& text) {
        REQUIRE(write_atomic(list, text).has_value());
        return predicted(
            scratch, {"--player", "ak100", "--earphone", "sennheiser_mx300", "--frequencies", list.string()},
            said);
    };
    CHECK(with("\xef\xbb\xbf+1000\r\n20\n") == 0);
    for (const char* f : {"1e300", "1e-300", "0"}) {
        CHECK(with(f) == 2);
        CHECK(holds(file_text(said), "allowed: one frequency in Hz, 0.001 to 1e9"));
    }
    CHECK(predicted(scratch, {"--player", "ak100", "--earphone", "sennheiser_mx300", "--stable-to", "nan"},
                    said) == 2);
    CHECK(holds(file_text(said), "found nan"));
}

TEST_CASE("names that ngspice cannot read become hex, each its own") {
    const Scratch scratch;
    const fs::path said = scratch.path() / "said";
    for (const auto& [name, stem] : {std::pair{"\xc3\xbc.cir", "_c3_bc"}, {"\xc3\xb6.cir", "_c3_b6"}}) {
        const fs::path cir = scratch.path() / name;
        CHECK(predicted(scratch,
                        {"--player", "ak100", "--earphone", "sennheiser_mx300", "--netlist", cir.string()},
                        said) == 0);
        CHECK(holds(file_text(cir), "wrdata " + std::string(stem) + "_left.txt"));
    }
}

TEST_CASE("a table is predicted from, not written over, and refused in a netlist: exit 2") {
    const Scratch scratch;
    const fs::path rig = scratch.path() / "rig.json", table = scratch.path() / "a.zma",
                   said = scratch.path() / "said";
    REQUIRE(write_atomic(table, "10 16 0\n40000 16 0\n").has_value());
    REQUIRE(write_atomic(rig, circuit_text(R"("driver_left": {"impedance_table": "a.zma"},
        "driver_right": {"coil_resistance_ohm": 16})"))
                .has_value());
    const std::vector<std::string> plain{"--circuit", rig.string()};
    CHECK(predicted(scratch, plain, said) == 0);
    CHECK(predicted(scratch, {"--circuit", rig.string(), "--record", table.string()}, said) == 2);
    CHECK(file_text(table) == "10 16 0\n40000 16 0\n");
    CHECK(predicted(scratch, {"--circuit", rig.string(), "--netlist", (scratch.path() / "x.cir").string()},
                    said) == 2);
    CHECK(holds(file_text(said), "ngspice has no element for the left driver's table"));
    REQUIRE(write_atomic(table, "10 16 0\n10 16 0\n").has_value());
    CHECK(predicted(scratch, plain, said) == 2);
    CHECK(holds(file_text(said), "a.zma:2: found 10 Hz a second time"));
    REQUIRE(write_atomic(table, "100 16 0\n40000 16 0\n").has_value());
    CHECK(predicted(scratch, plain, said) == 2);
    CHECK(holds(file_text(said), "says nothing at 20 Hz; allowed: 100 to 40000 Hz"));
}

TEST_CASE("a pairing that shorts an output is predicted with the hazard in words, and exits 5") {
    const Scratch scratch;
    const auto ran = [&](const char* player) {
        return called(scratch, {"predict", "--player", player, "--earphone", "sennheiser_mx300"});
    };
    const Ran shorted = ran("sharp_md_dr7"), sound = ran("ak100");
    CHECK(shorted.code == 5);
    CHECK(holds(shorted.out, "HAZARD: do not play; aL, aL- are shorted"));
    CHECK(sound.code == 0);
    CHECK_FALSE(holds(sound.out, "HAZARD"));
}

TEST_CASE("predict --fixture puts the box into the circuit and says what it changes") {
    const Scratch scratch;
    const fs::path box = scratch.path() / "box.json", record = scratch.path() / "record.json",
                   said = scratch.path() / "said";
    REQUIRE(write_atomic(box, R"({"schema": "fourpole/fixture@1", "id": "box", "name": "Box", "circuit":
        {"sense_resistors": {"tip_ohm": 10, "ring1_ohm": 10, "ring2_ohm": 0, "sleeve_ohm": 0}}})")
                .has_value());
    const std::vector<std::string> pair{"--player",         "ak100",    "--earphone",
                                        "sennheiser_mx300", "--record", record.string()};
    auto with = pair;
    with.insert(with.end(), {"--fixture", box.string()});
    const auto effects = [&] {
        const auto json = parse_json(file_text(record), "record");
        REQUIRE(json.has_value());
        int found = 0;
        for (const Json& reading : json->at("readings"))
            if (reading.at("name") == "fixture_effect") ++found;
        return found;
    };
    CHECK(predicted(scratch, pair, said) == 0);
    CHECK(effects() == 0);
    CHECK(predicted(scratch, with, said) == 0);
    CHECK(effects() == 4);
    with.back() = "driver_taps";  // the shipped one says nothing of its circuit
    CHECK(predicted(scratch, with, said) == 2);
    CHECK(holds(file_text(said), "says nothing of what the fixture puts into the circuit"));
}
