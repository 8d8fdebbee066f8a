// SPDX-License-Identifier: GPL-3.0-or-later
// fourpole wiring as it is called: picture, words, measured record, ohmmeter, exit codes.
#include "rig/json/json.hpp"
#include "rig/model/fault_hypotheses.hpp"
#include "rig/units.hpp"
#include "tests/called_program.hpp"

#include <sstream>

using namespace fourpole;

namespace {

bool holds(const std::string& text, const std::string& words) {
    return text.find(words) != std::string::npos;
}

Circuit ak100_and_mx300() {
    const auto player = load_player("ak100");
    const auto earphone = load_earphone("sennheiser_mx300");
    REQUIRE(player.has_value());
    REQUIRE(earphone.has_value());
    const auto circuit = compose(*player, *earphone);
    REQUIRE(circuit.has_value());
    return *circuit;
}

DriverMatrix matrix_of(const std::string& what) {
    const auto all = fault_hypotheses(ak100_and_mx300(), 1000.0);
    REQUIRE(all.has_value());
    for (const auto& h : *all)
        if (h.what == what) return h.matrix;
    FAIL("no hypothesis " << what);
    return {};
}

/// A take's (or, with `arm`, a run's) record of such a matrix, with u = 0.01 dB in every transfer.
fs::path record(const Scratch& scratch, const DriverMatrix& m, const std::string& outcome,
                const std::string& arm = "", bool with_u = true) {
    Json wiring{{"name", "wiring"}, {"frequency_hz", 1000.0}, {"outcome", outcome}};
    Json readings = Json::array();
    for (const Side d : sides)
        for (const Side c : sides) {
            const Complex z = m.from[d][c];
            wiring[std::string(name(d))]["from_" + std::string(name(c))] = {{"re", z.real()},
                                                                            {"im", z.imag()}};
            Json transfer{{"name", "transfer"},
                          {"from", std::string(name(c))},
                          {"to", std::string(name(d))},
                          {"frequency_hz", {500.0, 1000.0}},
                          {"value", {0.0, AmplitudeRatio{std::max(std::abs(z), 1e-9)}.decibels()}},
                          {"state", "exact"}};
            transfer["u"] = with_u ? Json{0.01, 0.01} : Json{nullptr, nullptr};
            readings.push_back(transfer);
        }
    readings.push_back(wiring);
    if (!arm.empty())
        for (Json& r : readings) r["arm"] = arm, r["take"] = 1;
    const Json out{{"schema", "fourpole/record@1"},
                   {"kind", arm.empty() ? "take" : "run"},
                   {"valid", true},
                   {"readings", readings}};
    const fs::path file = scratch.path() / ("record" + arm + ".json");
    REQUIRE(write_atomic(file, dump_json(out)).has_value());
    return file;
}

std::vector<std::string> held_beside(const fs::path& file, const std::vector<std::string>& more = {}) {
    std::vector<std::string> words{"wiring",           "--player",   "ak100",      "--earphone",
                                   "sennheiser_mx300", "--measured", file.string()};
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

}  // namespace

TEST_CASE("a 3-pole plug in an Auvi jack: picture, reason, exit code 5, and JSON that says the same") {
    const Scratch scratch;
    const Ran ran = called(scratch, {"wiring", "--plug", "trs", "--jack", "4-contact BTL r-r+l+l-"});
    CHECK(ran.code == 5);
    CHECK(holds(ran.out, "  plug    trs\n"));
    CHECK(holds(ran.out, "   R2 aL  -------------------------o  shorted\n"));
    CHECK(holds(ran.out, "mono: channel R in both, sides in antiphase\n"));
    CHECK(holds(ran.out,
                "Because the sleeve touches the springs of L+ and L-, so L+ and L- of the\namplifier are"));
    CHECK(holds(ran.out, "HAZARD"));
    CHECK_FALSE(holds(ran.out, "\x1b"));
    std::istringstream lines(ran.out);
    for (std::string line; std::getline(lines, line);) CHECK(line.size() <= 79);

    const Ran told =
        called(scratch, {"wiring", "--plug", "trs", "--jack", "4-contact BTL r-r+l+l-", "--json"});
    CHECK(told.code == 5);
    const auto json = parse_json(told.out, "stdout");
    REQUIRE(json.has_value());
    CHECK(json->at("hazard") == true);
    CHECK(json->at("hazards") == Json{"aL", "aL-"});
    CHECK(json->at("outcome") == "mono: channel R in both, sides in antiphase");
    CHECK(json->at("plug").at("segments").at("S") == "C");
    CHECK(json->at("touch").at("R2") == Json{"S"});
    CHECK(holds(json->at("reason"), "are shorted together"));
}

TEST_CASE("an open return that was measured is named with its odds, and the exit code is 1") {
    const Scratch scratch;
    const auto file = record(scratch, matrix_of("the common return is open: the two drivers are in series"),
                             "difference signal in both, sides in antiphase");
    const Ran ran = called(scratch, held_beside(file));
    CHECK(ran.code == 1);
    CHECK(holds(ran.out,
                "measured at 1000 Hz: difference signal in both, sides in antiphase\npredicted: stereo\n"));
    CHECK(holds(ran.out, "open return"));
    CHECK(holds(ran.out, "likeliest"));
    std::istringstream lines(ran.out);
    for (std::string line; std::getline(lines, line);) CHECK(line.size() <= 79);
    const auto json = parse_json(called(scratch, held_beside(file, {"--json"})).out, "stdout");
    REQUIRE(json.has_value());
    const Json& measured = json->at("measured");
    CHECK(measured.at("decided") == true);
    CHECK(measured.at("model_violated") == true);
    CHECK(measured.at("explained") == true);
    CHECK(measured.at("faults").at(0).at("log_odds_against") == 0.0);
    CHECK(measured.at("faults").size() > 40);
    // 0.01 dB are 0.115 % of the coefficient, 0.0011513 of it.
    const double re = measured.at("matrix").at("left").at("from_left").at("re");
    CHECK(measured.at("matrix").at("left").at("from_left").at("u").get<double>() ==
          Approx(re * 0.01 / 8.685889638).epsilon(1e-3));
}

TEST_CASE("what is wired as predicted exits 0, and without an uncertainty says that it cannot rank") {
    const Scratch scratch;
    const auto wired = matrix_of("everything is as the profiles say");
    const Ran ran = called(scratch, held_beside(record(scratch, wired, "stereo", "A"), {"--arm", "A"}));
    CHECK(ran.code == 0);
    CHECK(holds(ran.out, "as wired"));
    const Ran vague = called(scratch, held_beside(record(scratch, wired, "stereo", "", false), {"--json"}));
    CHECK(vague.code == 0);
    const auto json = parse_json(vague.out, "stdout");
    REQUIRE(json.has_value());
    CHECK(json->at("measured").at("decided").is_null());
    CHECK(json->at("measured").at("faults").empty());
}

TEST_CASE("a record, an arm or a pair of options that does not fit is bad input with a sentence") {
    const Scratch scratch;
    const auto file = record(scratch, matrix_of("everything is as the profiles say"), "stereo", "A");
    const Ran no_arm = called(scratch, held_beside(file, {"--arm", "B"}));
    CHECK(no_arm.code == 2);
    CHECK(holds(no_arm.err, "found no wiring matrix of arm \"B\"; the record has arms A"));
    const Ran no_record = called(scratch, held_beside(session_file));
    CHECK(no_record.code == 2);
    CHECK(holds(no_record.err, "found no record"));
    CHECK(called(scratch,
                 {"wiring", "--plug", "trs", "--jack", "3-contact single-ended", "--measured", file.string()})
              .code == 2);
    CHECK(called(scratch, {"wiring", "--plug", "trs"}).code == 2);
    CHECK(called(scratch, {"wiring", "--ohmmeter-u", "0.1"}).code == 2);
    const fs::path odd = scratch.path() / "odd.json";
    REQUIRE(write_atomic(
                odd,
                "{\"schema\": \"fourpole/record@1\", \"readings\": [7, {\"name\": \"wiring\", \"left\": 3}, "
                "{\"name\": 5, \"arm\": [], \"take\": \"x\"}]}")
                .has_value());
    REQUIRE(called(scratch, {"predict", "--player", "ak100", "--earphone", "sennheiser_mx300", "--record",
                             (scratch.path() / "p.json").string()})
                .code == 0);
    const Ran prediction = called(scratch, held_beside(scratch.path() / "p.json"));
    CHECK(prediction.code == 2);
    CHECK(holds(prediction.err, "found a prediction; allowed: what was measured"));
    const Ran strange = called(scratch, held_beside(odd));
    CHECK(strange.code == 2);
    CHECK(holds(strange.err, "found no wiring matrix"));
}

TEST_CASE("a wiring whose polarity no marker told is no matrix to be held against a circuit") {
    const Scratch scratch;
    const auto file =
        record(scratch, matrix_of("everything is as the profiles say"), "stereo; polarity not told");
    Json open = *parse_json(file_text(file), "record");
    for (Json& r : open["readings"])
        if (r["name"] == "wiring") r["polarity"] = "of each side not told";
    REQUIRE(write_atomic(file, dump_json(open)).has_value());
    const Ran ran = called(scratch, held_beside(file));
    CHECK(ran.code == 2);
    CHECK(holds(ran.err, "tones with a marker"));
}

TEST_CASE("the ohmmeter alone: ER-4PT shares 0.100 ohm, -47.4 dB, exit code 0") {
    const Scratch scratch;
    const Ran ran =
        called(scratch, {"wiring", "--ohmmeter", "T-S=23.5,R1-S=23.3,T-R1=46.6", "--ohmmeter-u", "0.01"});
    CHECK(ran.code == 0);
    CHECK(holds(ran.out, "shared return: both drivers' currents pass 0.100 ohm"));
    CHECK(holds(ran.out, "left into right: -47.4 dB in antiphase"));
    const Ran told = called(scratch, {"wiring", "--ohmmeter", "T-S=23.5,R1-S=23.3,T-R1=46.6", "--json"});
    const auto json = parse_json(told.out, "stdout");
    REQUIRE(json.has_value());
    CHECK(json->at("ohmmeter").at("verdict") == "shared");
    CHECK(json->at("ohmmeter").at("u_from") == "last digit written");
    CHECK(json->at("ohmmeter").at("drivers").at("left").at("resistance_ohm").get<double>() == Approx(23.4));
}

TEST_CASE("joined returns on a bridge-tied jack are a hazard: exit code 5 though the plug fits") {
    const Scratch scratch;
    const std::vector<std::string> fits{"wiring", "--plug", "trrs_r-r+l+l-", "--jack",
                                        "4-contact BTL r-r+l+l-"};
    CHECK(called(scratch, fits).code == 0);
    auto words = fits;
    words.insert(words.end(),
                 {"--ohmmeter", "T-R1=17.0,R2-S=16.0,T-R2=16.06,S-R1=17.06,R1-R2=33.06,T-S=0.06"});
    const Ran ran = called(scratch, words);
    CHECK(ran.code == 5);
    CHECK(holds(ran.out, "HAZARD: do not play; the joined returns short two outputs of this jack"));
}
