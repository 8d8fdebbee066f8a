// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/json/json.hpp"
#include "rig/report/markup.hpp"
#include "rig/report/numbers.hpp"
#include "rig/report/plot.hpp"
#include "rig/report/progress.hpp"
#include "rig/report/run_plots.hpp"
#include "rig/report/summary.hpp"
#include "rig/report/terminal_text.hpp"
#include "tests/believable_run.hpp"
#include "tests/catch.hpp"

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

using namespace fourpole;

namespace {

Json parsed(const std::string& text) { return Json::parse(text); }

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> out;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) out.push_back(line);
    return out;
}

void check_screen(const std::string& text, const Screen& screen = {}) {
    INFO(text);
    const auto lines = lines_of(text);
    CHECK(lines.size() <= screen.lines);
    for (const std::string& line : lines) {
        INFO(line);
        CHECK(columns(line) <= screen.columns);
    }
}

}  // namespace

TEST_CASE("the summary fits 24 lines of 80 columns and says SIMULATED, the figures and the verdicts") {
    const std::string text = summary(believable_run(), Screen{});
    check_screen(text);
    CHECK(contains(text, "SIMULATED"));
    CHECK(contains(text, "supported"));
    CHECK(contains(text, "crosstalk left → right 1 kHz"));
    CHECK(contains(text, "37.0029"));
    CHECK(contains(text, "needs 10"));
    CHECK_FALSE(contains(text, "\x1b"));
    CHECK(contains(summary(believable_run(), Screen{.colour = true}), "\x1b["));
}

TEST_CASE("the summary still fits with 5 arms, 14 claims, 9 limits, 5 reasons and names 200 columns wide") {
    RunRecord run = believable_run(std::string(120, 'x') + "音声音声音声音声音声");
    for (int i = 0; i < 3; ++i) run.arms.push_back(run.arms[0]);
    for (int i = 0; i < 12; ++i) run.verdicts.push_back(run.verdicts[0]);
    for (int i = 0; i < 7; ++i) run.limits.push_back(run.limits[0]);
    for (int i = 0; i < 5; ++i)
        run.reasons.push_back("a take of arm A lost 64 samples: " + std::string(100, 'y'));
    run.valid = false;
    const std::string text = summary(run, Screen{});
    check_screen(text);
    CHECK(contains(text, "NOT VALID"));
    CHECK(contains(text, "more in the report"));
    for (const Screen& screen : {Screen{40, 24}, Screen{57, 24}, Screen{132, 50}})
        check_screen(summary(run, screen), screen);
    const std::string whole = summary(run, Screen::endless());
    INFO(whole);
    CHECK_FALSE(contains(whole, "more in the report"));
    CHECK_FALSE(contains(whole, "…"));
    for (const std::string& reason : run.reasons) CHECK(contains(whole, reason));
}

TEST_CASE("the summary of a run without anything in it is short and does not fall over") {
    check_screen(summary(RunRecord{}, Screen{}));
    CHECK(contains(html(RunRecord{}), "</html>"));
    CHECK(parsed(to_json(RunRecord{}))["readings"].empty());
}

TEST_CASE("the summary of a take names its readings, why it is not valid, and fits the screen") {
    TakeRecord take = believable_run().takes[0];
    take.valid = false;
    take.reasons = {"64 samples were lost"};
    const std::string text = summary(take, Screen{});
    check_screen(text);
    CHECK(contains(text, "NOT VALID: 64 samples were lost"));
    CHECK(contains(text, "clock offset"));
    CHECK(contains(text, "stereo"));
    take.readings[0].details.emplace_back("start", 12639.78);
    take.readings[0].details.emplace_back("start_u", 0.02);
    CHECK(contains(summary(take, Screen{}), "latency (start)"));
    CHECK(contains(summary(take, Screen{}), "12639.780 samples u 0.020"));
    for (int i = 0; i < 40; ++i) take.readings.push_back(take.readings[0]);
    check_screen(summary(take, Screen{}));
}

TEST_CASE("the page is one file that asks for nothing: no address, no script, no source") {
    const std::string page = html(believable_run());
    for (const char* forbidden :
         {"http://", "https://", "src=", "<script", "url(h", "@import", "nan", "inf "})
        CHECK_FALSE(contains(page, forbidden));
    CHECK(contains(page, "default-src 'none'"));
    CHECK(contains(page, "prefers-color-scheme:dark"));
    CHECK(contains(page, "@media print"));
    CHECK(contains(page, "name=\"viewport\""));
    CHECK(contains(page, ">SIMULATED<"));
    CHECK(contains(page, "class=\"ink-both band\""));  // both sides are predicted alike here
    CHECK(contains(page, "ink-left floor"));
    CHECK(contains(page, "<path class=\"ink-right bound\" d=\"M"));
    CHECK(contains(page, "<title id="));
    // FOURPOLE_REPORT_OUT=FILE keeps the page, for eyes.
    if (const char* keep = std::getenv("FOURPOLE_REPORT_OUT")) std::ofstream(keep) << page;
    RunRecord real = believable_run();
    real.simulated = false;
    CHECK_FALSE(contains(html(real), "SIMULATED"));
}

TEST_CASE("the verdict stands before the plots, and the verdict before its reasons") {
    const std::string page = html(believable_run());
    const auto at = [&](const std::string& part) { return page.find(part); };
    CHECK(at("supported</span>") < at("Four poles keep the two sides"));
    CHECK(at("Four poles keep the two sides") < at("is better by"));
    CHECK(at("is better by") < at("Arm <bdi>A"));
}

