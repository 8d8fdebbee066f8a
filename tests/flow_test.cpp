// SPDX-License-Identifier: GPL-3.0-or-later
// The whole journey on the simulated bench: session -> verdict, faults, replay.
#include "drivers/drivers.hpp"
#include "drivers/simulated_bench.hpp"
#include "rig/files/read_text.hpp"
#include "rig/report/write_run.hpp"
#include "rig/run.hpp"
#include "tests/shared_data.hpp"

#include <cstdlib>
#include <filesystem>
#include <map>

using namespace fourpole;

namespace {

namespace fs = std::filesystem;

const fs::path session_file = fs::path(FOURPOLE_SOURCE) / "profiles/sessions/md_dr7_4pole_vs_3pole.json";

/// A folder of its own for each test, with a space and letters beyond ASCII in its name.
class Scratch {
public:
    Scratch() {
        std::string name = (fs::temp_directory_path() / "four pole Prüfstand XXXXXX").string();
        REQUIRE(mkdtemp(name.data()) != nullptr);
        path_ = name;
    }
    ~Scratch() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    const fs::path& path() const { return path_; }

private:
    fs::path path_;
};

Session session_with(int repeats) {
    auto session = load_session(session_file);
    REQUIRE(session.has_value());
    session->repeats = repeats;
    return std::move(*session);
}

RunOrder order_in(const fs::path& folder, std::uint64_t seed, const std::string& fault = "") {
    return {folder, {"simulated", true, seed, fault}, false};
}

bool go_on(double, const std::string&) { return true; }

RunRecord record_of_run(const Session& session, const RunOrder& order) {
    auto bench = open_bench("simulated", session, order.facts.seed, order.facts.fault);
    REQUIRE(bench.has_value());
    auto record = run(session, **bench, order, go_on);
    if (!record) FAIL(record.error().what);
    return std::move(*record);
}

const Verdict& verdict(const RunRecord& record, const std::string& claim) {
    for (const Verdict& v : record.verdicts)
        if (v.claim_id == claim) return v;
    FAIL("no verdict on " << claim);
    return record.verdicts.front();
}

std::string all_reasons(const RunRecord& record) {
    std::string out;
    for (const auto& r : record.reasons) out += r + "\n";
    return out;
}

std::string file_text(const fs::path& file) {
    auto text = read_text(file, std::size_t{64} << 20U);
    REQUIRE(text.has_value());
    return std::move(*text);
}

}  // namespace

TEST_CASE("the shipped session ends in two supported claims, a held model and a badge", "[flow]") {
    const Scratch scratch;
    const RunRecord record = record_of_run(session_with(2), order_in(scratch.path() / "run", 1));
    CHECK(record.valid);
    CHECK(record.complete);
    CHECK(record.simulated);
    CHECK(record.takes.size() == 6);
    for (const TakeRecord& take : record.takes) CHECK(take.simulated);
    CHECK(verdict(record, "separation").answer == Verdict::Answer::supported);
    CHECK(verdict(record, "mating").answer == Verdict::Answer::supported);
    for (const Beside& b : record.beside) CHECK(b.state != "model violated");
    CHECK(exit_code(record) == 0);
}

TEST_CASE("predictions are on disk before the first take, under the hash that the record names", "[flow]") {
    // A bench that looks into the folder when it is first asked to play.
    class Spy final : public AudioPort {
    public:
        explicit Spy(fs::path folder) : folder_(std::move(folder)) {}
        std::string identity() const override { return "spy"; }
        bool simulated() const override { return true; }
        Result<Take> play_and_record(const TakeRequest&, const Progress&) override {
            seen = fs::exists(folder_ / "predictions/A.json") && fs::exists(folder_ / "predictions/C.json");
            return Fault{Fault::Kind::bench_trouble, "", "that is all the spy wanted to know"};
        }
        bool seen = false;

    private:
        fs::path folder_;
    };
    const Scratch scratch;
    Spy spy(scratch.path() / "run");
    const auto record = run(session_with(1), spy, order_in(scratch.path() / "run", 1), go_on);
    REQUIRE_FALSE(record.has_value());
    CHECK(exit_code(record.error().kind) == 3);
    CHECK(spy.seen);
}

TEST_CASE("report and analyze give the run's own records, bit for bit", "[flow]") {
    const Scratch scratch;
    const fs::path folder = scratch.path() / "run";
    const RunRecord record = record_of_run(session_with(3), order_in(folder, 4));
    REQUIRE(write_run(folder, record).has_value());
    const std::string before = file_text(folder / "record.json");

    auto again = run_again(folder, go_on);
    REQUIRE(again.has_value());
    CHECK(to_json(*again) == before);

    auto take = read_take(folder / "takes/B-1.wav");
    REQUIRE(take.has_value());
    const auto programme = read_programme(take->facts.programme_text, folder);
    REQUIRE(programme.has_value());
    const auto one = fourpole::record_of(*take, *programme, false);
    REQUIRE(one.has_value());
    CHECK(to_json(*one) == file_text(folder / "records/B-1.json"));
}

