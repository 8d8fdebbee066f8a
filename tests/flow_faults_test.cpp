// SPDX-License-Identifier: GPL-3.0-or-later
// The whole journey with one defect planted in the simulated bench each time.
#include "drivers/simulated_bench.hpp"
#include "tests/scratch_run.hpp"

#include <algorithm>
#include <map>

using namespace fourpole;

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
                                                   {"relay_stuck", {"relay stuck", 3, false}},
                                                   {"hum", {"hum: 50", 0, false}},
                                                   {"dc", {"dc: ", 1, true}},
                                                   {"wrong_rate", {"wrong rate", 3, false}},
                                                   {"mono_bridge", {"mono bridge", 1, false}},
                                                   {"quiet_player", {"a quiet or stopped player", 3, false}}};
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
        const bool all_valid = std::all_of(record.takes.begin(), record.takes.end(),
                                           [](const TakeRecord& take) { return take.valid; });
        // Neither of two arms that a stuck relay joins is surely itself: no limit is held against it.
        if (fault.name == "relay_stuck") {
            CHECK(std::all_of(record.diagnoses.begin(), record.diagnoses.end(),
                              [](const Diagnosis& d) { return d.other_arm; }));
            CHECK(std::any_of(record.limits.begin(), record.limits.end(), [](const auto& limit) {
                return !limit.tested && limit.sentence.find("not surely arm") != std::string::npos;
            }));
        }
        for (const Verdict& v : record.verdicts)
            CHECK_FALSE((all_valid && v.sentence.find("No take of") != std::string::npos));
    }
}

TEST_CASE("words of an arm that is wired otherwise, and of which takes are refused, are no verdict",
          "[flow]") {
    const Scratch scratch;
    const Session session = session_with(2);
    RunRecord run = record_of_run(session, order_in(scratch.path() / "run", 7, "swapped_sides"));
    INFO(all_reasons(run));
    const RunFacts facts{"simulated", true, 7, "swapped_sides"};
    CHECK(verdict(conclude(session, facts, run.predictions, run.takes), "mating").answer !=
          Verdict::Answer::not_measured);
    const auto c2 = std::find_if(run.takes.begin(), run.takes.end(),
                                 [](const TakeRecord& t) { return t.arm == "C" && t.repeat == 2; });
    REQUIRE(c2 != run.takes.end());
    c2->valid = false;
    c2->reasons = {"clipped input"};
    c2->readings.clear();
    const RunRecord record = conclude(session, facts, run.predictions, run.takes);
    CHECK(verdict(record, "mating").answer == Verdict::Answer::not_measured);
    CHECK(verdict(record, "mating").sentence.find("cannot be judged") != std::string::npos);
}

TEST_CASE("an arm whose bridged sides cancel is quiet, and plays no other programme", "[flow]") {
    const Scratch scratch;
    const RunRecord record =
        record_of_run(session_with(1), order_in(scratch.path() / "run", 1, "mono_bridge"));
    INFO(all_reasons(record));
    CHECK(all_reasons(record).find("another programme") == std::string::npos);
}
