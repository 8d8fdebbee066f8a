// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/files/read_text.hpp"
#include "rig/json/json.hpp"
#include "rig/model/model.hpp"
#include "rig/profile/load.hpp"
#include "tests/catch.hpp"

#include <filesystem>

using namespace fourpole;

namespace {

constexpr Side L = Side::left, R = Side::right;

/// What each driver gets: {from the left channel, from the right one}, left driver first.
DriverMatrix matrix(double a_l, double a_r, double b_l, double b_r) {
    DriverMatrix m;
    m.from[L] = {{a_l, a_r}};
    m.from[R] = {{b_l, b_r}};
    return m;
}

const Poles trs{{"T", "L+"}, {"R1", "R+"}, {"S", "C"}};
const Poles auvi{{"T", "R-"}, {"R1", "R+"}, {"R2", "L+"}, {"S", "L-"}};
const Poles three{{"T", "aL"}, {"R1", "aR"}, {"S", "G"}};
const Poles auvi_jack{{"T", "aR-"}, {"R1", "aR"}, {"R2", "aL"}, {"S", "aL-"}};

std::string outcome_of(const Poles& plug, const Poles& jack, const Touch& touch) {
    const auto w = wiring(Plug{"plug", "", plug}, Jack{"jack", "", jack}, touch);
    REQUIRE(w.has_value());
    return w->outcome;
}

}  // namespace

TEST_CASE("a driver is silent below 1e-3 and a second channel counts from 15 % of the first") {
    CHECK(driver_label(0.000999, 0.000999) == "silent");
    CHECK(driver_label(0.00101, 0.0) == "+L");
    CHECK(driver_label(0.0, -0.5) == "-R");
    CHECK(driver_label(1.0, 0.149) == "+L");
    CHECK(driver_label(1.0, 0.151) == "+L+R");
    CHECK(driver_label(-0.5, 0.5) == "-L+R");
    CHECK(driver_label(0.5, -0.5) == "+L-R");
    CHECK(driver_label(-0.5, -0.5) == "-L-R");
    // Measured coefficients are complex: the sign is that of the real part.
    CHECK(driver_label(Complex(0.9, 0.2), Complex(-0.9, 0.1)) == "+L-R");
}

TEST_CASE("every row of the table of outcomes has its words") {
    CHECK(wiring_outcome(matrix(0, 0, 0, 0)) == "silence");
    CHECK(wiring_outcome(matrix(0, 0, -1, 1)) == "right side only: difference signal");
    CHECK(wiring_outcome(matrix(1, 1, 0, 0)) == "left side only: sum");
    CHECK(wiring_outcome(matrix(0, 0, 0, -1)) == "right side only: channel -R");
    CHECK(wiring_outcome(matrix(1, -1, 1, -1)) == "difference signal in both");
    CHECK(wiring_outcome(matrix(1, -1, -1, 1)) == "difference signal in both, sides in antiphase");
    CHECK(wiring_outcome(matrix(1, 0, 0, 1)) == "stereo");
    CHECK(wiring_outcome(matrix(-1, 0, 0, -1)) == "stereo, both inverted");
    CHECK(wiring_outcome(matrix(1, 0, 0, -1)) == "stereo, one side inverted");
    CHECK(wiring_outcome(matrix(0, 1, 1, 0)) == "channels swapped");
    CHECK(wiring_outcome(matrix(0, -1, -1, 0)) == "channels swapped, polarity --");
    CHECK(wiring_outcome(matrix(1, 0, 1, 0)) == "mono: channel L in both");
    CHECK(wiring_outcome(matrix(0, 1, 0, -1)) == "mono: channel R in both, sides in antiphase");
    CHECK(wiring_outcome(matrix(1, 1, 1, 1)) == "mono: sum L+R in both");
    CHECK(wiring_outcome(matrix(1, 1, -1, -1)) == "mono: sum L+R in both, sides in antiphase");
    CHECK(wiring_outcome(matrix(1, 0, 1, 1)) == "mixture: left plays +L, right plays +L+R");
}