TEST_CASE("the same seed gives the same record, another seed another unit", "[flow]") {
    const Scratch scratch;
    const Session session = session_with(1);
    const std::string first = to_json(record_of_run(session, order_in(scratch.path() / "a", 9)));
    CHECK(to_json(record_of_run(session, order_in(scratch.path() / "b", 9))) == first);
    CHECK(to_json(record_of_run(session, order_in(scratch.path() / "c", 10))) != first);
}

TEST_CASE("every planted fault is named, and none becomes a verdict that it should not", "[flow]") {
    // What a person must read, and whether claims about levels may still be judged.
    struct Expected {
        std::string words;
        int code;
        bool separation_judged;
    };
    const std::map<std::string, Expected> expected{{"open_return", {"open return", 1, false}},
                                                   {"swapped_sides", {"swapped", 1, true}},
                                                   {"inverted_side", {"inverted side", 1, true}},
                                                   {"lost_frames", {"64 samples lost", 3, false}},
                                                   {"inserted_zeros", {"37 samples inserted", 3, false}},
                                                   {"repeated_block", {"256 samples repeated", 3, false}},
                                                   {"clipped_input", {"clipped input", 3, false}},
                                                   {"dead_input", {"dead input", 3, false}},
                                                   {"relay_stuck", {"relay stuck", 1, false}},
                                                   {"hum", {"hum: 50", 0, false}},
                                                   {"dc", {"dc: ", 1, true}},
                                                   {"wrong_rate", {"wrong rate", 3, false}},
                                                   {"mono_bridge", {"mono bridge", 1, false}},
                                                   {"quiet_player", {"not in this take", 3, false}}};
    for (const SimulatedFault& fault : SimulatedBench::faults()) {
        INFO(fault.name);
        REQUIRE(expected.count(std::string(fault.name)) == 1);
        const Expected& e = expected.at(std::string(fault.name));
        const Scratch scratch;
        const RunRecord record =
            record_of_run(session_with(1), order_in(scratch.path() / "run", 2, std::string(fault.name)));
        INFO(all_reasons(record));
        CHECK(all_reasons(record).find(e.words) != std::string::npos);
        CHECK(exit_code(record) == e.code);
        const auto answer = verdict(record, "separation").answer;
        CHECK((answer != Verdict::Answer::not_measured) == e.separation_judged);
        CHECK(answer != Verdict::Answer::refuted);
    }
}

TEST_CASE("a 3-pole plug in the bridged jack is refused before anything plays", "[flow]") {
    Session session = session_with(1);
    const auto shorted = compose(session.arms[0].player, session.arms[1].earphone);
    REQUIRE(shorted.has_value());
    session.arms[0].circuit = *shorted;
    const Scratch scratch;
    auto bench = open_bench("simulated", session, 1, "");
    REQUIRE(bench.has_value());
    const auto record = run(session, **bench, order_in(scratch.path() / "run", 1), go_on);
    REQUIRE_FALSE(record.has_value());
    CHECK(exit_code(record.error().kind) == 5);
    CHECK_FALSE(fs::exists(scratch.path() / "run"));
}

TEST_CASE("a stopped run keeps its takes and goes on where it was", "[flow]") {
    const Scratch scratch;
    const fs::path folder = scratch.path() / "run";
    const Session session = session_with(2);
    auto bench = open_bench("simulated", session, 5, "");
    REQUIRE(bench.has_value());
    RunOrder order = order_in(folder, 5);
    const auto stopped = run(session, **bench, order, [&](double, const std::string&) {
        return !fs::exists(folder / "takes/B-1.wav");
    });
    REQUIRE_FALSE(stopped.has_value());
    CHECK(exit_code(stopped.error().kind) == 4);
    CHECK(fs::exists(folder / "takes/A-1.wav"));
    CHECK_FALSE(fs::exists(folder / "record.json"));

    order.resume = true;
    const auto resumed = run(session, **bench, order, go_on);
    REQUIRE(resumed.has_value());
    CHECK(to_json(*resumed) == to_json(record_of_run(session, order_in(scratch.path() / "whole", 5))));

    order.facts.seed = 6;
    const auto other_run = run(session, **bench, order, go_on);
    REQUIRE_FALSE(other_run.has_value());
    CHECK(other_run.error().what.find("/seed") != std::string::npos);
}

TEST_CASE("a folder that already holds something is not written into", "[flow]") {
    const Scratch scratch;
    const Session session = session_with(1);
    const RunOrder order = order_in(scratch.path() / "run", 1);
    record_of_run(session, order);
    auto bench = open_bench("simulated", session, 1, "");
    REQUIRE(bench.has_value());
    const auto again = run(session, **bench, order, go_on);
    REQUIRE_FALSE(again.has_value());
    CHECK(again.error().kind == Fault::Kind::bad_input);
}
