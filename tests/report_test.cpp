// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/compare/beside.hpp"
#include "rig/compare/comparison.hpp"
#include "rig/json/json.hpp"
#include "rig/report/key_figures.hpp"
#include "rig/report/markup.hpp"
#include "rig/report/numbers.hpp"
#include "rig/report/plot.hpp"
#include "rig/report/progress.hpp"
#include "rig/report/record.hpp"
#include "rig/report/summary.hpp"
#include "rig/report/terminal_text.hpp"
#include "rig/report/write_run.hpp"
#include "rig/verdict/judge.hpp"
#include "tests/catch.hpp"

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

using namespace fourpole;

namespace {

// A believable run made of closed forms: arm A has separate returns (crosstalk through the
// contacts only), arm B shares one (crosstalk 28 dB higher), with ripple where takes differ.

constexpr int points = 121;
double hz(int i) { return 20.0 * std::pow(1000.0, i / double(points - 1)); }

double response_db(int i) {
    return -1.2 + 1.6 * std::exp(-std::pow(std::log(hz(i) / 90.0), 2)) - std::pow(hz(i) / 30e3, 2);
}

double crosstalk_db(int i, bool shared) {
    const double floor_of_contacts = -67.0 + 7.0 * std::log(hz(i) / 1000.0) / 3.0;
    return shared ? -36.0 + 1.5 * std::exp(-std::pow(std::log(hz(i) / 90.0), 2)) : floor_of_contacts;
}

Reading curve(const std::string& name, Side from, Side to) {
    Reading r;
    r.name = name;
    r.unit = "dB";
    r.definition = name + ".sweep@1";
    r.from = from;
    r.to = to;
    r.curve = true;
    r.calibration = "nominal";
    return r;
}

Readings readings_of_take(bool shared, int take, double model_error_db) {
    Readings out;
    for (const Side from : sides) {
        Reading response = curve("response", from, from), crosstalk = curve("crosstalk", from, other(from));
        Reading floor = curve("crosstalk_floor", from, other(from));
        for (int i = 0; i < points; ++i) {
            const double wobble = 0.02 * std::sin(3.7 * i + take) + (from == Side::left ? 0.1 : -0.1);
            response.points.push_back(
                {hz(i), response_db(i) + wobble, 3.0 * std::sin(0.1 * i), 0.01, State::exact});
            const double floor_db = -88.0 + 22.0 * std::exp(-(hz(i) - 20.0) / 90.0);
            const double level = crosstalk_db(i, shared) + 8.0 * wobble + 0.3 * take + model_error_db;
            const bool buried = level < floor_db + 6.0;
            crosstalk.points.push_back({hz(i), buried ? floor_db + 6.0 : level, 170.0, buried ? 3.0 : 0.05,
                                        buried ? State::at_most : State::exact});
            floor.points.push_back({hz(i), floor_db, std::nullopt, std::nullopt, State::exact});
        }
        out.push_back(response);
        out.push_back(crosstalk);
        out.push_back(floor);
    }
    Reading ppm;
    ppm.name = "clock_offset";
    ppm.unit = "ppm";
    ppm.definition = "clock_offset.chirps@1";
    ppm.points = {{std::nullopt, 37.0021 + 0.0004 * take, std::nullopt, 0.0008, State::exact}};
    out.push_back(ppm);
    Reading wiring;
    wiring.name = "wiring";
    wiring.definition = "wiring.matrix@1";
    wiring.points = {Point{}};
    wiring.details = {{"outcome", std::string("stereo")}, {"from_left", std::complex<double>(0.87, -0.01)}};
    out.push_back(wiring);
    return out;
}

ArmPrediction predicted(const std::string& arm, bool shared) {
    ArmPrediction p;
    p.arm = arm;
    p.sha256 = std::string(64, arm == "A" ? 'a' : 'b');
    for (const Reading& r : readings_of_take(shared, 0, 0.0)) {
        if (r.name != "response" && r.name != "crosstalk") continue;
        Reading nominal = r;
        std::vector<double> low, high;
        for (int i = 0; i < points; ++i) {
            Point& q = nominal.points[static_cast<std::size_t>(i)];
            const double half = r.name == "response" ? 0.5 : 3.0 + hz(i) / 8000.0;
            q.value = r.name == "response" ? response_db(i) : crosstalk_db(i, shared);
            q.u = half / 1.96;
            q.state = State::exact;
            low.push_back(*q.value - half);
            high.push_back(*q.value + half);
        }
        p.readings.push_back(nominal);
        p.low.push_back(low);
        p.high.push_back(high);
    }
    return p;
}

ClaimUse separation_claim() {
    ClaimUse use;
    use.claim.id = "separation";
    use.claim.statement = "Four poles keep the two sides further apart than three.";
    use.claim.quote = "with the extra pole the stereo image simply opens up";
    use.claim.quote_where = "a forum post of 2003";
    use.claim.reading = "crosstalk";
    use.claim.band_from_hz = 200.0;
    use.claim.band_to_hz = 10000.0;
    use.claim.lower_is_better = true;
    use.claim.smallest_difference = 10.0;
    use.a = "A";
    use.b = "B";
    return use;
}

ClaimUse mating_claim() {
    ClaimUse use;
    use.claim.id = "mating";
    use.claim.statement = "An ordinary plug in the four-pole jack still plays stereo.";
    use.claim.reading = "wiring";
    use.claim.rule = Claim::Rule::outcome_is_one_of;
    use.claim.outcomes = {"stereo"};
    use.a = "B";
    return use;
}

void add_arm(RunRecord& run, const std::string& id, const std::string& label, bool shared,
             std::vector<ArmTakes>& all) {
    run.arms.push_back({id, label, "sharp_md_dr7", std::string(64, 'c'),
                        shared ? "mx300_3pole" : "mx300_4pole", std::string(64, 'd'), "stereo"});
    run.predictions.push_back(predicted(id, shared));
    ArmTakes judged{id, label, {}, {}};
    for (int take = 1; take <= 3; ++take) {
        TakeRecord record;
        record.arm = id;
        record.repeat = take;
        record.take_sha256 = std::string(62, 'e') + id + std::to_string(take);
        record.programme_id = run.programme_id;
        record.programme_sha256 = run.programme_sha256;
        record.bench = run.bench;
        record.simulated = run.simulated;
        record.calibration = "nominal";
        record.rate_hz = 48000.0;
        record.frames = 336000;
        record.readings = readings_of_take(shared, take, shared ? 0.9 : -0.8);
        judged.takes.push_back(record.readings);
        run.takes.push_back(record);
    }
    for (const Repeated& mean : over_repeats(judged.takes)) {
        run.means.push_back(mean);
        run.mean_arms.push_back(id);
        const ArmPrediction& p = run.predictions.back();
        for (std::size_t i = 0; i < p.readings.size(); ++i)
            if (p.readings[i].same_quantity(mean.mean))
                run.beside.push_back(beside(id, mean.mean, p.readings[i], p.low[i], p.high[i]));
    }
    all.push_back(judged);
}

RunRecord believable_run(const std::string& name = "Sharp MD-DR7: four poles against three") {
    RunRecord run;
    run.session_id = "md_dr7_4pole_vs_3pole";
    run.session_name = name;
    run.session_sha256 = std::string(64, '1');
    run.programme_id = "sweep-v1";
    run.programme_sha256 = std::string(64, '2');
    run.bench = "simulated";
    run.simulated = true;
    run.seed = 7;
    std::vector<ArmTakes> arms;
    add_arm(run, "A", "MD-DR7, 4-pole plug, separate returns", false, arms);
    add_arm(run, "B", "MD-DR7, 3-pole plug, shared return", true, arms);
    run.verdicts = {judge(separation_claim(), arms), judge(mating_claim(), arms)};
    run.limits.push_back(
        {"crosstalk", "A", "crosstalk of A at 1 kHz is -67.4 dB, at most -60 dB allowed", false, true});
    run.limits.push_back({"response", "B", "response of B at 15 kHz was not measured", false, false});
    return run;
}

Json parsed(const std::string& text) { return Json::parse(text); }

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> out;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) out.push_back(line);
    return out;
}