TEST_CASE("leaks of -6.0 and -9.5 dB are stereo with much crosstalk, rows that are alike within 15 % mono") {
    // c = (0.7 x 0.2 + 0.35 x 0.6) / (0.782624 x 0.632456) = 0.707107: tan 22.5 degrees.
    CHECK(difference_between_sides(matrix(0.7, 0.35, 0.2, 0.6)) == Approx(0.41421356).epsilon(1e-7));
    CHECK(wiring_outcome(matrix(0.7, 0.35, 0.2, 0.6)) == "stereo with much crosstalk");
    CHECK(wiring_outcome(matrix(0.2, 0.6, 0.7, 0.35)) == "channels swapped, with much crosstalk");
    CHECK(wiring_outcome(matrix(0.7, 0.35, -0.2, -0.6)) == "stereo with much crosstalk, one side inverted");
    CHECK(wiring_outcome(matrix(-0.7, 0.35, 0.35, -0.7)) == "stereo with much crosstalk, both inverted");
    // (1 - a) / (1 + a) = 0.15 at a = 0.73913.
    for (const double sign : {1.0, -1.0}) {
        CHECK(difference_between_sides(matrix(1, 0.73913 * sign, 0.73913 * sign, 1)) ==
              Approx(0.15).epsilon(1e-4));
        CHECK(wiring_outcome(matrix(1, 0.73 * sign, 0.73 * sign, 1)) == "stereo with much crosstalk");
        CHECK(wiring_outcome(matrix(1, 0.75 * sign, 0.75 * sign, 1)) ==
              (sign > 0.0 ? "mono: sum L+R in both" : "difference signal in both, sides in antiphase"));
    }
    // How loud a side is, and how one channel is turned, say nothing of what the two share.
    CHECK(wiring_outcome(matrix(0.7, 0.35, 0.07, 0.035)) == "mono: sum L+R in both");
    DriverMatrix turned = matrix(0.7, 0.35, 0.2, 0.6);
    for (const Side s : sides) turned.from[s][R] *= std::polar(1.0, 1.2);
    CHECK(difference_between_sides(turned) == Approx(0.41421356).epsilon(1e-7));
    // Each hears most of the left, and not the same beside it.
    CHECK(wiring_outcome(matrix(1, 0.2, 1, 0.9)) == "mixture: left plays +L+R, right plays +L+R");
    // What a plug that shorts outputs is called stays the table's.
    CHECK(table_outcome(matrix(0.676, 0.207, 0.207, 0.676)) == "mono: sum L+R in both");
}

TEST_CASE("the Auvi order in a 3-pole jack leaves the right driver playing R - L, wherever ground touches") {
    for (const std::vector<std::string>& ground :
         {std::vector<std::string>{"S"}, {"R2"}, {"R2", "S"}, std::vector<std::string>{}}) {
        const Touch touch{{"T", {"T"}}, {"R1", {"R1"}}, {"S", ground}};
        CHECK(outcome_of(auvi, three, touch) == "right side only: difference signal");
    }
    const auto w = wiring(Plug{"auvi", "", auvi}, Jack{"three", "", three},
                          {{"T", {"T"}}, {"R1", {"R1"}}, {"S", {"S"}}});
    REQUIRE(w.has_value());
    CHECK(w->matrix.from[R][R].real() ==
          Approx(16.0 / 18.1).epsilon(1e-8));  // 1 + 1 + 0.05 + 0.05 ohm in series
    CHECK(w->hazards.empty());
    CHECK(w->worst_output.empty());
}

TEST_CASE("a 3-pole plug in an Auvi jack shorts aL to aL-: 476 mA per volt") {
    const Plug plug{"trs", "", trs};
    const Jack jack{"auvi", "", auvi_jack};
    const auto w = wiring(plug, jack, natural_touch(plug, jack));
    REQUIRE(w.has_value());
    REQUIRE(w->hazards.size() == 2);
    // 1 V between the halves; 1 + 1 ohm and two contacts of 0.05: 1 / 2.1 A.
    for (const Short& s : w->hazards) CHECK(s.ampere_per_volt == Approx(1.0 / 2.1).epsilon(1e-6));
    CHECK(w->hazards[0].output == "aL");
    CHECK(w->hazards[1].output == "aL-");
    CHECK(w->outcome == "mono: channel R in both, sides in antiphase");
}

TEST_CASE(
    "segments bridged by a spring that leads nowhere leave L - R in both, through 0.1 ohm of contacts") {
    const Plug plug{"trrs", "", {{"T", "L+"}, {"R1", "R+"}, {"R2", "L-"}, {"S", "R-"}}};
    const auto w =
        wiring(plug, Jack{"three", "", three}, {{"T", {"T"}}, {"R1", {"R1"}}, {"_bridge", {"R2", "S"}}});
    REQUIRE(w.has_value());
    CHECK(w->outcome == "difference signal in both, sides in antiphase");
    CHECK(w->matrix.from[L][L].real() == Approx(16.0 / 34.2).epsilon(1e-6));
}

TEST_CASE("a plug pushed home puts each spring on its segment, and a short plug's sleeve on ring 2's too") {
    const Touch t = natural_touch(Plug{"trs", "", trs}, Jack{"auvi", "", auvi_jack});
    CHECK(t == Touch{{"T", {"T"}}, {"R1", {"R1"}}, {"R2", {"S"}}, {"S", {"S"}}});
    const Touch four = natural_touch(Plug{"auvi", "", auvi}, Jack{"three", "", three});
    CHECK(four == Touch{{"T", {"T"}}, {"R1", {"R1"}}, {"S", {"S"}}});
}

