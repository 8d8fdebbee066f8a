// SPDX-License-Identifier: GPL-3.0-or-later
// The whole journey on the simulated bench: session -> verdict, replay, stop and resume.
#include "rig/files/write_atomic.hpp"
#include "rig/flow/run_folder.hpp"
#include "rig/report/write_run.hpp"
#include "tests/scratch_run.hpp"

using namespace fourpole;

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

TEST_CASE("a unit whose interface leaks as much as its plug does violates no model", "[flow]") {
    // Of seed 104 arm C reads -94.5 dB at 100 Hz, in a band of -119 to -107: the interface's leak.
    const Scratch scratch;
    const RunRecord record = record_of_run(session_with(1), order_in(scratch.path() / "run", 104));
    for (const Beside& b : record.beside) {
        INFO(b.arm << " " << b.measured.name);
        CHECK(b.state != "model violated");
    }
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

TEST_CASE("report and analyze give the run's own records, bit for bit", "[flow][repeated]") {
    const Scratch scratch;
    const fs::path folder = scratch.path() / "run";
    const RunRecord record = record_of_run(session_with(2), order_in(folder, 4));
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

TEST_CASE("the same seed gives the same record, another seed another unit", "[flow][repeated]") {
    const Scratch scratch;
    const Session session = session_with(1);
    const std::string first = to_json(record_of_run(session, order_in(scratch.path() / "a", 9)));
    CHECK(to_json(record_of_run(session, order_in(scratch.path() / "b", 9))) == first);
    CHECK(to_json(record_of_run(session, order_in(scratch.path() / "c", 10))) != first);
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

TEST_CASE("a stopped run keeps its takes and goes on where it was", "[flow][repeated]") {
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
    // As if it had been killed between a take's samples and its facts.
    fs::copy_file(folder / "takes/A-1.wav", folder / "takes/B-2.wav");

    order.resume = true;
    const auto resumed = run(session, **bench, order, go_on);
    REQUIRE(resumed.has_value());
    CHECK(to_json(*resumed) == to_json(record_of_run(session, order_in(scratch.path() / "whole", 5))));

    order.facts.seed = 6;
    const auto other_run = run(session, **bench, order, go_on);
    REQUIRE_FALSE(other_run.has_value());
    CHECK(other_run.error().what.find("/seed") != std::string::npos);
}

TEST_CASE("a folder that already holds something is not written into", "[flow][repeated]") {
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

TEST_CASE("a take that the run had made and that is gone is a fault, and nothing is rewritten",
          "[flow][repeated]") {
    const Scratch scratch;
    const fs::path folder = scratch.path() / "run";
    REQUIRE(write_run(folder, record_of_run(session_with(2), order_in(folder, 4))).has_value());
    const auto refused = [&] {
        const auto again = run_again(folder, go_on);
        REQUIRE_FALSE(again.has_value());
        CHECK(exit_code(again.error().kind) == 3);
        CHECK(again.error().what.find("B-1.wav: is missing") != std::string::npos);
    };
    fs::remove(folder / "takes/B-1.wav");
    refused();
    fs::remove(folder / "takes/B-1.json");
    refused();
    fs::remove(folder / "records/B-1.json");
    refused();  // record.json still says that the run was complete
}

TEST_CASE("a run is stopped while its last take is read, says so, and keeps both takes", "[flow]") {
    const Scratch scratch;
    const fs::path folder = scratch.path() / "run";
    const Session session = session_with(1);
    auto bench = open_bench("simulated", session, 5, "");
    REQUIRE(bench.has_value());
    double before = 0.0;
    const auto stopped =
        run(session, **bench, order_in(folder, 5), [&](double fraction, const std::string& step) {
            CHECK(fraction >= before);
            CHECK(fraction <= 1.0);
            before = fraction;
            return step != "reading arm B, take 1 of 1";
        });
    REQUIRE_FALSE(stopped.has_value());
    CHECK(exit_code(stopped.error().kind) == 4);
    CHECK(stopped.error().what.find("while arm B, take 1 of 1 was read") != std::string::npos);
    CHECK(fs::exists(folder / "takes/A-1.wav"));
    CHECK(fs::exists(folder / "takes/B-1.wav"));
    CHECK_FALSE(fs::exists(folder / "records/B-1.json"));
}

TEST_CASE("a report on a stopped run names the 5 takes never made and rests on n = 1", "[flow][repeated]") {
    const Scratch scratch;
    const fs::path folder = scratch.path() / "run";
    auto bench = open_bench("simulated", session_with(2), 5, "");
    REQUIRE(bench.has_value());
    const auto stopped = run(session_with(2), **bench, order_in(folder, 5), [&](double, const std::string&) {
        return !fs::exists(folder / "takes/A-1.json");
    });
    REQUIRE_FALSE(stopped.has_value());
    const auto record = run_again(folder, go_on);
    REQUIRE(record.has_value());
    CHECK_FALSE(record->complete);
    CHECK(exit_code(*record) == 3);
    CHECK(all_reasons(*record).find("never made: A-2, B-1, B-2, C-1, C-2\n") != std::string::npos);
    CHECK(verdict(*record, "mating").sentence.find("n = 1") == std::string::npos);
}

TEST_CASE("whatever is changed in a run folder is named, and nothing is judged from it", "[flow][repeated]") {
    const Scratch scratch;
    const fs::path folder = scratch.path() / "run";
    REQUIRE(write_run(folder, record_of_run(session_with(2), order_in(folder, 4))).has_value());
    const auto refused_after = [&](const fs::path& file, const std::string& from, const std::string& to) {
        INFO(file.string() << ": " << from << " -> " << to);
        const std::string before = file_text(file);
        std::string text = before;
        const auto at = text.find(from);
        REQUIRE(at != std::string::npos);
        REQUIRE(write_atomic(file, text.replace(at, from.size(), to)).has_value());
        const auto again = run_again(folder, go_on);
        REQUIRE_FALSE(again.has_value());
        CHECK(exit_code(again.error().kind) == 2);
        INFO(again.error().what);
        CHECK(again.error().what.find(file.filename().string()) != std::string::npos);
        REQUIRE(write_atomic(file, before).has_value());
    };
    refused_after(folder / "run.json", "\"seed\": 4", "\"seed\": 5");
    refused_after(folder / "run.json", "\"simulated\": true", "\"simulated\": false");
    refused_after(folder / "run.json", "\"fault\": \"\"", "\"fault\": \"hum\"");
    refused_after(folder / "run.json", "\"draws\": 256", "\"draws\": 250");
    refused_after(folder / "record.json", "\"seed\": 4", "\"seed\": 5");
    refused_after(folder / "record.json", "\"fault\": null", "\"fault\": \"hum\"");
    int profiles = 0;
    for (const auto& entry : fs::recursive_directory_iterator(folder / "profiles"))
        if (entry.path().extension() == ".json") {
            refused_after(entry.path(), "\n", "\n ");
            ++profiles;
        }
    CHECK(profiles >= 10);
    CHECK(run_again(folder, go_on).has_value());
}

TEST_CASE("a take that says it came from another bench is refused", "[flow][repeated]") {
    const Scratch scratch;
    const fs::path folder = scratch.path() / "run";
    record_of_run(session_with(2), order_in(folder, 4));
    auto take = read_take(folder / "takes/A-1.wav");
    REQUIRE(take.has_value());
    take->facts.simulated = false;
    REQUIRE(write_take(*take, folder / "takes/A-1.wav").has_value());
    const auto again = run_again(folder, go_on);
    REQUIRE_FALSE(again.has_value());
    CHECK(exit_code(again.error().kind) == 3);
    CHECK(again.error().what.find("not simulated") != std::string::npos);
}

TEST_CASE("a take whose facts were changed behind its record is refused, and nothing is rewritten",
          "[flow][repeated]") {
    const Scratch scratch;
    const fs::path folder = scratch.path() / "run";
    REQUIRE(write_run(folder, record_of_run(session_with(2), order_in(folder, 4))).has_value());
    auto take = read_take(folder / "takes/A-1.wav");
    REQUIRE(take.has_value());
    REQUIRE_FALSE(take->facts.volts_per_full_scale.empty());
    take->facts.volts_per_full_scale[0] *= 2.0;
    REQUIRE(write_take(*take, folder / "takes/A-1.wav").has_value());
    const std::string record = file_text(folder / "records/A-1.json");
    const auto again = run_again(folder, go_on);
    REQUIRE_FALSE(again.has_value());
    CHECK(exit_code(again.error().kind) == 3);
    CHECK(again.error().what.find("A-1.json: is not what this program reads") != std::string::npos);
    CHECK(file_text(folder / "records/A-1.json") == record);
}

TEST_CASE("a session kept by a run has the same inputs, one with another claim or plug has not",
          "[flow][repeated]") {
    const Session session = session_with(1);
    const std::string same = inputs_sha256(session);
    Session other = session;
    other.claims[0].claim.sha256 = "other";
    CHECK(inputs_sha256(other) != same);
    other = session;
    other.arms[0].circuit.plug.segments["T"] = "C";
    CHECK(inputs_sha256(other) != same);
    const Scratch scratch;
    record_of_run(session, order_in(scratch.path() / "run", 1));
    const auto kept = load_run_folder(scratch.path() / "run");
    REQUIRE(kept.has_value());
    CHECK(inputs_sha256(kept->session) == same);
}
