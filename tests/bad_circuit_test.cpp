// SPDX-License-Identifier: GPL-3.0-or-later
// Circuits as files: what is read, and what no bench could build is refused in a sentence.
#include "rig/profile/load.hpp"
#include "tests/bare_circuits.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <numbers>

using namespace fourpole;

namespace {

namespace fs = std::filesystem;

const char* const whole = R"({
 "source": {"kind": "single-ended", "emf_v": 1, "output_resistance_ohm": 4},
 "contacts": {"tip_ohm": 0, "ring1_ohm": 0, "ring2_ohm": 0, "sleeve_ohm": 0},
 "cable": {"kind": "separate returns", "left_signal_ohm": 0, "right_signal_ohm": 0,
           "left_return_ohm": 0, "right_return_ohm": 0},
 "driver_left": {"coil_resistance_ohm": 16},
 "driver_right": {"coil_resistance_ohm": 16}
})";

/// The file above with `old` replaced, read.
Result<Circuit> with(const std::string& old, const std::string& replacement) {
    std::string text = whole;
    const auto at = text.find(old);
    REQUIRE(at != std::string::npos);
    text.replace(at, old.size(), replacement);
    const auto folder =
        fs::temp_directory_path() / ("fourpole_bad_circuit_test_" + std::to_string(::getpid()));
    fs::create_directories(folder);
    std::ofstream(folder / "rig.json") << text;
    auto circuit = load_circuit(folder / "rig.json");
    fs::remove_all(folder);
    return circuit;
}

std::string refusal(const std::string& old, const std::string& replacement) {
    const auto circuit = with(old, replacement);
    REQUIRE_FALSE(circuit.has_value());
    CHECK(circuit.error().kind == Fault::Kind::bad_input);
    return circuit.error().what;
}

bool says(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

const std::string one_driver = R"("driver_left": {"coil_resistance_ohm": 16})";
const std::string cable_end = R"("right_return_ohm": 0})";

}  // namespace

TEST_CASE("wires' henries, couplings and a split at 0.9 of 1.2 m are read from the cable's keys") {
    const auto c = with(cable_end, R"("right_return_ohm": 0, "left_signal_h": 1e-6, "right_signal_h": 2e-6,
        "left_return_h": 3e-6, "right_return_h": 4e-6, "signal_to_return_coupling": 0.5,
        "left_to_right_signal_coupling": 0.4, "left_to_right_return_coupling": 0.3,
        "signal_to_other_return_coupling": 0.2, "length_m": 1.2, "split_at_m": 0.9})");
    if (!c) FAIL(c.error().what);
    CHECK(c->cable.signal_h[Side::left].value == 1e-6);
    CHECK(c->cable.signal_h[Side::right].value == 2e-6);
    CHECK(c->cable.return_h[Side::left].value == 3e-6);
    CHECK(c->cable.return_h[Side::right].value == 4e-6);
    CHECK(c->cable.signal_to_return_coupling.value == 0.5);
    CHECK(c->cable.signal_to_signal_coupling.value == 0.4);
    CHECK(c->cable.return_to_return_coupling.value == 0.3);
    CHECK(c->cable.signal_to_other_return_coupling.value == 0.2);
    REQUIRE(c->cable.split.has_value());
    CHECK(c->cable.split->shared() == Approx(0.75).epsilon(1e-15));
}