TEST_CASE("a spring, a segment or an output that does not exist is a fault") {
    const Plug plug{"trs", "", trs};
    const Jack jack{"three", "", three};
    const auto no_spring = wiring(plug, jack, {{"R2", {"S"}}});
    REQUIRE_FALSE(no_spring.has_value());
    CHECK(no_spring.error().what.find("no spring R2") != std::string::npos);
    const auto no_segment = wiring(plug, jack, {{"T", {"R2"}}});
    REQUIRE_FALSE(no_segment.has_value());
    CHECK(no_segment.error().what.find("no segment R2") != std::string::npos);
    Circuit c;
    c.plug = plug;
    c.jack = Jack{"auvi", "", auvi_jack};
    for (const Side s : sides) c.drivers[s].coil_resistance_ohm.value = 16.0;
    const auto no_output = wiring(c);
    REQUIRE_FALSE(no_output.has_value());
    CHECK(no_output.error().kind == Fault::Kind::bad_input);
}

TEST_CASE("a wiring reading carries the words, the four coefficients and the shorted outputs") {
    const Plug plug{"trs", "", trs};
    const Jack jack{"auvi", "", auvi_jack};
    const auto w = wiring(plug, jack, natural_touch(plug, jack));
    REQUIRE(w.has_value());
    const Reading r = wiring_reading(*w);
    CHECK(r.name == "wiring");
    REQUIRE(r.detail("outcome") != nullptr);
    CHECK(std::get<std::string>(*r.detail("outcome")) == w->outcome);
    REQUIRE(r.detail("right/from_left") != nullptr);
    CHECK(std::get<Complex>(*r.detail("right/from_left")) == w->matrix.from[R][L]);
    REQUIRE(r.detail("hazards") != nullptr);
    CHECK(std::get<std::vector<std::string>>(*r.detail("hazards")) == std::vector<std::string>{"aL", "aL-"});
}

TEST_CASE("the 31 wiring cases of the truth kit: words, labels, coefficients to 1e-6, shorts") {
    const auto file = std::filesystem::path(FOURPOLE_SHARED) / "truth" / "wiring_truth.json";
    if (!std::filesystem::exists(file)) {
        WARN("SKIPPED: ../shared absent");
        return;
    }
    const auto text = read_text(file, 1 << 20);
    REQUIRE(text.has_value());
    const auto truth = parse_json(*text, "wiring_truth.json");
    REQUIRE(truth.has_value());
    int cases = 0;
    for (const Json& c : truth->at("cases")) {
        const std::string plug = c["plug"], jack = c["jack"];
        INFO(plug << " in " << jack << ", " << c["touch_name"].get<std::string>());
        const auto w =
            wiring(Plug{plug, "", truth->at("plugs").at(plug).get<Poles>()},
                   Jack{jack, "", truth->at("jacks").at(jack).get<Poles>()}, c["touch"].get<Touch>());
        REQUIRE(w.has_value());
        CHECK(w->outcome == c["outcome"].get<std::string>());
        for (const Side s : sides) {
            const Json& driver = c[std::string(name(s)) + "_driver"];
            CHECK(w->labels[s] == driver["label"].get<std::string>());
            CHECK(std::abs(w->matrix.from[s][L] - driver["from_L"].get<double>()) < 1e-6);
            CHECK(std::abs(w->matrix.from[s][R] - driver["from_R"].get<double>()) < 1e-6);
        }
        CHECK(!w->hazards.empty() == c["amplifier_outputs_shorted"].get<bool>());
        const double current = c["short_current_a_per_volt_emf"];
        CHECK(w->worst_ampere_per_volt == Approx(current).epsilon(1e-6));
        CHECK(w->worst_output == (c["worst_output"].is_null() ? "" : c["worst_output"].get<std::string>()));
        ++cases;
    }
    CHECK(cases == 31);
}

TEST_CASE("the netlist of the 3-pole plug in the bridged jack is a hazard of 0.79 A per volt") {
    const auto file =
        std::filesystem::path(FOURPOLE_SHARED) / "truth" / "rigs" / "w07_3pole_plug_in_btl_jack.json";
    if (!std::filesystem::exists(file)) {
        WARN("SKIPPED: ../shared absent");
        return;
    }
    const auto circuit = load_circuit(file);
    REQUIRE(circuit.has_value());
    const auto w = wiring(*circuit);
    REQUIRE(w.has_value());
    CHECK(w->worst_ampere_per_volt == Approx(1.0 / (0.6 + 0.6 + 0.03 + 0.03)).epsilon(1e-6));
    CHECK(w->outcome == "mono: channel R in both, sides in antiphase");
}
