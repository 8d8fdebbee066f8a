// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/model/wiring_reason.hpp"

#include "rig/model/contact_groups.hpp"
#include "rig/profile/load.hpp"
#include "rig/verbs/wiring_picture.hpp"
#include "tests/catch.hpp"

using namespace fourpole;

namespace {

const Plug trs{"trs", "", {{"T", "L+"}, {"R1", "R+"}, {"S", "C"}}};
const Plug auvi{"auvi", "", {{"T", "R-"}, {"R1", "R+"}, {"R2", "L+"}, {"S", "L-"}}};
const Plug hifiman{"hifiman", "", {{"T", "L+"}, {"R1", "R+"}, {"R2", "L-"}, {"S", "R-"}}};
const Plug ctia{"ctia", "", {{"T", "L+"}, {"R1", "R+"}, {"R2", "C"}, {"S", "MIC"}}};
const Jack three{"three", "", {{"T", "aL"}, {"R1", "aR"}, {"S", "G"}}};
const Jack auvi_jack{"auvi jack", "", {{"T", "aR-"}, {"R1", "aR"}, {"R2", "aL"}, {"S", "aL-"}}};
const Jack mixed{"mixed", "", {{"T", "aL"}, {"R1", "aR"}, {"R2", "aR-"}, {"S", "G"}}};

std::string why(const Plug& plug, const Jack& jack, const Touch& touch = {}) {
    const Touch lies = touch.empty() ? natural_touch(plug, jack) : touch;
    const auto w = wiring(plug, jack, lies);
    REQUIRE(w.has_value());
    return wiring_reason(plug, jack, lies, *w);
}

}  // namespace

TEST_CASE("a plug that fits: each driver between the two outputs of its side") {
    CHECK(why(auvi, auvi_jack) ==
          "the left driver lies between L+ and L-, the right driver lies between R+ and R-");
    CHECK(why(trs, three) ==
          "the left driver lies between L and ground, the right driver lies between R and ground");
}

TEST_CASE("a short says which segment and which springs meet, and what that does to the amplifier") {
    CHECK(why(trs, auvi_jack) ==
          "the sleeve touches the springs of L+ and L-, so L+ and L- of the amplifier are shorted together");
    CHECK(why(hifiman, mixed, {{"T", {"T"}}, {"R1", {"R1"}}, {"R2", {"R2", "S"}}, {"S", {"S"}}}) ==
          "ring 2 and the sleeve are bridged by the spring of R- and the sleeve touches the springs of "
          "ground and R-, so R- of the amplifier is shorted to ground");
    CHECK(why(trs, three, {{"T", {"T", "R1"}}, {"R1", {"R1"}}, {"S", {"S"}}}) ==
          "the tip and ring 1 are bridged by the spring of L and ring 1 touches the springs of L and R, so L "
          "and "
          "R of the amplifier are shorted together");
}

TEST_CASE("outputs that meet behind 30 ohm are joined, not shorted: 17 mA per volt") {
    Circuit c;
    c.plug = trs;
    c.jack = three;
    c.touch = {{"T", {"T", "R1"}}, {"R1", {"R1"}}, {"S", {"S"}}};
    c.stage.output_resistance_ohm.value = 30.0;
    for (const Side s : sides) c.drivers[s].coil_resistance_ohm.value = 16.0;
    const auto w = wiring(c);
    REQUIRE(w.has_value());
    CHECK(w->hazards.empty());
    const std::string reason = wiring_reason(c.plug, c.jack, c.touch, *w);
    CHECK(reason.find("L and R of the amplifier are joined together; the left driver lies between the joined "
                      "L and R and ground") != std::string::npos);
}

TEST_CASE("an end in the air, drivers in series, and the microphone's way out have words of their own") {
    CHECK(why(auvi, three) ==
          "the left driver's + end (ring 2) reaches no output, the right driver lies between R and L");
    CHECK(
        why(trs, three, {{"T", {"T"}}, {"R1", {"R1"}}, {"S", {}}}) ==
        "the sleeve, the common return, reaches no output, so the two drivers are in series between L and R");
    CHECK(why(hifiman, three, {{"T", {"T"}}, {"R1", {"R1"}}, {"_bridge", {"R2", "S"}}}) ==
          "ring 2 and the sleeve are joined and reach no output, so the two drivers are in series between L "
          "and R");
    CHECK(why(ctia, three)
              .find("no output but ground through the microphone, so the two drivers are in series") !=
          std::string::npos);
    CHECK(why(trs, three, {{"T", {"S"}}, {"R1", {}}, {"S", {}}})
              .find("the left driver's + end (tip) reaches no output") == 0);
}

TEST_CASE("springs of one output are one conductor, and so are springs that lead nowhere") {
    const Jack grounds{"g", "", {{"T", "aL"}, {"R1", "aR"}, {"R2", "G"}, {"S", "G"}}};
    const auto groups = contact_groups(hifiman, grounds, natural_touch(hifiman, grounds));
    REQUIRE(groups.size() == 3);
    CHECK(groups[2].segments == std::vector<std::string>{"R2", "S"});
    CHECK(groups[2].outputs == std::vector<std::string>{"G"});
    CHECK_FALSE(groups[2].joins_outputs());
    const auto open = contact_groups(hifiman, grounds, {{"_a", {"T"}}, {"_b", {"S"}}, {"T", {"R1"}}});
    REQUIRE(open.size() == 3);
    CHECK(open[0].segments == std::vector<std::string>{"T", "S"});
    CHECK(open[0].outputs.empty());
}

TEST_CASE("the picture of a 4-pole plug in a 3-contact jack, ground on two segments, is this one") {
    const Touch touch{{"T", {"T"}}, {"R1", {"R1"}}, {"S", {"R2", "S"}}};
    const auto w = wiring(hifiman, three, touch);
    REQUIRE(w.has_value());
    CHECK(wiring_picture(hifiman, three, touch, *w, false) ==
          "  plug    hifiman\n"
          "              tip     ring 1    ring 2    sleeve\n"
          "          .---------+---------+---------+---------.\n"
          "          <   L+    |   R+    |   L-    |   R-    )====\n"
          "          '---------+---------+---------+---------'\n"
          "   T  aL  -----o\n"
          "   R1 aR  ---------------o\n"
          "   S  G   -------------------------o---------o\n"
          "  jack    three\n");
}

TEST_CASE("the springs of a short are marked, in red where the terminal has colours") {
    const Touch touch = natural_touch(trs, auvi_jack);
    const auto w = wiring(trs, auvi_jack, touch);
    REQUIRE(w.has_value());
    const std::string plain = wiring_picture(trs, auvi_jack, touch, *w, false);
    CHECK(plain.find("   R2 aL  -------------------------o  shorted\n") != std::string::npos);
    CHECK(plain.find("   S  aL- -------------------------o  shorted\n") != std::string::npos);
    CHECK(plain.find("   R1 aR  ---------------o\n") != std::string::npos);
    CHECK(plain.find('\x1b') == std::string::npos);
    CHECK(wiring_picture(trs, auvi_jack, touch, *w, true).find('\x1b') != std::string::npos);
    const Touch none{{"T", {}}, {"R1", {"R1"}}, {"R2", {}}, {"S", {}}, {"_x", {"T", "R1"}}};
    const auto open = wiring(trs, auvi_jack, none);
    REQUIRE(open.has_value());
    const std::string picture = wiring_picture(trs, auvi_jack, none, *open, false);
    CHECK(picture.find("   T  aR- touches nothing\n") != std::string::npos);
    CHECK(picture.find("   bridge -----o---------o\n") != std::string::npos);
}
