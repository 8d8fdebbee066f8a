// SPDX-License-Identifier: GPL-3.0-or-later
// A run's folder knows what the run was told, and goes on with nothing else.
#include "rig/flow/run_folder.hpp"
#include "rig/json/json.hpp"
#include "rig/profile/load.hpp"
#include "tests/scratch_run.hpp"

using namespace fourpole;

namespace {

/// The shipped bench with another key of "audio", or none.
BenchFile bench_with(const Scratch& scratch, const Json& other) {
    auto json = parse_json(file_text(fs::path(FOURPOLE_SOURCE) / "profiles/benches/alsa_four_channels.json"),
                           "bench");
    REQUIRE(json.has_value());
    json->merge_patch(other);
    const fs::path file = scratch.path() / "bench.json";
    REQUIRE(write_atomic(file, dump_json(*json)).has_value());
    const auto bench = load_bench(file);
    if (!bench) FAIL(bench.error().what);
    return *bench;
}

RunFacts facts_of(const BenchFile& bench) {
    RunFacts out;
    out.bench = "alsa default (RtAudio 5.2.0)";
    out.bench_profile = bench.text;
    out.seed = 1;
    return out;
}

}  // namespace

TEST_CASE("a run is not resumed at another play_gain, 0.02 for 0.1, nor with other inputs or switching") {
    const Scratch scratch;
    const Session session = session_with(1);
    const fs::path folder = scratch.path() / "run";
    REQUIRE(
        open_run_folder(folder, session, facts_of(bench_with(scratch, Json::object())), false).has_value());
    const auto resumed = [&](const Json& other) {
        const auto done = open_run_folder(folder, session, facts_of(bench_with(scratch, other)), true);
        if (done) return std::string("(goes on)");
        CHECK(exit_code(done.error().kind) == 2);
        return done.error().what.substr(done.error().what.find("run.json: "));
    };
    CHECK(resumed(Json::object()) == "(goes on)");
    CHECK(resumed({{"name", "My card"}, {"notes", "Another note"}}) == "(goes on)");
    CHECK(
        resumed({{"audio", {{"play_gain", 0.02}}}}) ==
        "run.json: /bench_profile/audio/play_gain: found 0.1; to resume, the run must be the same as before, "
        "here 0.02");
    CHECK(
        resumed({{"audio", {{"inputs", {{"left", 2}, {"right", 1}}}}}}) ==
        "run.json: /bench_profile/audio/inputs/left: found 1; to resume, the run must be the same as before, "
        "here 2");
    CHECK(resumed({{"switching", "itself"}}) ==
          "run.json: /bench_profile/switching: found nothing; to resume, the run must be the same as before, "
          "here \"itself\"");
    const auto stored = load_run_folder(folder);
    REQUIRE(stored.has_value());
    CHECK(stored->facts.bench_profile == bench_with(scratch, Json::object()).text);
}