void check_screen(const std::string& text) {
    INFO(text);
    const auto lines = lines_of(text);
    CHECK(lines.size() <= 24);
    for (const std::string& line : lines) {
        INFO(line);
        CHECK(columns(line) <= 80);
    }
}

/// A folder of its own that goes away again.
struct Scratch {
    std::filesystem::path path = std::filesystem::temp_directory_path() / "fourpole report test ä";
    Scratch() { std::filesystem::remove_all(path); }
    ~Scratch() { std::filesystem::remove_all(path); }
};

std::string text_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("a take's record carries what the contract promises beside its readings") {
    const Json j = parsed(to_json(believable_run().takes[0]));
    CHECK(j["schema"] == "fourpole/record@1");
    CHECK(j["kind"] == "take");
    CHECK(j["valid"] == true);
    CHECK(j["simulated"] == true);
    CHECK(j["bench"] == "simulated");
    CHECK(j["calibration"] == "nominal");
    CHECK(j["take_sha256"].get<std::string>().size() == 64);
    CHECK(j["programme_sha256"] == std::string(64, '2'));
    CHECK(j.contains("program_version"));
    CHECK(j.contains("git_revision"));
    CHECK(j["readings"].size() == 8);
}

TEST_CASE("a curve is four arrays of 121 and one state, or one state a point where they differ") {
    const Json readings = parsed(to_json(believable_run().takes[0]))["readings"];
    const Json& response = readings[0];
    CHECK(response["name"] == "response");
    CHECK(response["from"] == "left");
    CHECK(response["to"] == "left");
    for (const char* key : {"frequency_hz", "value", "phase_deg", "u"}) CHECK(response[key].size() == points);
    CHECK(response["unit"] == "dB");
    CHECK(response["state"] == "exact");
    CHECK(response["definition"] == "response.sweep@1");
    const Json& crosstalk = readings[1];
    REQUIRE(crosstalk["state"].is_array());
    CHECK(crosstalk["state"].size() == points);
    CHECK(crosstalk["state"][0] == "at_most");
    CHECK(crosstalk["state"][points - 1] == "exact");
    CHECK_FALSE(readings[2].contains("phase_deg"));
    CHECK(readings[2]["u"][0].is_null());
}