TEST_CASE("Leach's and Wright's laws are read, one a driver") {
    const auto leach = with(
        one_driver,
        R"("driver_left": {"coil_resistance_ohm": 16, "leach_inductance": {"k_ohm_at_1_rad_s": 0.02, "exponent": 0.6}})");
    if (!leach) FAIL(leach.error().what);
    CHECK(leach->drivers[Side::left].leach_inductance->k_ohm_at_1_rad_s.value == 0.02);
    CHECK(leach->drivers[Side::left].leach_inductance->exponent.value == 0.6);
    const std::string wright =
        R"("wright_inductance": {"kr_ohm_at_1_rad_s": 0.01, "xr": 0.5, "kx_ohm_at_1_rad_s": 0.02, "xx": 0.7})";
    const auto read = with(one_driver, R"("driver_left": {"coil_resistance_ohm": 16, )" + wright + "}");
    if (!read) FAIL(read.error().what);
    const WrightInductance& law = *read->drivers[Side::left].wright_inductance;
    CHECK(law.kr_ohm_at_1_rad_s.value == 0.01);
    CHECK(law.xr.value == 0.5);
    CHECK(law.kx_ohm_at_1_rad_s.value == 0.02);
    CHECK(law.xx.value == 0.7);
    CHECK(
        says(refusal(one_driver,
                     R"("driver_left": {"coil_resistance_ohm": 16, "lossy_inductance": {"inductance_h": 1e-5,
                       "parallel_resistance_ohm": 9}, )" +
                         wright + "}"),
             "/driver_left: found 2 laws of lossy inductance; allowed: one of"));
    CHECK(says(refusal(one_driver, R"("driver_left": {"coil_resistance_ohm": 16, "leach_inductance":
        {"k_ohm_at_1_rad_s": 0.02, "exponent": {"value": 0.9, "tolerance": 0.2}}})"),
               "/driver_left/leach_inductance/exponent: found 0.9 with a tolerance of 0.2"));
    CHECK(says(refusal(one_driver, R"("driver_left": {"coil_resistance_ohm": 16, "leach_inductance":
        {"k_ohm_at_1_rad_s": 0.02, "exponent": 1.2}})"),
               "/driver_left/leach_inductance/exponent: found 1.2; allowed: "));
}

TEST_CASE("a fixture is read with its taps, relays, resistors and load bank") {
    const auto c = with("\"source\"", R"("fixture": {
        "relay_contacts": {"tip_ohm": 0.1, "ring1_ohm": 0.2, "ring2_ohm": 0.3, "sleeve_ohm": 0.4},
        "sense_resistors": {"tip_ohm": 1, "ring1_ohm": 1, "ring2_ohm": 0, "sleeve_ohm": 0},
        "jack_contacts": {"tip_ohm": 0.03, "ring1_ohm": 0.03, "ring2_ohm": 0.03, "sleeve_ohm": 0.05},
        "taps": {"resistance_ohm": 1e5, "capacitance_f": 1e-10, "ground_link_ohm": 2},
        "load_bank": {"switched": "beside the earphone", "left_ohm": 32, "right_ohm": 33,
                      "relay_contact_ohm": 0.07, "relay_open_f": 1e-12}}, "source")");
    if (!c) FAIL(c.error().what);
    const FixtureCircuit& x = *c->fixture;
    CHECK(x.relay_ohm.ring2_ohm.value == 0.3);
    CHECK(x.sense_ohm.ring1_ohm.value == 1.0);
    CHECK(x.jack_ohm.sleeve_ohm.value == 0.05);
    CHECK(x.tap_resistance_ohm->value == 1e5);
    CHECK(x.tap_capacitance_farad.value == 1e-10);
    CHECK(x.ground_link_ohm->value == 2.0);
    CHECK(x.load_bank->switched == LoadBank::Switched::beside);
    CHECK(x.load_bank->resistance_ohm[Side::right].value == 33.0);
    CHECK(x.load_bank->relay_contact_ohm.value == 0.07);
    CHECK(x.load_bank->relay_open_farad.value == 1e-12);
    const auto in_place =
        with("\"source\"", R"("fixture": {"load_bank": {"switched": "in place of the earphone",
        "left_ohm": 12, "right_ohm": 12}}, "source")");
    if (!in_place) FAIL(in_place.error().what);
    CHECK(solved_at(*in_place, 1000.0).voltage[Side::left][Side::left].real() == Approx(0.75).epsilon(1e-11));
    CHECK(says(refusal("\"source\"", R"("fixture": {"taps": {"resistance_ohm": 0}}, "source")"),
               "/fixture/taps/resistance_ohm: found 0; allowed: a number > 0"));
}

