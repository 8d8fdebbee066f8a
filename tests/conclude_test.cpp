// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/flow/conclude.hpp"
#include "rig/flow/limits.hpp"
#include "rig/profile/load.hpp"
#include "tests/catch.hpp"

#include <algorithm>
#include <filesystem>
#include <string_view>

using namespace fourpole;

namespace {

Session shipped() {
    auto s =
        load_session(std::filesystem::path(FOURPOLE_SOURCE) / "profiles/sessions/md_dr7_4pole_vs_3pole.json");
    REQUIRE(s.has_value());
    return std::move(*s);
}

TakeRecord take(const std::string& arm, int repeat, double crosstalk_db, bool valid) {
    TakeRecord out;
    out.arm = arm;
    out.repeat = repeat;
    out.valid = valid;
    if (!valid) out.reasons = {"lost frames"};
    Reading r{.name = "crosstalk",
              .unit = "dB",
              .definition = "crosstalk.sweep@1",
              .from = Side::left,
              .to = Side::right};
    r.curve = true;
    for (const double f : {200.0, 1000.0, 5000.0})
        r.points.push_back({f, crosstalk_db, 180.0, 0.1, State::exact});
    out.readings.push_back(std::move(r));
    return out;
}

const Repeated& mean_of(const RunRecord& record, std::string_view arm) {
    for (std::size_t i = 0; i < record.means.size(); ++i)
        if (record.mean_arms[i] == arm) return record.means[i];
    FAIL("no mean of arm " << arm);
    return record.means.front();
}

}  // namespace

TEST_CASE("an invalid take of -20 dB leaves the mean of -50 and -52 dB at -51 dB", "[flow]") {
    const RunRecord record =
        conclude(shipped(), {"test", true, 1, ""}, {},
                 {take("A", 3, -20.0, false), take("A", 2, -52.0, true), take("A", 1, -50.0, true)});
    CHECK_FALSE(record.valid);
    CHECK_FALSE(record.complete);
    CHECK(exit_code(record) == 3);
    CHECK(record.takes.front().repeat == 1);  // sorted, whatever the order they came in
    const Repeated& r = mean_of(record, "A");
    CHECK(r.takes.size() == 2);
    CHECK(*r.mean.points[1].value == Approx(-51.0).margin(1e-12));
}

TEST_CASE("a limit of -40 dB: -51 is inside, -39 outside, a bound of -39 neither", "[flow]") {
    Session session = shipped();
    session.limits = {{"crosstalk", "A", std::nullopt, -40.0, 100.0, 10000.0}};
    const auto held = [&](double db, State state) {
        TakeRecord t = take("A", 1, db, true);
        for (Point& p : t.readings[0].points) p.state = state;
        const RunRecord record = conclude(session, {"test", true, 1, ""}, {}, {t});
        REQUIRE(record.limits.size() == 1);
        return record.limits[0];
    };
    CHECK(held(-51.0, State::exact).tested);
    CHECK_FALSE(held(-51.0, State::exact).failed);
    CHECK(held(-39.0, State::exact).failed);
    CHECK_FALSE(held(-39.0, State::at_most).tested);
    CHECK_FALSE(held(-39.0, State::at_most).failed);
    CHECK(held(-45.0, State::at_most).tested);
}

TEST_CASE("an arm of which only leakage arrives hears silence in the run", "[flow]") {
    const auto arm_c = [](double dbv) {
        TakeRecord t;
        t.arm = "C";
        t.repeat = 1;
        t.valid = true;
        Reading wiring{.name = "wiring", .definition = "wiring.matrix_1khz@2"};
        wiring.points.push_back({.at = 1000.0});
        wiring.details = {{"outcome", std::string("stereo")}};
        for (const std::string driver : {"left", "right"})
            for (const std::string channel : {"left", "right"})
                wiring.details.emplace_back(driver + "/from_" + channel,
                                            std::complex<double>(driver == channel ? 1.0 : 0.0));
        t.readings.push_back(std::move(wiring));
        for (const Side s : sides) {
            Reading r{.name = "transfer", .unit = "dBV", .from = s, .to = s};
            r.curve = true;
            r.points.push_back({1000.0, dbv, 0.0, 0.1, State::exact});
            t.readings.push_back(std::move(r));
        }
        ArmPrediction expected;
        expected.arm = "C";
        Reading words{.name = "wiring"};
        words.details = {{"outcome", std::string("stereo")}};
        expected.readings.push_back(std::move(words));
        expected.low.emplace_back(), expected.high.emplace_back(), expected.three_sigma.emplace_back();
        return conclude(shipped(), {"test", true, 1, ""}, {expected}, {t});
    };
    const auto heard = [](const RunRecord& record) {
        return std::get<std::string>(*mean_of(record, "C").mean.detail("outcome"));
    };
    const auto mating = [](const RunRecord& record) {
        for (const Verdict& v : record.verdicts)
            if (v.claim_id == "mating") return v;
        return Verdict{};
    };
    CHECK(heard(arm_c(-20.0)) == "stereo");
    CHECK(mating(arm_c(-20.0)).answer == Verdict::Answer::refuted);
    // That may be the lead: silence that nobody predicted supports no claim about plugs.
    const RunRecord silent = arm_c(-110.0);
    CHECK(heard(silent) == "silence");
    CHECK(mating(silent).answer == Verdict::Answer::not_measured);
    CHECK(mating(silent).sentence.find("quiet player or unplugged earphone") != std::string::npos);
}

TEST_CASE("crosstalk of -98 dB through an interface of -100 +- 6 dB is a bound in the run", "[flow]") {
    // 10^(-98/20) + 10^(-94/20)
    const auto mean_at = [](double db) {
        const RunRecord record = conclude(shipped(), {"test", true, 1, ""}, {}, {take("A", 1, db, true)});
        return mean_of(record, "A").mean.points[1];
    };
    CHECK(mean_at(-98.0).state == State::at_most);
    CHECK(*mean_at(-98.0).value == Approx(-89.753).margin(0.01));
    CHECK(mean_at(-50.0).state == State::exact);
}

TEST_CASE("without the interface's crosstalk_db -60 dB is at most -53.98 dB and decides nothing", "[flow]") {
    Session session = shipped();
    std::vector<TakeRecord> takes;
    for (const int repeat : {1, 2, 3, 4, 5})
        for (const auto& [arm, db] : {std::pair{"A", -60.0}, std::pair{"B", -20.0}})
            takes.push_back(take(arm, repeat, db, true));
    const auto separation = [&](const RunRecord& record) {
        for (const Verdict& v : record.verdicts)
            if (v.claim_id.find("separat") != std::string::npos) return v.answer;
        FAIL("no claim about separation");
        return Verdict::Answer::not_measured;
    };
    const RunRecord known = conclude(session, {"test", true, 1, ""}, {}, takes);
    CHECK(separation(known) == Verdict::Answer::supported);
    CHECK(*mean_of(known, "A").mean.points[1].value == Approx(-60.0).margin(1e-9));

    session.interface.crosstalk_db.reset();
    const RunRecord record = conclude(session, {"test", true, 1, ""}, {}, takes);
    const Point& p = mean_of(record, "A").mean.points[1];
    CHECK(p.state == State::at_most);
    CHECK(*p.value == Approx(-60.0 + 6.0206).margin(1e-4));
    CHECK(separation(record) != Verdict::Answer::supported);
    CHECK(separation(record) != Verdict::Answer::refuted);
    const auto told = std::count_if(record.reasons.begin(), record.reasons.end(), [](const std::string& r) {
        return r.find("states no crosstalk_db") != std::string::npos;
    });
    CHECK(told == 1);
}