TEST_CASE("a scalar has its keys, unknown is null and details are keys of their own") {
    TakeRecord take;
    Reading tone;
    tone.name = "crosstalk";
    tone.from = Side::left;
    tone.to = Side::right;
    tone.unit = "dB";
    tone.definition = "crosstalk.selective@1";
    tone.points = {{1000.0, -40.12, 179.8, 0.004, State::exact}};
    tone.details = {{"from_left", std::complex<double>(0.5, -0.25)},
                    {"events", std::vector<Discontinuity>{{Discontinuity::Kind::lost, 64, 96000}}},
                    {"hazards", std::vector<std::string>{"aR-"}},
                    {"count", std::int64_t{3}},
                    {"outcome", std::string("stereo")},
                    {"value", 99.0}};
    Reading unknown;
    unknown.name = "clock_offset";
    unknown.unit = "ppm";
    unknown.order = 2;
    unknown.side = Side::right;
    unknown.points = {{std::nullopt, std::nullopt, std::nullopt, std::nullopt, State::not_measured}};
    take.readings = {tone, unknown};
    take.valid = false;
    take.reasons = {"64 samples were lost at sample 96000"};
    const Json j = parsed(to_json(take));
    CHECK(j["valid"] == false);
    CHECK(j["reasons"][0] == "64 samples were lost at sample 96000");
    const Json& a = j["readings"][0];
    CHECK(a["frequency_hz"] == 1000.0);
    CHECK(a["value"] == -40.12);
    CHECK(a["phase_deg"] == 179.8);
    CHECK(a["u"] == 0.004);
    CHECK(a["state"] == "exact");
    CHECK(a["from_left"]["re"] == 0.5);
    CHECK(a["from_left"]["im"] == -0.25);
    CHECK(a["events"][0]["kind"] == "lost");
    CHECK(a["events"][0]["count"] == 64);
    CHECK(a["events"][0]["at_sample"] == 96000);
    CHECK(a["hazards"][0] == "aR-");
    CHECK(a["outcome"] == "stereo");
    const Json& b = j["readings"][1];
    CHECK(b["value"].is_null());
    CHECK(b["u"].is_null());
    CHECK(b["state"] == "not_measured");
    CHECK(b["side"] == "right");
    CHECK(b["order"] == 2);
    CHECK_FALSE(b.contains("frequency_hz"));
    CHECK_FALSE(b.contains("from"));
}

TEST_CASE("a run's record has every reading in one list: 6 takes of 8 and 16 means, each with its arm") {
    const std::string text = to_json(believable_run());
    CHECK_FALSE(contains(text, "nan"));
    CHECK_FALSE(contains(text, "inf,"));
    const Json j = parsed(text);
    CHECK(j["kind"] == "run");
    REQUIRE(j["readings"].size() == 64);
    int takes = 0, means = 0;
    for (const Json& r : j["readings"]) {
        CHECK((r["arm"] == "A" || r["arm"] == "B"));
        takes += r.contains("take");
        means += r.contains("mean");
        CHECK(r.contains("take") != r.contains("mean"));
    }
    CHECK(takes == 48);
    CHECK(means == 16);
    CHECK(j["predictions"][0]["sha256"] == std::string(64, 'a'));
    CHECK(j["predictions"][0]["readings"][0]["low"].size() == points);
    CHECK(j["takes"].size() == 6);
    CHECK(j["arms"][1]["earphone_sha256"] == std::string(64, 'd'));
    CHECK(j["beside"].size() == 8);
    CHECK(j["beside"][0]["z"].size() == points);
    CHECK(j["beside"][0]["state"] == "model holds");
    CHECK(j["verdicts"][0]["answer"] == "supported");
    CHECK(j["verdicts"][0]["difference"]["value"].get<double>() < -20.0);
    CHECK(j["limits"][1]["tested"] == false);
    CHECK(j["seed"] == 7);
}