TEST_CASE("negative and zero resistances are refused where they stand, with the bound") {
    CHECK(says(refusal("\"output_resistance_ohm\": 4", "\"output_resistance_ohm\": -4"),
               "/source/output_resistance_ohm: found -4; allowed: a number >= 0"));
    CHECK(says(refusal(one_driver, R"("driver_left": {"coil_resistance_ohm": 0})"),
               "/driver_left/coil_resistance_ohm: found 0; allowed: a number > 0"));
    CHECK(says(refusal(one_driver, R"("driver_left": {"coil_resistance_ohm": 16, "lossy_inductance":
        {"inductance_h": 1e-5, "parallel_resistance_ohm": 0}})"),
               "/driver_left/lossy_inductance/parallel_resistance_ohm: found 0; allowed: a number > 0"));
    CHECK(says(refusal(one_driver, R"("driver_left": {"coil_resistance_ohm": 16, "parallel_branches":
        [{"resistance_ohm": 0}]})"),
               "/driver_left/parallel_branches: found a branch of 0 ohm"));
    CHECK(says(refusal("\"tip_ohm\": 0", "\"tip_ohm\": -0.03"), "/contacts/tip_ohm: found -0.03"));
}

TEST_CASE("an unknown contact is refused with the nearest known one") {
    CHECK(says(refusal("\"ring1_ohm\"", "\"ring4_ohm\""), "/contacts/ring4_ohm: found the unknown key"));
    CHECK(says(refusal("\"source\"", R"("touch": {"R4": ["T"]}, "source")"),
               "/touch/R4: found the unknown key"));
    CHECK(says(refusal("\"source\"", R"("touch": {"T": ["R4"]}, "source")"), "/touch/T/0: found \"R4\""));
    Circuit c = three_pole(16.0);
    c.jack.springs["R4"] = "aL";
    const auto solved = solve(c, std::array{1000.0});
    REQUIRE_FALSE(solved.has_value());
    CHECK(says(solved.error().what, "the unknown contact R4; allowed: T, R1, R2, R3 or S"));
}

TEST_CASE("a plug with five poles in a jack of four contacts is refused in a sentence") {
    Circuit c = bridged(16.0);
    c.plug.segments["R3"] = "C";
    const auto solved = solve(c, std::array{1000.0});
    REQUIRE_FALSE(solved.has_value());
    CHECK(solved.error().kind == Fault::Kind::bad_input);
    CHECK(says(solved.error().what, "a plug of 5 poles does not go into a jack of 4 contacts"));
    const auto file =
        fs::temp_directory_path() / ("fourpole_six_poles_" + std::to_string(::getpid()) + ".json");
    std::ofstream(file) << R"({"schema": "fourpole/plug@1", "id": "five", "segments":
        {"T": "L+", "R1": "L-", "R2": "R+", "R3": "R-", "R4": "MIC", "S": "C"}})";
    const auto plug = load_plug(file.string());
    REQUIRE_FALSE(plug.has_value());
    CHECK(says(plug.error().what, "/segments/R4: found the unknown key \"R4\"; allowed: "));
    fs::remove(file);
}