TEST_CASE("names with tags, quotes, ampersands and direction overrides stay text") {
    const std::string evil = "</title></script><script>alert('1')</script>\"&\xE2\x80\xAE right\xff";
    RunRecord run = believable_run(evil);
    run.arms[0].label = evil;
    run.arms[0].player = evil;
    run.bench = evil;
    run.verdicts[0].statement = evil;
    run.verdicts[0].quote = evil;
    run.limits[0].sentence = evil;
    run.reasons = {evil};
    run.takes[0].reasons = {evil};
    run.takes[0].take_sha256 = evil;
    const std::string page = html(run);
    CHECK_FALSE(contains(page, "<script"));
    CHECK_FALSE(contains(page, "\"&\xE2"));
    CHECK_FALSE(contains(page, "\xff"));
    CHECK(contains(page, "<bdi>&lt;/title&gt;"));
    CHECK(parsed(to_json(run))["bench"].get<std::string>().find("alert") != std::string::npos);
    check_screen(summary(run, Screen{}));
    CHECK_FALSE(contains(summary(run, Screen{}), "\xE2\x80\xAE"));
}

TEST_CASE("an invalid run says so above everything else") {
    RunRecord run = believable_run();
    run.valid = false;
    run.reasons = {"The interface was unplugged."};
    const std::string page = html(run);
    CHECK(page.find("not valid") < page.find("Claims"));
    CHECK(contains(page, "This run is not valid."));
    CHECK(contains(page, "The interface was unplugged."));
    run.valid = true;
    run.complete = false;
    CHECK(contains(html(run), "Stopped before every take"));
}

TEST_CASE("an axis from -88.3 to -31 dB runs from -90 to -30 in steps of 10") {
    const Axis axis = linear_axis(-88.3, -31.0, 6.0);
    CHECK(axis.low == Approx(-90.0));
    CHECK(axis.high == Approx(-30.0));
    CHECK(axis.ticks.size() == 7);
    const Axis narrow = linear_axis(-1.0, -1.0, 6.0);
    CHECK(narrow.low == Approx(-4.0));
    CHECK(narrow.high == Approx(2.0));
    const Axis audio = logarithmic_axis(20.0, 20000.0);
    CHECK(audio.ticks.size() == 10);
    CHECK(audio.ticks.front() == Approx(20.0));
    CHECK(audio.ticks.back() == Approx(20000.0));
}

TEST_CASE("numbers show two digits of their uncertainty: -40.1234 with u 0.0123 is -40.123") {
    CHECK(value_text({std::nullopt, -40.1234, std::nullopt, 0.0123, State::exact}) == "-40.123");
    CHECK(value_text({std::nullopt, -80.12, std::nullopt, 3.0, State::at_most}, "dB") == "at most -80.1 dB");
    CHECK(value_text({std::nullopt, std::nullopt, std::nullopt, std::nullopt, State::not_measured}, "dB") ==
          "not measured");
    CHECK(fixed(-0.001, 2) == "0.00");
    CHECK(hertz_text(12500) == "12.5 kHz");
    CHECK(typeset("-12.5 to -3") == "−12.5 to −3");
    CHECK(typeset("4-pole") == "4-pole");
}

TEST_CASE("text is cut by columns, not by bytes: six wide characters take twelve") {
    CHECK(columns("音声音声音声") == 12);
    CHECK(columns("e\xCC\x81") == 1);
    CHECK(cut("音声音声音声", 8) == "音声音…");
    CHECK(columns(pad_left("ä", 5)) == 5);
    CHECK(harmless("a\x1b[31mb\n") == "a[31mb ");
}

TEST_CASE("a progress bar at a half after 12 s says 50 % and 12 s left in at most 80 columns") {
    const std::string bar = progress_bar("measuring", 0.5, "arm A, take 2 of 3", 12.0, 80, false);
    CHECK(columns(bar) <= 80);
    CHECK(contains(bar, " 50 %"));
    CHECK(contains(bar, "0:12 left"));
    CHECK(contains(bar, "arm A, take 2"));
    CHECK_FALSE(contains(bar, "\x1b"));
    CHECK(contains(progress_bar("measuring", 0.5, "", 12.0, 80, true), "\x1b["));
    CHECK(progress_line("measuring", 0.25, "arm A", 30.0) == "measuring: 25 %, about 1:30 left (arm A)");
    CHECK_FALSE(contains(progress_line("measuring", 0.0, "", 3.0), "left"));
    CHECK(columns(progress_bar(std::string(200, 'w'), 1.5, std::string(200, 's'), 1e9, 40, false)) <= 40);
}

TEST_CASE("without a floor reading the floor comes from u: 0.8686 dB of -60 dB is noise at -80 dB") {
    RunRecord run;
    TakeRecord take;
    take.arm = "A";
    Reading r = curve("crosstalk", Side::left, Side::right);
    r.points = {{100.0, -60.0, std::nullopt, 0.8685889638, State::exact},
                {1000.0, -80.0, std::nullopt, 3.0, State::at_most}};
    take.readings = {r};
    run.takes = {take};
    run.means = over_repeats({take.readings});
    run.mean_arms = {"A"};
    const Plot plot = arm_plot(run, "A", "crosstalk");
    const Trace* floor = nullptr;
    for (const Trace& t : plot.traces)
        if (t.kind == Trace::Kind::floor) floor = &t;
    REQUIRE(floor != nullptr);
    REQUIRE(floor->points.size() == 2);
    CHECK(*floor->points[0].value == Approx(-80.0).margin(1e-6));
    CHECK(*floor->points[1].value == Approx(-80.0));
}
