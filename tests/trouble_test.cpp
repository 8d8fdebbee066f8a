// SPDX-License-Identifier: GPL-3.0-or-later
// What a reader must not miss stands first, in the terminal and on the page.
#include "rig/report/trouble.hpp"

#include "rig/report/key_figures.hpp"
#include "rig/report/numbers.hpp"
#include "rig/report/summary.hpp"
#include "rig/report/violations.hpp"
#include "tests/believable_run.hpp"
#include "tests/catch.hpp"

using namespace fourpole;

namespace {

RunRecord failing_run() {
    RunRecord run = believable_run();
    run.limits = {{"crosstalk", "A", "inside by 15 dB", false, true},
                  {"dc", "C", "nothing was measured", false, false},
                  {"crosstalk", "B", "outside by 3.1 dB", true, true}};
    return run;
}

}  // namespace

TEST_CASE("a failed limit stands before an untested one, and that before those inside", "[report]") {
    const RunRecord run = failing_run();
    const auto limits = limits_worst_first(run);
    REQUIRE(limits.size() == 3);
    CHECK(limits[0].arm == "B");
    CHECK(limits[1].arm == "C");
    CHECK(failed_limits(run) == 1);
    const std::string text = summary(run, Screen{});
    CHECK(text.find("outside limit") < text.find("not tested"));
    CHECK(text.find("not tested") < text.find("inside limit"));
}

TEST_CASE("the headline names what failed, is wired otherwise or violates the model", "[report]") {
    CHECK(headline(believable_run()).empty());
    RunRecord run = failing_run();
    CHECK(headline(run) == "1 limit failed");
    run.beside.front().state = "model violated";
    run.beside.front().arm = "A";
    run.diagnoses = {{"arms A and B are crossed", {"A", "B"}, true, false}};
    run.valid = false;
    const std::string words = headline(run);
    INFO(words);
    CHECK(words ==
          "NOT VALID; 1 limit failed; wired otherwise than predicted: arms A, B; "
          "model violated in arm A");
    CHECK(contains(summary(run, Screen{}), "NOT VALID; 1 limit failed"));
    // Of arms on one route nobody knows whose wiring or model it is.
    run.diagnoses = {{"relay stuck: arms A and B measure alike", {"A", "B"}, true, true}};
    CHECK(headline(run) == "NOT VALID; 1 limit failed; on one route: arms A, B");
    CHECK_FALSE(wired_otherwise(run, "A"));
    CHECK(model_state(run, "B") == "perhaps another arm");
    CHECK(contains(html(run), "perhaps another arm"));
    CHECK(contains(html(run), "<strong>1 limit failed.</strong>"));
}

TEST_CASE("a violated curve is named with its distance, its place and its share of points", "[report]") {
    RunRecord run = believable_run();
    Beside& b = run.beside.front();
    b.state = "model violated";
    b.arm = "A";
    b.measured.name = "response";
    b.measured.unit = "dBV";
    b.measured.from = b.measured.to = b.measured.side = Side::right;
    b.measured.points = {{100.0, -15.0, {}, 0.1}, {1000.0, -14.5, {}, 0.1}, {9000.0, -14.0, {}, 0.1}};
    b.predicted.points = {{100.0, -15.0, {}, 0.1}, {1000.0, -14.9, {}, 0.1}, {9000.0, -15.25, {}, 0.1}};
    b.z = {0.0, 2.8, 8.8};
    b.low = {-15.2, -15.1, -15.4};
    b.high = {-14.8, -14.7, -15.1};
    CHECK(
        violation_text(run, "A") ==
        "arm A: response right lies 8.8 u (1.25 dB) above the model at 9 kHz, more than 3.5 u at 33 % of its "
        "points");
    CHECK(violation_text(run, "B").empty());
    CHECK(contains(summary(run, Screen{}), "model: arm A: response right lies 8.8 u"));
    CHECK(contains(html(run), "<strong>model violated</strong>"));
    CHECK(contains(html(run), "response right lies 8.8 u"));

    b.z = {0.0, -2.8, -8.8};
    b.measured.points[2].value = -16.5;
    CHECK(contains(violation_text(b), "8.8 u (1.25 dB) below the model at 9 kHz"));

    // Bounds alone: no z, how far the worst one is beyond the band.
    b.z = {{}, {}, {}};
    b.measured.points = {{100.0, -15.0, {}, {}, State::at_most}, {1000.0, -18.1, {}, {}, State::at_most}};
    CHECK(violation_text(b) ==
          "response right is at most -18.10 dBV at 1 kHz, 3.0 dB below the model's band");

    run.beside.push_back(b);
    CHECK(contains(violation_text(run, "A"), "; 1 more curve violated"));
}

TEST_CASE("an arm that a diagnosis calls another circuit has no model that holds", "[report]") {
    RunRecord run = believable_run();
    CHECK_FALSE(wired_otherwise(run, "A"));
    run.diagnoses = {{"arm A: the return is open", {"A"}, true, false}};
    CHECK(wired_otherwise(run, "A"));
    CHECK_FALSE(wired_otherwise(run, "B"));
    CHECK(model_state(run, "A") == "wired otherwise than predicted");
    for (const KeyFigure& figure : key_figures(run, "A")) CHECK(figure.model != "model holds");
}

TEST_CASE("a stopped run names the takes that are missing", "[report][repeated]") {
    RunRecord run = believable_run();
    run.complete = false;
    CHECK(contains(stopped_text(run), "STOPPED after"));
    const std::string arm = run.takes.back().arm;
    const int repeat = run.takes.back().repeat;
    run.takes.pop_back();
    CHECK(stopped_text(run) == "STOPPED: take " + arm + "-" + std::to_string(repeat) + " is missing");
    run.takes.clear();
    CHECK(stopped_text(run) == "STOPPED: no take was made");
}

TEST_CASE("in an invalid run what only a valid take says is a note", "[report]") {
    RunRecord run = believable_run();
    run.takes[0].valid = false;
    run.takes[0].reasons = {"lost: 64 samples"};
    run.takes[1].reasons = {"hum: 50 Hz"};
    run.reasons = {"take A-2: hum: 50 Hz", "take A-1: lost: 64 samples"};
    run.valid = false;
    const auto found = remarks(run);
    REQUIRE(found.size() == 2);
    CHECK(found[0].weight == Remark::Weight::not_valid);
    CHECK(contains(found[0].text, "lost"));
    CHECK(found[1].weight == Remark::Weight::note);
}

TEST_CASE("a verdict on one take says so in the terminal", "[report]") {
    RunRecord run = believable_run();
    CHECK_FALSE(contains(summary(run, Screen{}), "1 take:"));
    std::erase_if(run.takes, [](const TakeRecord& take) { return take.repeat > 1; });
    REQUIRE(takes_behind(run, run.verdicts.front()) == 1);
    CHECK(contains(summary(run, Screen{}), "1 take: "));
}

TEST_CASE("an uncertainty of 3.1e-9 keeps its digits, and nine thousandths are 0.0090", "[report]") {
    CHECK(uncertainty_text(3.1e-9) == "3.1e-09");
    CHECK(uncertainty_text(0.009) == "0.0090");
    CHECK(counted(1, "take") == "1 take");
    CHECK(counted(2, "diagnosis") == "2 diagnoses");
    CHECK(value_text({std::nullopt, 2.5e-7, std::nullopt, 1e-8, State::exact}) == "2.5e-07");
    const Point low{std::nullopt, -133.91234, std::nullopt, 0.0001, State::at_most};
    CHECK(fitting_value(low, "dB", 17) == "at most -133.9 dB");
}