TEST_CASE("the same run gives the same bytes twice, in JSON and in HTML") {
    CHECK(to_json(believable_run()) == to_json(believable_run()));
    CHECK(html(believable_run()) == html(believable_run()));
}

TEST_CASE("a prediction's text does not hold its own hash, which is taken over it") {
    ArmPrediction p = predicted("A", false);
    const std::string before = to_json(p);
    p.sha256 = std::string(64, 'f');
    CHECK(to_json(p) == before);
    CHECK(parsed(before)["readings"][1]["high"].size() == points);
}

TEST_CASE("the summary fits 24 lines of 80 columns and says SIMULATED, the figures and the verdicts") {
    const std::string text = summary(believable_run(), false);
    check_screen(text);
    CHECK(contains(text, "SIMULATED"));
    CHECK(contains(text, "supported"));
    CHECK(contains(text, "crosstalk left → right 1 kHz"));
    CHECK(contains(text, "37.0029"));
    CHECK(contains(text, "needs 10"));
    CHECK_FALSE(contains(text, "\x1b"));
    CHECK(contains(summary(believable_run(), true), "\x1b["));
}

TEST_CASE("the summary still fits with 5 arms, 14 claims, 9 limits, 5 reasons and names 200 columns wide") {
    RunRecord run = believable_run(std::string(120, 'x') + "音声音声音声音声音声");
    for (int i = 0; i < 3; ++i) run.arms.push_back(run.arms[0]);
    for (int i = 0; i < 12; ++i) run.verdicts.push_back(run.verdicts[0]);
    for (int i = 0; i < 7; ++i) run.limits.push_back(run.limits[0]);
    for (int i = 0; i < 5; ++i)
        run.reasons.push_back("a take of arm A lost 64 samples: " + std::string(100, 'y'));
    run.valid = false;
    const std::string text = summary(run, false);
    check_screen(text);
    CHECK(contains(text, "NOT VALID"));
    CHECK(contains(text, "more in the report"));
}

TEST_CASE("the summary of a run without anything in it is short and does not fall over") {
    check_screen(summary(RunRecord{}, false));
    CHECK(contains(html(RunRecord{}), "</html>"));
    CHECK(parsed(to_json(RunRecord{}))["readings"].empty());
}

TEST_CASE("the summary of a take names its readings, why it is not valid, and fits the screen") {
    TakeRecord take = believable_run().takes[0];
    take.valid = false;
    take.reasons = {"64 samples were lost"};
    const std::string text = summary(take, false);
    check_screen(text);
    CHECK(contains(text, "NOT VALID: 64 samples were lost"));
    CHECK(contains(text, "clock offset"));
    CHECK(contains(text, "stereo"));
    for (int i = 0; i < 40; ++i) take.readings.push_back(take.readings[0]);
    check_screen(summary(take, false));
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
    check_screen(summary(run, false));
    CHECK_FALSE(contains(summary(run, false), "\xE2\x80\xAE"));
}

TEST_CASE("an invalid run says so above everything else") {
    RunRecord run = believable_run();
    run.valid = false;
    run.reasons = {"The interface was unplugged."};
    const std::string page = html(run);
    CHECK(page.find("not valid") < page.find("Claims"));
    CHECK(contains(page, "The interface was unplugged."));
    run.valid = true;
    run.complete = false;
    CHECK(contains(html(run), "Stopped before every take"));
}

TEST_CASE("write_run leaves record.json and report.html, also under a name with blanks and umlauts") {
    const Scratch scratch;
    const RunRecord run = believable_run();
    REQUIRE(write_run(scratch.path / "run 1", run).has_value());
    CHECK(text_of(scratch.path / "run 1" / "record.json") == to_json(run));
    CHECK(text_of(scratch.path / "run 1" / "report.html") == html(run));
    std::ofstream(scratch.path / "a file") << "x";
    const auto refused = write_run(scratch.path / "a file", run);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().kind == Fault::Kind::bad_input);
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
