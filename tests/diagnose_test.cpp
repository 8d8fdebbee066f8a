// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/flow/diagnose.hpp"

#include "rig/model/fault_hypotheses.hpp"
#include "rig/profile/load.hpp"
#include "rig/units.hpp"
#include "tests/catch.hpp"

#include <algorithm>
#include <cmath>

using namespace fourpole;

namespace {

Arm arm_of(const std::string& id, const std::string& player, const std::string& earphone) {
    Arm arm;
    arm.id = id;
    const auto p = load_player(player);
    const auto e = load_earphone(earphone);
    REQUIRE(p.has_value());
    REQUIRE(e.has_value());
    const auto circuit = compose(*p, *e);
    REQUIRE(circuit.has_value());
    arm.circuit = *circuit;
    return arm;
}

/// A run in which arm A was predicted as its circuit says, and measured as `heard`, u = 0.01 dB.
RunRecord run_of(const Arm& arm, const Wiring& heard, bool with_u) {
    RunRecord run;
    run.arms.push_back({arm.id, "", "", "", "", "", ""});
    const auto expected = wiring(arm.circuit);
    REQUIRE(expected.has_value());
    ArmPrediction prediction;
    prediction.arm = arm.id;
    prediction.readings.push_back(wiring_reading(*expected));
    run.predictions.push_back(std::move(prediction));
    TakeRecord take;
    take.arm = arm.id;
    take.repeat = 1;
    take.readings.push_back(wiring_reading(heard));
    for (const Side from : sides)
        for (const Side to : sides) {
            Reading r;
            r.name = "transfer";
            r.from = from;
            r.to = to;
            Point p{
                .at = 1000.0,
                .value = AmplitudeRatio{std::max(std::abs(heard.matrix.from[to][from]), 1e-9)}.decibels()};
            if (with_u) p.u = 0.01;
            r.points.push_back(p);
            take.readings.push_back(r);
        }
    run.takes.push_back(take);
    return run;
}

bool holds(const std::string& text, const std::string& words) {
    return text.find(words) != std::string::npos;
}

}  // namespace

TEST_CASE(
    "a diagnosis ends with the likeliest fault of the arm's circuit, a plug of the other arm among them") {
    const std::vector<Arm> arms{arm_of("A", "ak100", "sennheiser_mx300"),
                                arm_of("B", "sharp_md_dr7", "mx300_clone_4pole")};
    // Arm B's earphone in arm A's player: right plays R - L.
    Circuit wrong = arms[0].circuit;
    wrong.plug = arms[1].circuit.plug;
    wrong.cable = arms[1].circuit.cable;
    wrong.touch = natural_touch(wrong.plug, wrong.jack);
    const auto heard = wiring(wrong);
    REQUIRE(heard.has_value());
    REQUIRE(heard->outcome == "right side only: difference signal");
    const auto said = diagnose(run_of(arms[0], *heard, true), arms);
    REQUIRE(said.size() == 1);
    CHECK(holds(said[0].sentence,
                "arm A: predicted \"stereo\", measured \"right side only: difference signal\": "));
    CHECK(holds(said[0].sentence, "wrong plug: the plug is \"trrs_r-r+l+l-\", not \"trs\""));
    CHECK(said[0].other_circuit);
}

TEST_CASE("without uncertainties or circuits a diagnosis stays what the words alone say") {
    const std::vector<Arm> arms{arm_of("A", "ak100", "sennheiser_mx300")};
    Circuit open = arms[0].circuit;
    open.cable.common_return_ohm.value = 1e9;
    const auto heard = wiring(open);
    REQUIRE(heard.has_value());
    const auto blind = diagnose(run_of(arms[0], *heard, false), arms);
    REQUIRE(blind.size() == 1);
    CHECK(holds(blind[0].sentence, "open return: the common return is broken"));
    CHECK_FALSE(holds(blind[0].sentence, "tell apart"));
    CHECK_FALSE(holds(diagnose(run_of(arms[0], *heard, true))[0].sentence, "tell apart"));
    // Ranked by the circuit, the usual cause gives way: two answers to one question are none.
    const std::string ranked = diagnose(run_of(arms[0], *heard, true), arms)[0].sentence;
    CHECK(holds(ranked, "tell apart: open return: the common return is open"));
    CHECK_FALSE(holds(ranked, "is broken"));
}
