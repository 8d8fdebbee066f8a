// SPDX-License-Identifier: GPL-3.0-or-later
// A prediction is on disk before its takes, every take names it, and the record says so.
#include "rig/files/sha256.hpp"
#include "rig/flow/predictions.hpp"
#include "rig/report/record.hpp"
#include "tests/scratch_run.hpp"

using namespace fourpole;

namespace {

bool says(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

void change(const fs::path& file, const std::string& from, const std::string& to) {
    std::string text = file_text(file);
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    REQUIRE(write_atomic(file, text.replace(at, from.size(), to)).has_value());
}

const TakeRecord& take_of(const RunRecord& record, const std::string& arm) {
    for (const TakeRecord& take : record.takes)
        if (take.arm == arm) return take;
    FAIL("no take of arm " << arm);
    return record.takes.front();
}

RunRecord read_again(const fs::path& folder) {
    auto record = run_again(folder, go_on);
    if (!record) FAIL(record.error().what);
    return std::move(*record);
}

}  // namespace

TEST_CASE("each of 3 takes names the prediction that lay on disk, and the record says that it came before",
          "[flow][repeated]") {
    const Scratch scratch;
    const fs::path folder = scratch.path() / "run";
    const RunRecord record = record_of_run(session_with(1), order_in(folder, 1));
    REQUIRE(record.takes.size() == 3);
    for (const TakeRecord& take : record.takes) {
        CHECK(take.prediction_sha256 == sha256_hex(file_text(folder / "predictions" / (take.arm + ".json"))));
        CHECK(take.predicted_before == true);
        CHECK(says(file_text(folder / "takes" / (take.arm + "-1.json")),
                   "\"prediction_sha256\": \"" + take.prediction_sha256 + "\""));
    }
    const std::string text = to_json(record);
    CHECK(says(text, "\"predicted_before_capture\": true"));
    CHECK_FALSE(says(text, "\"predicted_before_capture\": null"));
    CHECK(says(text, "\"simultaneous\""));
    CHECK(says(text, "\"chi_square\""));
    CHECK_FALSE(says(all_reasons(record), "prediction"));

    // Facts of another hash, and facts without one: both are said, and neither is passed off.
    change(folder / "takes/A-1.json", take_of(record, "A").prediction_sha256, std::string(64, '0'));
    change(folder / "takes/B-1.json",
           "  \"prediction_sha256\": \"" + take_of(record, "B").prediction_sha256 + "\",\n", "");
    fs::remove_all(folder / "records");  // which say otherwise, and would be believed
    const RunRecord again = read_again(folder);
    CHECK(take_of(again, "A").predicted_before == false);
    CHECK_FALSE(take_of(again, "B").predicted_before.has_value());
    CHECK(take_of(again, "C").predicted_before == true);
    CHECK(says(all_reasons(again), "take A-1: was captured after another prediction"));
    CHECK(says(all_reasons(again), "take B-1: nothing says that it was captured after its prediction"));
    CHECK(says(to_json(again), "\"predicted_before_capture\": false"));
    CHECK(says(to_json(again), "\"predicted_before_capture\": null"));

    // A replay does not put its own prediction into takes that were made before it.
    auto bench = open_bench(folder.string(), session_with(1), 1, "");
    REQUIRE(bench.has_value());
    const auto replayed = run(session_with(1), **bench, order_in(scratch.path() / "replayed", 1), go_on);
    REQUIRE(replayed.has_value());
    CHECK(take_of(*replayed, "A").predicted_before == false);
    CHECK_FALSE(take_of(*replayed, "B").predicted_before.has_value());
    CHECK(take_of(*replayed, "C").predicted_before == true);
}

TEST_CASE("a run goes on under the prediction that it began with, or not at all", "[flow]") {
    const Scratch scratch;
    const fs::path folder = scratch.path() / "run";
    const Session session = session_with(1);
    auto bench = open_bench("simulated", session, 2, "");
    REQUIRE(bench.has_value());
    RunOrder order = order_in(folder, 2);
    std::string steps;
    const auto stopped = run(session, **bench, order, [&](double, const std::string& step) {
        steps += step + "\n";
        return !fs::exists(folder / "takes/A-1.wav");
    });
    REQUIRE_FALSE(stopped.has_value());
    const fs::path prediction = folder / "predictions/B.json";
    // Somebody who watches can note the hash before the first take.
    CHECK(says(steps, "B " + sha256_hex(file_text(prediction)).substr(0, 16)));
    CHECK(steps.find("predictions stored") < steps.find("arm A"));

    const std::string before = file_text(prediction);
    change(prediction, "\"draws\": 256", "\"draws\": 255");
    order.resume = true;
    const auto refused = run(session, **bench, order, go_on);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().kind == Fault::Kind::bad_input);
    CHECK(says(refused.error().what, "B.json"));
    CHECK_FALSE(fs::exists(folder / "takes/B-1.wav"));
    CHECK(says(file_text(prediction), "\"draws\": 255"));

    REQUIRE(write_atomic(prediction, before).has_value());
    CHECK(run(session, **bench, order, go_on).has_value());
}
