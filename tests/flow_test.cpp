// SPDX-License-Identifier: GPL-3.0-or-later
// The whole journey on the simulated bench: session -> verdict, replay, stop and resume.
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

TEST_CASE("the same seed gives the same record, another seed another unit", "[flow]") {
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
