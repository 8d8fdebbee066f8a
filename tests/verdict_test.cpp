// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/verdict/judge.hpp"
#include "tests/catch.hpp"

#include <string>
#include <vector>

using namespace fourpole;
using Answer = Verdict::Answer;

namespace {

ClaimUse separation() {
    ClaimUse use;
    use.claim.id = "separation";
    use.claim.statement = "Four poles keep the sides further apart than three.";
    use.claim.reading = "crosstalk";
    use.claim.band_from_hz = 100.0;
    use.claim.band_to_hz = 10000.0;
    use.claim.lower_is_better = true;
    use.claim.smallest_difference = 10.0;
    use.a = "A";
    use.b = "B";
    return use;
}

ClaimUse mating() {
    ClaimUse use;
    use.claim.id = "mating";
    use.claim.reading = "wiring";
    use.claim.rule = Claim::Rule::outcome_is_one_of;
    use.claim.outcomes = {"stereo", "mono"};
    use.a = "A";
    return use;
}

/// One take per value; both directions of the crosstalk are that many dB.
ArmTakes arm(const std::string& id, const std::vector<double>& db, State state = State::exact,
             double u = 0.0) {
    ArmTakes out{id, "arm " + id, {}, {}};
    for (const double value : db) {
        Readings take;
        for (const Side from : sides) {
            Reading r;
            r.name = "crosstalk";
            r.unit = "dB";
            r.from = from;
            r.to = other(from);
            r.curve = true;
            r.points = {{1000.0, value, std::nullopt, u, state}, {2000.0, value, std::nullopt, u, state}};
            take.push_back(r);
        }
        out.takes.push_back(take);
    }
    return out;
}

ArmTakes heard(const std::vector<std::string>& words) {
    ArmTakes out{"A", "4-pole plug in a 3-pole jack", {}, {}};
    for (const std::string& w : words) {
        Reading r;
        r.name = "wiring";
        r.points = {Point{}};
        r.details = {{"outcome", w}};
        out.takes.push_back({r});
    }
    return out;
}

Verdict judged(const ArmTakes& a, const ArmTakes& b) { return judge(separation(), std::vector{a, b}); }

bool says(const Verdict& v, const std::string& words) { return v.sentence.find(words) != std::string::npos; }

}  // namespace

TEST_CASE("28 dB better where 10 dB are needed supports the claim, with the interval in the sentence") {
    // A: -40 +- 1 (s) over 3 takes, B: -12 +- 1: u = sqrt(2/3) = 0.816, dof 4, t = 2.776: +- 2.267 dB
    const Verdict v = judged(arm("A", {-39, -40, -41}), arm("B", {-11, -12, -13}));
    CHECK(v.answer == Answer::supported);
    REQUIRE(v.difference);
    CHECK(*v.difference->value == Approx(-28.0));
    CHECK(v.difference->high == Approx(-28.0 + 2.267).margin(1e-3));
    INFO(v.sentence);
    CHECK(says(v, "A is better by 28.00 dB"));
    CHECK(says(v, "95 % interval 25.73 to 30.27 dB, 3 takes of each"));
    CHECK(says(v, "mean from 100 Hz to 10 kHz"));
    CHECK(says(v, "10 dB"));
    CHECK_FALSE(v.n_that_would_decide);
    CHECK(v.arms == std::vector<std::string>{"A", "B"});
}

TEST_CASE("5 dB better where 10 dB are needed refutes it, and so does 28 dB worse") {
    CHECK(judged(arm("A", {-16, -17, -18}), arm("B", {-11, -12, -13})).answer == Answer::refuted);
    CHECK(judged(arm("B", {-11, -12, -13}), arm("A", {-39, -40, -41})).answer == Answer::supported);
    CHECK(judged(arm("A", {-11, -12, -13}), arm("B", {-39, -40, -41})).answer == Answer::refuted);
}

TEST_CASE("an interval over the threshold is undecided and 9 takes per arm would decide") {
    // d = 11, gap 1, s = 1 in both: t(2n-2) sqrt(2/n) < 1: n = 8: 2.1448 * 0.5 = 1.072; n = 9: 2.1199 *
    // 0.4714 = 0.9993
    const Verdict v = judged(arm("A", {-22, -23, -24}), arm("B", {-11, -12, -13}));
    CHECK(v.answer == Answer::undecided);
    REQUIRE(v.n_that_would_decide);
    CHECK(*v.n_that_would_decide == 9);
    CHECK(says(v, "about 9 takes per arm would decide"));
}

TEST_CASE("no number of takes decides what stands right on the threshold or is buried in type B") {
    const Verdict on_it = judged(arm("A", {-21, -22, -23}), arm("B", {-11, -12, -13}));
    CHECK(on_it.answer == Answer::undecided);
    CHECK_FALSE(on_it.n_that_would_decide);
    // 1.96 * hypot(0.8, 0.8) = 2.2 > 1
    const Verdict buried =
        judged(arm("A", {-23, -23, -23}, State::exact, 0.8), arm("B", {-12, -12, -12}, State::exact, 0.8));
    CHECK(buried.answer == Answer::undecided);
    CHECK_FALSE(buried.n_that_would_decide);
}

