// SPDX-License-Identifier: GPL-3.0-or-later
// The main job as it is called, over a real JACK server; behind it the player, the plug, the cable and the
// earphone are a model that hears nothing but what is played.
#include "rig/capture/take_file.hpp"
#include "rig/json/json.hpp"
#include "tests/called_program.hpp"
#include "tests/jack_bench.hpp"

#include <algorithm>

using namespace fourpole;

namespace {

const fs::path bench_file = fs::path(FOURPOLE_SOURCE) / "profiles/benches/jack_dummy.json";

/// A take over the shipped bench in this process; `progress` as play_and_record() has it.
Result<Take> take_over(const JackBench& jack, const AudioPort::Progress& progress) {
    const Session session = session_with(1);
    auto bench = open_bench(bench_file.string(), session, 1, "");
    if (!bench) return bench.error();
    return (*bench)->play_and_record({"A", 1, jack.folder.path() / "takes"}, progress);
}

Json record_in(const fs::path& folder) {
    auto json = parse_json(file_text(folder / "record.json"), "record", {std::size_t{64} << 20U});
    REQUIRE(json.has_value());
    return std::move(*json);
}

std::size_t whole_takes(const fs::path& run) {
    std::error_code none;
    return static_cast<std::size_t>(
        std::count_if(fs::directory_iterator(run / "takes", none), fs::directory_iterator(),
                      [](const auto& entry) { return entry.path().extension() == ".wav"; }));
}

/// "separation supported, ..." of all claims, and which limits failed.
std::string judgement(const Json& record) {
    std::string out;
    for (const auto& v : record.at("verdicts"))
        out += v.at("claim").get<std::string>() + " " + v.at("answer").get<std::string>() + ", ";
    for (const auto& l : record.at("limits")) out += l.at("failed").get<bool>() ? "failed " : "passed ";
    return out;
}

}  // namespace

TEST_CASE("the main job over JACK gives the verdicts of the simulated bench, takes 9 of 9 whole",
          "[repeated]") {
    if (no_jack()) return;
    const Scratch scratch;
    const fs::path simulated = scratch.path() / "simulated", jack = scratch.path() / "jack";
    const Ran expected =
        called(scratch, {"run", session_file.string(), "--seed", "3", "--out", simulated.string()});
    REQUIRE(expected.code == 0);
    int times = 0;
    Ran ran;
    do {
        const JackBench bench(48000, 512,
                              {"session", session_file.string(), "bench", bench_file.string(), "seed", "3",
                               "take", std::to_string(whole_takes(jack) + 1)});
        // A run that stood still goes on with the take that broke off: those before it stay.
        ran = called(scratch, {"run", session_file.string(), "--bench", bench_file.string(), "--seed", "3",
                               fs::exists(jack / "run.json") ? "--resume" : "--out", jack.string()});
    } while (stood_still(ran.err, times));
    INFO(ran.err);
    REQUIRE(ran.code == 0);
    const Json there = record_in(simulated), here = record_in(jack);
    CHECK(judgement(here) == judgement(there));
    CHECK_FALSE(here.at("simulated").get<bool>());
    CHECK(here.at("bench").get<std::string>().starts_with("jack modelled_device (RtAudio "));
    // One unit by two ways: what the wires do to the sound is the same, to a tenth of what it is known to.
    const auto difference = [](const Json& record) { return record.at("verdicts").at(0).at("difference"); };
    CHECK(difference(here).at("value").get<double>() ==
          Approx(difference(there).at("value").get<double>()).margin(0.03));
    CHECK(difference(here).at("u").get<double>() < 0.4);
}

TEST_CASE("a JACK server that dies in the middle of a take leaves it beside the takes, invalid") {
    if (no_jack()) return;
    JackBench jack(48000, 512, {});
    const auto take = take_over(jack, [&](double done) {
        if (done > 0.05) jack.server->kill_at_once();
        return true;
    });
    REQUIRE_FALSE(take);
    CHECK(exit_code(take.error().kind) == 3);
    const fs::path kept = jack.folder.path() / "takes/A-1.broken-1.w64";
    CHECK(take.error().what.find("is kept as " + kept.string()) != std::string::npos);
    const auto read = read_take(kept);
    REQUIRE_FALSE(read);
    CHECK(read.error().kind == Fault::Kind::take_invalid);
}