TEST_CASE("couplings, splits and tolerances that no wire can have are refused where they stand") {
    CHECK(says(refusal(cable_end, R"("right_return_ohm": 0, "signal_to_return_coupling": 1})"),
               "/cable/signal_to_return_coupling: found 1; allowed: "));
    CHECK(says(refusal(cable_end, R"("right_return_ohm": 0, "signal_to_return_coupling": 0.9,
        "left_to_right_signal_coupling": 0.9})"),
               "/cable: found couplings that no wires can have at once"));
    CHECK(says(refusal(cable_end, R"("right_return_ohm": 0, "signal_to_return_coupling":
        {"value": 0.9, "tolerance": 0.2}})"),
               "/cable/signal_to_return_coupling/tolerance: found 0.2"));
    CHECK(says(refusal(cable_end, R"("right_return_ohm": 0, "length_m": 1.2})"),
               "/cable/split_at_m: found nothing"));
    CHECK(says(refusal(cable_end, R"("right_return_ohm": 0, "length_m": 1.2, "split_at_m": 1.3})"),
               "/cable/split_at_m: found 1.3; allowed: from 0, the plug, to length_m, the drivers"));
}

TEST_CASE("a singular circuit is explained by the node that floats, or by what is 0 ohm there") {
    // A leak of 1e300 ohm is none beside a driver: both ends of the left one hang in the air.
    Circuit c = bridged(16.0);
    c.touch = {{"R1", {"R1"}}, {"R2", {"R2"}}};
    c.leakage_ohm = 1e300;
    const auto floating = solve(c, std::array{1000.0});
    REQUIRE_FALSE(floating.has_value());
    CHECK(floating.error().kind == Fault::Kind::bad_input);
    CHECK(says(floating.error().what, "no single solution at 1000 Hz: the left driver's + end floats there"));
    // 1 ohm of coil and of capacitor in a branch without loss: a short at their resonance.
    const double w = 2.0 * std::numbers::pi * 1024.0;
    c = three_pole(16.0);
    c.stage.output_inductance_h = figure(0.5);
    c.stage.coupling_capacitance_f = figure(2.0 / (w * w));
    const auto resonant = solve(c, std::array{1024.0});
    if (!resonant) CHECK(says(resonant.error().what, "a part is 0 ohm there"));
    CHECK(solve(c, std::array{1000.0}).has_value());
}

TEST_CASE("what a flat circuit says twice must be the same: words and parts, a resonance, no spring at all") {
    CHECK(says(refusal(one_driver, one_driver + R"(, "wiring": "TRS in AK-order BTL jack", "plug": "trs")"),
               "/wiring: found \"TRS in AK-order BTL jack\" beside plug or jack"));
    CHECK(says(refusal(one_driver, one_driver + R"(, "touch": {})"), "/touch: found no spring at all"));
    const auto resonance = [](const char* hz) {
        return R"("driver_left": {"coil_resistance_ohm": 16, "resonances": [{"resistance_ohm": 10,
            "inductance_h": 0.001, "capacitance_f": 0.0001, "mechanical_q": 3.162, "resonance_hz": )" +
               std::string(hz) + "}]}";
    };
    CHECK(with(one_driver, resonance("503.3")).has_value());
    CHECK(says(refusal(one_driver, resonance("95")), "that are not those of L, C and R (503"));
    CHECK(says(refusal(cable_end, R"("right_return_ohm": 0, "signal_to_return_coupling": 0.5})"),
               "a coupling of wires that have no inductance"));
}

TEST_CASE("a shared return finds no ground at a bridged source, and says what would do") {
    const std::string cable =
        R"("cable": {"kind": "separate returns", "left_signal_ohm": 0, "right_signal_ohm": 0,
           "left_return_ohm": 0, "right_return_ohm": 0})";
    std::string text = whole;
    text.replace(text.find(cable), cable.size(),
                 R"("cable": {"kind": "shared return", "left_signal_ohm": 0.5, "right_signal_ohm": 0.5,
                     "common_return_ohm": 0.1})");
    const std::string source =
        R"("source": {"kind": "single-ended", "emf_v": 1, "output_resistance_ohm": 4})";
    text.replace(text.find(source), source.size(),
                 R"("source": {"kind": "btl", "emf_differential_v": 1, "half_bridge_resistance_ohm": 1})");
    CHECK(says(refusal(whole, text), "a shared return at a bridged source, which has no ground for it"));
}
