// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/json/json.hpp"
#include "rig/report/record.hpp"
#include "rig/report/summary.hpp"
#include "rig/report/write_run.hpp"
#include "tests/believable_run.hpp"
#include "tests/catch.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

using namespace fourpole;

namespace {

Json parsed(const std::string& text) { return Json::parse(text); }

/// A folder of its own that goes away again.
struct Scratch {
    std::filesystem::path path = std::filesystem::temp_directory_path() / "fourpole report test ä";
    Scratch() { std::filesystem::remove_all(path); }
    ~Scratch() { std::filesystem::remove_all(path); }
};

std::string text_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("a take's record carries what the contract promises beside its readings") {
    const Json j = parsed(to_json(believable_run().takes[0]));
    CHECK(j["schema"] == "fourpole/record@1");
    CHECK(j["kind"] == "take");
    CHECK(j["valid"] == true);
    CHECK(j["simulated"] == true);
    CHECK(j["bench"] == "simulated");
    CHECK(j["calibration"] == "nominal");
    CHECK(j["take_sha256"].get<std::string>().size() == 64);
    CHECK(j["programme_sha256"] == std::string(64, '2'));
    CHECK(j.contains("program_version"));
    CHECK(j.contains("git_revision"));
    CHECK(j["readings"].size() == 8);
}

TEST_CASE("a curve is four arrays of 121 and one state, or one state a point where they differ") {
    const Json readings = parsed(to_json(believable_run().takes[0]))["readings"];
    const Json& response = readings[0];
    CHECK(response["name"] == "response");
    CHECK(response["from"] == "left");
    CHECK(response["to"] == "left");
    for (const char* key : {"frequency_hz", "value", "phase_deg", "u"}) CHECK(response[key].size() == points);
    CHECK(response["unit"] == "dB");
    CHECK(response["state"] == "exact");
    CHECK(response["definition"] == "response.sweep@1");
    const Json& crosstalk = readings[1];
    REQUIRE(crosstalk["state"].is_array());
    CHECK(crosstalk["state"].size() == points);
    CHECK(crosstalk["state"][0] == "at_most");
    CHECK(crosstalk["state"][points - 1] == "exact");
    CHECK_FALSE(readings[2].contains("phase_deg"));
    CHECK(readings[2]["u"][0].is_null());
}

TEST_CASE("a scalar has its keys, unknown is null and details are keys of their own") {
    TakeRecord take;
    Reading tone;
    tone.name = "crosstalk";
    tone.from = Side::left;
    tone.to = Side::right;
    tone.unit = "dB";
    tone.definition = "crosstalk.selective@1";
    tone.points = {{1000.0, -40.12, 179.8, 0.004, State::exact}};
    tone.details = {{"from_left", std::complex<double>(0.5, -0.25)},
                    {"events", std::vector<Discontinuity>{{Discontinuity::Kind::lost, 64, 96000}}},
                    {"hazards", std::vector<std::string>{"aR-"}},
                    {"count", std::int64_t{3}},
                    {"outcome", std::string("stereo")},
                    {"value", 99.0}};
    Reading unknown;
    unknown.name = "clock_offset";
    unknown.unit = "ppm";
    unknown.order = 2;
    unknown.side = Side::right;
    unknown.points = {{std::nullopt, std::nullopt, std::nullopt, std::nullopt, State::not_measured}};
    take.readings = {tone, unknown};
    take.valid = false;
    take.reasons = {"64 samples were lost at sample 96000"};
    const Json j = parsed(to_json(take));
    CHECK(j["valid"] == false);
    CHECK(j["reasons"][0] == "64 samples were lost at sample 96000");
    const Json& a = j["readings"][0];
    CHECK(a["frequency_hz"] == 1000.0);
    CHECK(a["value"] == -40.12);
    CHECK(a["phase_deg"] == 179.8);
    CHECK(a["u"] == 0.004);
    CHECK(a["state"] == "exact");
    CHECK(a["from_left"]["re"] == 0.5);
    CHECK(a["from_left"]["im"] == -0.25);
    CHECK(a["events"][0]["kind"] == "lost");
    CHECK(a["events"][0]["count"] == 64);
    CHECK(a["events"][0]["at_sample"] == 96000);
    CHECK(a["hazards"][0] == "aR-");
    CHECK(a["outcome"] == "stereo");
    const Json& b = j["readings"][1];
    CHECK(b["value"].is_null());
    CHECK(b["u"].is_null());
    CHECK(b["state"] == "not_measured");
    CHECK(b["side"] == "right");
    CHECK(b["order"] == 2);
    CHECK_FALSE(b.contains("frequency_hz"));
    CHECK_FALSE(b.contains("from"));
}

TEST_CASE("a run's record has every reading in one list: 6 takes of 8 and 16 means, each with its arm") {
    const std::string text = to_json(believable_run());
    CHECK_FALSE(contains(text, "nan"));
    CHECK_FALSE(contains(text, "inf,"));
    const Json j = parsed(text);
    CHECK(j["kind"] == "run");
    REQUIRE(j["readings"].size() == 64);
    int takes = 0, means = 0;
    for (const Json& r : j["readings"]) {
        CHECK((r["arm"] == "A" || r["arm"] == "B"));
        takes += r.contains("take");
        means += r.contains("mean");
        CHECK(r.contains("take") != r.contains("mean"));
    }
    CHECK(takes == 48);
    CHECK(means == 16);
    CHECK(j["predictions"][0]["sha256"] == std::string(64, 'a'));
    CHECK(j["predictions"][0]["readings"][0]["low"].size() == points);
    CHECK(j["takes"].size() == 6);
    CHECK(j["arms"][1]["earphone_sha256"] == std::string(64, 'd'));
    CHECK(j["beside"].size() == 8);
    CHECK(j["beside"][0]["z"].size() == points);
    CHECK(j["beside"][0]["state"] == "model holds");
    CHECK(j["verdicts"][0]["answer"] == "supported");
    CHECK(j["verdicts"][0]["difference"]["value"].get<double>() < -20.0);
    CHECK(j["limits"][1]["tested"] == false);
    CHECK(j["seed"] == 7);
}

TEST_CASE("the same run gives the same bytes twice, in JSON and in HTML") {
    CHECK(to_json(believable_run()) == to_json(believable_run()));
    CHECK(html(believable_run()) == html(believable_run()));
}

TEST_CASE("a prediction's text does not hold its own hash, which is taken over it") {
    ArmPrediction p = predicted("A", false);
    const std::string before = to_json(p);
    p.sha256 = std::string(64, 'f');
    CHECK(to_json(p) == before);
    CHECK(parsed(before)["readings"][1]["high"].size() == points);
}

TEST_CASE("write_run leaves record.json and report.html, also under a name with blanks and umlauts") {
    const Scratch scratch;
    const RunRecord run = believable_run();
    REQUIRE(write_run(scratch.path / "run 1", run).has_value());
    CHECK(text_of(scratch.path / "run 1" / "record.json") == to_json(run));
    CHECK(text_of(scratch.path / "run 1" / "report.html") == html(run));
    std::ofstream(scratch.path / "a file") << "x";
    const auto refused = write_run(scratch.path / "a file", run);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().kind == Fault::Kind::bad_input);
}