TEST_CASE("a floor in arm A can support but not refute, a floor in arm B can refute but not support") {
    const std::vector<double> low{-79, -80, -81}, high{-11, -12, -13}, near{-15, -16, -17};
    const Verdict supported = judged(arm("A", low, State::at_most), arm("B", high));
    CHECK(supported.answer == Answer::supported);
    // 2.776 (4 degrees of freedom) x sqrt(2/3) below 68: what holds, not the figure in the middle.
    CHECK(says(supported, "better by at least 65.73 dB (95 % confidence"));
    CHECK(supported.brief.starts_with("at least 65.73 dB better"));
    CHECK(says(supported, "instrument's floor"));
    const Verdict not_refuted = judged(arm("A", near, State::at_most), arm("B", high));
    CHECK(not_refuted.answer == Answer::undecided);
    CHECK_FALSE(not_refuted.n_that_would_decide);
    CHECK(judged(arm("A", near), arm("B", high, State::at_most)).answer == Answer::refuted);
    CHECK(judged(arm("A", low), arm("B", high, State::at_most)).answer == Answer::undecided);
}

TEST_CASE("floors in both arms measure nothing, and the sentence says so") {
    const Verdict v = judged(arm("A", {-80, -80}, State::at_most), arm("B", {-80, -80}, State::at_most));
    CHECK(v.answer == Answer::not_measured);
    CHECK(says(v, "difference is unknown"));
    CHECK(v.brief ==
          "both means are bounds only: all points are at the instrument's floor in A, all points are in B");
    // One point of four is enough to make the mean a bound: that is not said of all of them.
    ArmTakes one = arm("A", {-80, -80, -80, -80});
    one.takes.front().front().points.front().state = State::at_most;
    const Verdict part = judged(one, arm("B", {-80, -80}, State::at_most));
    CHECK(part.answer == Answer::not_measured);
    CHECK(says(part, "% of the points are at the instrument's floor"));
    CHECK_FALSE(says(part, "100 %"));
}

TEST_CASE("a missing arm, a missing reading and an invalid take are not measured, each with its reason") {
    const ArmTakes good = arm("A", {-40, -40});
    const Verdict absent = judge(separation(), std::vector{good});
    CHECK(absent.answer == Answer::not_measured);
    CHECK(says(absent, "no take of B"));
    ArmTakes invalid{"B", "arm B", {}, {"64 samples were lost at 1.2 s."}};
    const Verdict refused = judged(good, invalid);
    CHECK(refused.answer == Answer::not_measured);
    CHECK(says(refused, "64 samples were lost"));
    ArmTakes otherwise{"B", "arm B", {}, {}, "relay stuck: the route did not switch"};
    const Verdict elsewhere = judged(good, otherwise);
    CHECK(elsewhere.answer == Answer::not_measured);
    CHECK(says(elsewhere, "B (arm B) cannot be judged: relay stuck"));
    const Verdict unread = judged(good, heard({"stereo"}));
    CHECK(unread.answer == Answer::not_measured);
    ClaimUse alone = separation();
    alone.b.clear();
    CHECK(judge(alone, std::vector{good}).answer == Answer::not_measured);
    const Verdict no_band = judged(good, arm("B", {-12, -12}, State::not_measured));
    CHECK(no_band.answer == Answer::not_measured);
}

TEST_CASE("one take of each is judged by its own uncertainty and the sentence warns of it") {
    const Verdict v = judged(arm("A", {-40}, State::exact, 0.1), arm("B", {-12}, State::exact, 0.1));
    CHECK(v.answer == Answer::supported);
    CHECK(says(v, "rests on one take of each (n = 1): no scatter is known"));
    const Verdict mixed = judged(arm("A", {-39, -40, -41}), arm("B", {-12}, State::exact, 0.1));
    CHECK(says(mixed, "Of B this rests on one take (n = 1)"));
    CHECK_FALSE(says(judged(arm("A", {-39, -40}), arm("B", {-11, -12})), "n = 1"));
}

TEST_CASE("words that begin as the claim says support it in every take, refute it in none, else nothing") {
    const auto answer = [](const std::vector<std::string>& words) {
        return judge(mating(), std::vector{heard(words)}).answer;
    };
    CHECK(answer({"stereo", "stereo, both inverted"}) == Answer::supported);
    CHECK(answer({"silence", "right side only: difference signal"}) == Answer::refuted);
    CHECK(answer({"anything but stereo"}) == Answer::refuted);
    CHECK(answer({"stereo", "silence"}) == Answer::undecided);
    CHECK(answer({}) == Answer::not_measured);
    const Verdict v = judge(mating(), std::vector{heard({"right side only: difference signal"})});
    CHECK(says(v, "right side only: difference signal"));
    CHECK(says(v, "one of \"stereo\", \"mono\""));
    CHECK(says(v, "rests on one take (n = 1)"));
}
