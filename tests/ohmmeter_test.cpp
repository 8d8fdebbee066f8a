// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/verbs/ohmmeter_text.hpp"
#include "tests/catch.hpp"

#include <cmath>

using namespace fourpole;

namespace {

constexpr Side L = Side::left, R = Side::right;
using Verdict = ReturnTest::Verdict;

const Plug trs{"trs", "", {{"T", "L+"}, {"R1", "R+"}, {"S", "C"}}};
const Plug auvi{"auvi", "", {{"T", "R-"}, {"R1", "R+"}, {"R2", "L+"}, {"S", "L-"}}};

ReturnTest test(const Plug& plug, const std::string& readings, const std::string& u = "") {
    const auto parsed = parse_ohmmeter(readings, u);
    REQUIRE(parsed.has_value());
    const auto out = test_returns(plug, *parsed);
    INFO((out ? "" : out.error().what));
    REQUIRE(out.has_value());
    return *out;
}

std::string refusal(const Plug& plug, const std::string& readings, const std::string& u = "") {
    const auto parsed = parse_ohmmeter(readings, u);
    if (!parsed) {
        CHECK(parsed.error().kind == Fault::Kind::bad_input);
        return parsed.error().where + ": " + parsed.error().what;
    }
    const auto out = test_returns(plug, *parsed);
    REQUIRE_FALSE(out.has_value());
    CHECK(out.error().kind == Fault::Kind::bad_input);
    return out.error().what;
}

bool holds(const std::string& text, const std::string& words) {
    return text.find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("five published earphones: shared 0, 1.4, 0.5, 0.1 and -0.05 ohm, and the verdicts that follow") {
    // monoadc, entry 115, read to 0.1 ohm: left-ground, right-ground, left-right.
    struct Row {
        const char* readings;
        double shared;
        Verdict verdict;
    };
    for (const Row& row : {Row{"T-S=15.0,R1-S=15.0,T-R1=30.0", 0.0, Verdict::separate},
                           {"T-S=33.6,R1-S=36.3,T-R1=67.1", 1.4, Verdict::shared},
                           {"T-S=27.4,R1-S=27.4,T-R1=53.8", 0.5, Verdict::shared},
                           {"T-S=23.5,R1-S=23.3,T-R1=46.6", 0.1, Verdict::shared},
                           {"T-S=17.0,R1-S=17.0,T-R1=34.1", -0.05, Verdict::separate}}) {
        INFO(row.readings);
        const ReturnTest t = test(trs, row.readings);
        REQUIRE(t.shared_ohm.has_value());
        CHECK(*t.shared_ohm == Approx(row.shared).margin(1e-9));
        CHECK(t.verdict == row.verdict);
        // The last digit alone: 0.1 / sqrt(12) each, times sqrt(3) / 2.
        CHECK(*t.u_shared_ohm == Approx(0.025).epsilon(1e-9));
    }
}

TEST_CASE("ER-4PT: drivers of 23.4 and 23.2 ohm, 0.1 ohm shared, -47.4 dB on a player of 0 ohm") {
    const ReturnTest t = test(trs, "T-S=23.5,R1-S=23.3,T-R1=46.6", "0.01");
    CHECK(*t.driver_ohm[L] == Approx(23.4).epsilon(1e-9));
    CHECK(*t.driver_ohm[R] == Approx(23.2).epsilon(1e-9));
    CHECK(*t.u_shared_ohm == Approx(0.01 * std::sqrt(3.0) / 2.0).epsilon(1e-9));
    REQUIRE(t.leak_ratio[L].has_value());
    // Left driven: 0.1 || 23.2 over 23.4 = 0.0042551; right driven: 0.1 || 23.4 over 23.2.
    CHECK(*t.leak_ratio[L] == Approx(0.1 * 23.2 / 23.3 / 23.4).epsilon(1e-9));
    CHECK(*t.leak_ratio[R] == Approx(0.1 * 23.4 / 23.5 / 23.2).epsilon(1e-9));
    CHECK(t.sentence.find("shared return") == 0);
}

TEST_CASE("covariances are exact: unequal uncertainties 0.02, 0.03 and 0.04 ohm by hand") {
    const ReturnTest t = test(trs, "T-S=20.00,R1-S=21.00,T-R1=40.00", "T-S=0.02,S-R1=0.03,T-R1=0.04");
    // shared = (a + b - c) / 2, left = (a - b + c) / 2, right = (-a + b + c) / 2
    const double a = 0.02 * 0.02, b = 0.03 * 0.03, c = 0.04 * 0.04;
    CHECK(*t.shared_ohm == Approx(0.5).epsilon(1e-12));
    CHECK(t.covariance[0][0] == Approx((a + b + c) / 4).epsilon(1e-12));
    CHECK(t.covariance[0][1] == Approx((a - b - c) / 4).epsilon(1e-12));
    CHECK(t.covariance[0][2] == Approx((-a + b - c) / 4).epsilon(1e-12));
    CHECK(t.covariance[1][2] == Approx((-a - b + c) / 4).epsilon(1e-12));
    CHECK(*t.u_driver_ohm[L] == Approx(std::sqrt((a + b + c) / 4)).epsilon(1e-12));
}

TEST_CASE("0.1 ohm shared with u = 0.05 a reading is not decided: 0.1 +- 0.085 holds 0.05") {
    const ReturnTest t = test(trs, "T-S=23.5,R1-S=23.3,T-R1=46.6", "0.05");
    CHECK(t.verdict == Verdict::not_decided);
    CHECK(holds(t.sentence, "not decided between a shared return and separate ones"));
    CHECK(holds(t.sentence, "0.100 ohm +- 0.085 ohm"));
}

TEST_CASE("four poles that do not conduct across have separate returns, each loop its driver") {
    const ReturnTest t = test(auvi, "T-R1=32.1,R2-S=32.4,T-R2=open,T-S=OL,R1-R2=2e6,R1-S=open", "0.1");
    CHECK(t.verdict == Verdict::separate);
    CHECK(*t.shared_ohm == 0.0);
    CHECK(*t.driver_ohm[R] == 32.1);
    CHECK(*t.driver_ohm[L] == 32.4);
    CHECK(*t.u_driver_ohm[L] == 0.1);
    CHECK_FALSE(t.between_returns_ohm.has_value());
}

TEST_CASE("four poles on one cable of 3 wires: 0.4 ohm shared, returns joined through 0.06 ohm") {
    // 16 and 17 ohm to the split, 0.4 ohm on, then 0.03 ohm to each of the two return poles.
    const ReturnTest t =
        test(auvi, "T-R1=17.43,R2-S=16.43,T-R2=16.43,S-R1=17.43,R1-R2=33.00,T-S=0.06", "0.005");
    CHECK(*t.shared_ohm == Approx(0.4).epsilon(1e-9));
    CHECK(t.verdict == Verdict::shared);
    CHECK(*t.driver_ohm[L] == Approx(16.03).epsilon(1e-9));
    REQUIRE(t.between_returns_ohm.has_value());
    CHECK(*t.between_returns_ohm == Approx(0.06));
    CHECK(holds(t.sentence, "bridge-tied output must never see"));
    // Joined at the plug only, the returns share nothing: 17 + 0.06 and 16 + 0.06 across.
    const ReturnTest at_plug =
        test(auvi, "T-R1=17.00,R2-S=16.00,T-R2=16.06,S-R1=17.06,R1-R2=33.06,T-S=0.06", "0.005");
    CHECK(*at_plug.shared_ohm == Approx(0.0).margin(1e-9));
    CHECK(at_plug.verdict == Verdict::separate);
    CHECK(at_plug.between_returns_ohm.has_value());
}

TEST_CASE("an open coil is named, and nothing is said about the return") {
    const ReturnTest t = test(trs, "T-S=open,R1-S=23.3,T-R1=open");
    CHECK(t.verdict == Verdict::not_decided);
    CHECK_FALSE(t.shared_ohm.has_value());
    CHECK_FALSE(t.driver_ohm[L].has_value());
    CHECK(*t.driver_ohm[R] == 23.3);
    CHECK(holds(t.sentence, "nothing conducts between T and S, so the left driver"));
}

TEST_CASE("readings that cannot be are refused with the pair and what is allowed") {
    CHECK(holds(refusal(trs, "T-S=23.5,R1-S=23.3"), "found no reading T-R1"));
    CHECK(holds(refusal(trs, "T-S=23.5,R1-S=23.3,T-R2=46.6"), "has no segment R2"));
    CHECK(holds(refusal(trs, "T-S=23.5,S-T=23.3,T-R1=46.6"), "found two readings"));
    CHECK(holds(refusal(trs, "T-T=23.5,R1-S=23.3,T-R1=46.6"), "one segment twice"));
    CHECK(holds(refusal(trs, "T-S=-1,R1-S=23.3,T-R1=46.6"), "negative"));
    CHECK(holds(refusal(trs, "T-S=nan,R1-S=23.3,T-R1=46.6"), "found \"nan\""));
    CHECK(holds(refusal(trs, "T-S=1,5,R1-S=23.3,T-R1=46.6"), "found \"5\""));
    CHECK(holds(refusal(trs, "T=23"), "SEGMENT-SEGMENT=OHM"));
    CHECK(holds(refusal(trs, "T-S=23.5,R1-S=23.3,T-R1=46.6", "-1"), "--ohmmeter-u"));
    CHECK(holds(refusal(trs, "T-S=23.5,R1-S=23.3,T-R1=46.6", "T-R2=1"), "a pair that --ohmmeter names"));
    CHECK(holds(refusal(trs, "T-S=23.5,R1-S=23.3,T-R1=open"), "one reading across is open"));
    // 10 + 10 - 30 is 10 ohm below zero.
    CHECK(holds(refusal(trs, "T-S=10.0,R1-S=10.0,T-R1=30.0"), "contradict each other"));
}

TEST_CASE("an uncertainty that is not given is half of the last digit, rectangular") {
    const auto r = parse_ohmmeter("T-S=23.5,R1-S=23,T-R1=4.660e1,R2-S=open", "");
    REQUIRE(r.has_value());
    CHECK((*r)[0].u_ohm == Approx(0.1 / std::sqrt(12.0)).epsilon(1e-12));
    CHECK((*r)[1].u_ohm == Approx(1.0 / std::sqrt(12.0)).epsilon(1e-12));
    CHECK((*r)[2].u_ohm == Approx(0.01 / std::sqrt(12.0)).epsilon(1e-12));
    CHECK_FALSE((*r)[3].ohm.has_value());
}
