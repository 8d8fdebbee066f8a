// SPDX-License-Identifier: GPL-3.0-or-later
// `compare A B --null` as it is called: words in, exit code and two streams out.
#include "rig/capture/take_file.hpp"
#include "rig/json/json.hpp"
#include "tests/called_program.hpp"
#include "tests/catch.hpp"
#include "tests/null_pairs.hpp"

using namespace fourpole;

namespace {

bool holds(const std::string& text, const std::string& words) {
    return text.find(words) != std::string::npos;
}

/// Two captures of one programme on disk; B is 100.25 samples late, inverted and half as loud.
struct OnDisk {
    Scratch scratch;
    std::string a, b;

    OnDisk() : a((scratch.path() / "a.wav").string()), b((scratch.path() / "b.wav").string()) {
        const Music music(31, 20);
        Take one = capture(music, {.seconds = 1.5, .seed = 1});
        Take two = capture(music, {.seconds = 1.5, .delay = 100.25, .gain = -0.5, .seed = 2});
        REQUIRE(write_take(one, a).has_value());
        REQUIRE(write_take(two, b).has_value());
    }
    std::string file(const std::string& name) const { return (scratch.path() / name).string(); }
    Ran compare(std::vector<std::string> more) const {
        more.insert(more.begin(), {"compare", a, b});
        return called(scratch, more);
    }
};

Json parsed(const std::string& text) {
    auto json = parse_json(text, "text");
    REQUIRE(json.has_value());
    return std::move(*json);
}

}  // namespace

TEST_CASE("compare --null writes one record with gain, delay, ppm and residual, the same twice over") {
    const OnDisk pair;
    const Ran ran = pair.compare({"--null", "--json", "--record", pair.file("null.json")});
    INFO(ran.err);
    CHECK(ran.code == 0);
    CHECK(ran.err.empty());
    CHECK(ran.out == file_text(pair.file("null.json")));
    CHECK(ran.out == pair.compare({"--null", "--json"}).out);
    const Json record = parsed(ran.out);
    CHECK(record.at("schema") == "fourpole/record@1");
    CHECK(record.at("kind") == "null");
    CHECK(record.at("valid") == true);
    CHECK(record.at("a").at("frames") == 72000);
    CHECK(record.at("b").at("take_sha256").get<std::string>().size() == 64);
    const Json& null = record.at("readings").at(0);
    CHECK(null.at("name") == "null");
    CHECK(null.at("definition") == "null@1");
    CHECK(null.at("gain_db").get<double>() == Approx(-6.0206).margin(1e-4));
    CHECK(null.at("delay_samples").get<double>() == Approx(100.25).margin(1e-3));
    CHECK(null.at("ppm").get<double>() == Approx(0.0).margin(1e-2));
    CHECK(null.at("polarity") == "-");
    CHECK(null.at("residual_db") == null.at("value"));
    CHECK_FALSE(null.contains("side"));
}

TEST_CASE("compare --null shows a person gain, polarity, delay, clock and what remains") {
    const Ran ran = OnDisk().compare({"--null"});
    INFO(ran.out);
    CHECK(ran.code == 0);
    for (const char* words :
         {"gain of B", "polarity inverted", "100.25", "clock of B", "residual", "nonlinear"})
        CHECK(holds(ran.out, words));
}

TEST_CASE("a correction is learned, read back, frozen, named in the record, and refused when it is broken") {
    const OnDisk pair;
    const std::string learned = pair.file("c.json");
    CHECK(pair.compare({"--null", "--learn", learned}).code == 0);
    const Json curve = parsed(file_text(learned));
    CHECK(curve.at("schema") == "fourpole/correction@1");
    CHECK(curve.at("channels").at(0).at("frequency_hz").size() > 10);
    const Ran frozen = pair.compare({"--null", "--correction", learned, "--json"});
    CHECK(frozen.code == 0);
    CHECK(parsed(frozen.out).at("correction_sha256").get<std::string>().size() == 64);
    for (
        const char* text :
        {R"({"schema": "fourpole/correction@1", "channels": [{"frequency_hz": [100, 50], "re": [0, 0], "im": [0, 0]}]})",
         R"({"schema": "fourpole/correction@1", "channels": [{"frequency_hz": [100], "re": [0, 0], "im": [0]}]})",
         R"({"schema": "fourpole/correction@1", "channels": [{"frequency_hz": [100], "re": [20], "im": [0]}]})",
         R"({"schema": "fourpole/correction@2", "channels": [{"frequency_hz": [100], "re": [0], "im": [0]}]})",
         R"({"schema": "fourpole/correction@1", "channels": []})", "[]", "{"}) {
        REQUIRE(write_atomic(pair.file("bad.json"), text).has_value());
        const Ran bad = pair.compare({"--null", "--correction", pair.file("bad.json")});
        INFO(text << "\n" << bad.err);
        CHECK(bad.code == 2);
        CHECK(bad.out.empty());
        CHECK(holds(bad.err, "bad.json"));
    }
}

TEST_CASE("what is void exits with 3, says why, and teaches no correction") {
    const OnDisk pair;
    Take other = capture(Music(32, 20), {.seconds = 1.5, .seed = 3});
    REQUIRE(write_take(other, pair.b).has_value());
    const Ran ran = pair.compare({"--null", "--learn", pair.file("c.json")});
    INFO(ran.out << ran.err);
    CHECK(ran.code == 3);
    CHECK(holds(ran.out, "NOT VALID"));
    CHECK_FALSE(fs::exists(pair.file("c.json")));
    const Json record = parsed(pair.compare({"--null", "--json"}).out);
    CHECK(record.at("valid") == false);
    CHECK(record.at("readings").at(0).at("value").is_null());
}

TEST_CASE("two sound files without --null are refused, and no result replaces an input") {
    const OnDisk pair;
    const Ran bare = pair.compare({});
    CHECK(bare.code == 2);
    CHECK(holds(bare.err, "--null"));
    CHECK(pair.compare({"--null", "--only", "response"}).code == 2);
    const std::string before = file_text(pair.a);
    for (const auto& words : {std::vector<std::string>{"--null", "--record", pair.a},
                              {"--null", "--learn", pair.b},
                              {"--null", "--record", pair.file("x"), "--learn", pair.file("x")}})
        CHECK(pair.compare(words).code == 2);
    CHECK(file_text(pair.a) == before);
    CHECK(holds(called(pair.scratch, {"compare", "--help"}).out, "Example: fourpole compare"));
}
