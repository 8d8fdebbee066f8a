// SPDX-License-Identifier: GPL-3.0-or-later
// The program as it is called: words in, exit code and two streams out.
#include "rig/capture/take_file.hpp"
#include "rig/json/json.hpp"
#include "tests/called_program.hpp"
#include "tests/made_take.hpp"

using namespace fourpole;

namespace {

bool holds(const std::string& text, const std::string& words) {
    return text.find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("a verb that is not there is bad input, with the nearest one named, even before --help") {
    const Scratch scratch;
    for (const auto& words : {std::vector<std::string>{"analyse"}, {"analyse", "--help"}}) {
        const Ran ran = called(scratch, words);
        CHECK(ran.code == 2);
        CHECK(ran.out.empty());
        CHECK(holds(ran.err, "analyse: no such verb"));
        CHECK(holds(ran.err, "(nearest: analyze)"));
    }
    CHECK(called(scratch, {"--help"}).code == 0);
    CHECK(holds(called(scratch, {"analyze", "--help"}).out, "Example: fourpole analyze"));
}

TEST_CASE("a seed is 0 to 2^53 - 1 in digits, or bad input before anything is played") {
    const Scratch scratch;
    for (const char* seed : {"-1", "1.5", "9007199254740992", "1e3", "", " 7", "99999999999999999999"}) {
        INFO("seed \"" << seed << "\"");
        const Ran ran = called(scratch, {"run", session_file.string(), "--seed", seed, "--out",
                                         (scratch.path() / "run").string()});
        CHECK(ran.code == 2);
        CHECK(ran.out.empty());
        CHECK_FALSE(fs::exists(scratch.path() / "run"));
    }
}

TEST_CASE("what is written never replaces what is read, by whatever name it goes") {
    const Scratch scratch;
    const fs::path capture = scratch.path() / "take.wav", programme = scratch.path() / "p.json";
    REQUIRE(
        write_atomic(programme, file_text(fs::path(FOURPOLE_SOURCE) / "profiles/programmes/sweep_pair.json"))
            .has_value());
    Take take = played(sweep_pair(), 0.0, 4000.0);
    REQUIRE(write_take(take, capture).has_value());
    const std::string sound = file_text(capture), text = file_text(programme);
    fs::create_symlink(capture, scratch.path() / "link");
    fs::create_directory(scratch.path() / "sub");
    for (const fs::path& record :
         {capture, programme, scratch.path() / "link", scratch.path() / "sub/../take.wav"}) {
        const Ran ran = called(scratch, {"analyze", capture.string(), "--programme", programme.string(),
                                         "--record", record.string()});
        INFO(record.string() << ": " << ran.err);
        CHECK(ran.code == 2);
        CHECK(holds(ran.err, "--record: "));
    }
    const Ran both = called(
        scratch, {"analyze", capture.string(), "--programme", programme.string(), "--record",
                  (scratch.path() / "x").string(), "--impulse-response", (scratch.path() / "x").string()});
    CHECK(both.code == 2);
    const std::string player = (scratch.path() / "ak100.json").string();
    REQUIRE(write_atomic(player, file_text(fs::path(FOURPOLE_SOURCE) / "profiles/players/ak100.json"))
                .has_value());
    CHECK(
        called(scratch, {"predict", "--player", player, "--earphone", "sennheiser_mx300", "--record", player})
            .code == 2);
    CHECK(file_text(capture) == sound);
    CHECK(file_text(programme) == text);
}

TEST_CASE("an option that is given and empty is no wish for the default") {
    const Scratch scratch;
    for (const auto& words :
         {std::vector<std::string>{"run", "session.json", "--out", ""}, std::vector<std::string>{"run", ""},
          std::vector<std::string>{"analyze", "take.wav", "--record", ""}}) {
        const Ran ran = called(scratch, words);
        INFO(ran.err);
        CHECK(ran.code == 2);
        CHECK(holds(ran.err, "found nothing between the quotes"));
    }
}

TEST_CASE("with --json stdout holds one document and nothing else") {
    const Scratch scratch;
    const fs::path capture = scratch.path() / "take.wav";
    Take take = played(sweep_pair(), 0.0, 4000.0);
    REQUIRE(write_take(take, capture).has_value());
    const Ran ran = called(scratch, {"analyze", capture.string(), "--programme",
                                     FOURPOLE_SOURCE "/profiles/programmes/sweep_pair.json", "--json"});
    CHECK(ran.code == 0);
    const auto json = parse_json(ran.out, "stdout");
    REQUIRE(json.has_value());
    CHECK(json->at("schema") == "fourpole/record@1");
}

TEST_CASE("what goes into a pipe is whole: nothing is cut, and nothing left out") {
    const Scratch scratch;
    const fs::path capture = scratch.path() / "take.wav";
    Take take = played(sweep_pair(), 25.0, 7000.5);
    REQUIRE(write_take(take, capture).has_value());
    const Ran ran = called(scratch, {"analyze", capture.string(), "--programme",
                                     FOURPOLE_SOURCE "/profiles/programmes/sweep_pair.json"});
    INFO(ran.out);
    CHECK(ran.code == 0);
    CHECK(holds(ran.out, "latency (start)"));
    CHECK(holds(ran.out, "polarity left"));
    CHECK_FALSE(holds(ran.out, "more readings"));
    CHECK_FALSE(holds(ran.out, "…"));
}

TEST_CASE("a bench profile opens what it names, and one for another interface is refused", "[repeated]") {
    const Scratch scratch;
    const auto bench = [&](const std::string& rest) {
        const fs::path file = scratch.path() / "b.json";
        REQUIRE(write_atomic(file, R"({"schema": "fourpole/bench@1", "id": "b", )" + rest + "}").has_value());
        return file.string();
    };
    const auto run_on = [&](const std::string& word, const std::string& folder) {
        return called(scratch, {"run", session_with(1).path, "--seed", "5", "--bench", word, "--out",
                                (scratch.path() / folder).string()});
    };
    CHECK(run_on(bench(R"("kind": "simulated", "interface": "usb_24bit_48k_differential")"), "one").code ==
          0);
    const Ran replay = run_on(bench(R"("kind": "replayed", "takes": "one")"), "two");
    INFO(replay.err);
    CHECK(replay.code == 0);
    CHECK(file_text(scratch.path() / "one/records/A-1.json") ==
          file_text(scratch.path() / "two/records/A-1.json"));
    REQUIRE(write_atomic(scratch.path() / "box.json",
                         R"({"schema": "fourpole/fixture@1", "id": "box", "name": "Box"})")
                .has_value());
    const Ran boxed = run_on(bench(R"("kind": "simulated", "fixture": "box.json")"), "three");
    CHECK(boxed.code == 2);
    CHECK(holds(boxed.err, "/fixture: found \"box\"; the session is for \"driver_taps\""));
    const Ran other = run_on(bench(R"("kind": "simulated", "fixture": "another")"), "three");
    CHECK(other.code == 2);
    CHECK(holds(other.err, "another"));
    const Ran nowhere = run_on(bench(R"("kind": "replayed")"), "four");
    CHECK(nowhere.code == 2);
    CHECK(holds(nowhere.err, "/takes"));
    CHECK_FALSE(fs::exists(scratch.path() / "three"));
}
