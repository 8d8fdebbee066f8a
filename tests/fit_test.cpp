// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/files/read_text.hpp"
#include "rig/fit/circuit_fit.hpp"
#include "rig/fit/combinations.hpp"
#include "rig/fit/elements.hpp"
#include "rig/fit/fit_json.hpp"
#include "rig/model/model.hpp"
#include "tests/bare_circuits.hpp"
#include "tests/shared_data.hpp"

#include <cmath>
#include <sstream>
#include <string_view>

using namespace fourpole;

namespace {

constexpr Side L = Side::left, R = Side::right;
using Kind = Observation::Kind;

/// 3 poles, 16 ohm of plain resistance a side: everything about it can be worked out by hand.
Circuit resistive() {
    Circuit c;
    c.name = "resistive";
    c.stage.output_resistance_ohm = figure(1.5);
    c.stage.ground_path_ohm = figure(0.02);
    c.contacts = {figure(0.03), figure(0.03), figure(0.03), figure(0.03)};
    for (const Side s : sides) {
        c.cable.signal_ohm[s] = figure(0.4);
        c.cable.return_ohm[s] = figure(0.1);
        c.drivers[s].coil_resistance_ohm = figure(16.0);
    }
    c.cable.common_return_ohm = figure(0.25);
    c.plug = {"trs", "", {{"T", "L+"}, {"R1", "R+"}, {"S", "C"}}};
    c.jack = {"three", "", {{"T", "aL"}, {"R1", "aR"}, {"S", "G"}}};
    return c;
}

/// PHYSICS 1.2, equal legs: own voltage Zd (Zs + Zg) / (Zs (Zs + 2 Zg)) and the other's
/// -Zd Zg / (Zs (Zs + 2 Zg)), with Zs = 18.03 ohm of leg and driver and Zg = 0.3 ohm of return.
constexpr double leg_ohm = 2.03, driver_ohm = 16.0, shared_ohm = 0.3;
double own_voltage() {
    const double zs = leg_ohm + driver_ohm;
    return driver_ohm * (zs + shared_ohm) / (zs * (zs + 2 * shared_ohm));
}
double other_voltage() {
    const double zs = leg_ohm + driver_ohm;
    return -driver_ohm * shared_ohm / (zs * (zs + 2 * shared_ohm));
}

/// The four transfers at three frequencies, by the formula, each with a relative u of 1e-5.
Observed by_formula() {
    Observed o;
    for (const Side from : sides)
        for (const Side to : sides)
            for (const double f : {100.0, 1000.0, 10000.0}) {
                const double v = from == to ? own_voltage() : other_voltage();
                o.points.push_back({Kind::transfer, from, to, f, v, 1e-5 * std::abs(v), false});
            }
    return o;
}

FitOrder order_for(const Circuit& circuit, std::vector<std::string> free,
                   std::vector<std::string> fixed = {}) {
    FitOrder order;
    order.circuit = circuit;
    order.free = std::move(free);
    order.fixed = std::move(fixed);
    return order;
}

const std::vector<std::string> bench_known{"gain", "delay_s", "interface.crosstalk"};

CircuitFit fitted(const FitOrder& order, const Observed& observed) {
    const auto fit = fit_circuit(order, observed);
    if (!fit) FAIL(fit.error().what);
    return *fit;
}

const Unknown& unknown(const CircuitFit& fit, std::string_view name) {
    for (const Unknown& u : fit.unknowns)
        if (u.name == name) return u;
    FAIL("no unknown " << name);
    return fit.unknowns.front();
}

std::string all_sentences(const CircuitFit& fit) {
    std::string out;
    for (const auto& s : what_cannot_be_known(fit)) out += s + "\n";
    return out;
}

std::vector<std::vector<double>> rows_of(const std::string& file) {
    const auto text = read_text(shared(file), 1 << 20);
    REQUIRE(text.has_value());
    std::vector<std::vector<double>> rows;
    std::istringstream lines(*text);
    std::string line;
    std::getline(lines, line);
    while (std::getline(lines, line)) {
        std::vector<double> row;
        std::istringstream cells(line);
        for (std::string cell; std::getline(cells, cell, ',');) row.push_back(std::stod(cell));
        rows.push_back(row);
    }
    return rows;
}

Json truth_of(const std::string& set) {
    const auto text = read_text(shared("truth/identify/identify.json"), 1 << 20);
    REQUIRE(text.has_value());
    return parse_json(*text, "identify.json")->at(set);
}

Circuit rig_r07() {
    auto circuit = load_circuit(shared("truth/rigs/r07_cap220u_3pole_32ohm.json"));
    REQUIRE(circuit.has_value());
    return *circuit;
}

Observed transfer_r07() {
    Observed o;
    for (const auto& row : rows_of("truth/identify/transfer_r07.csv")) {
        o.points.push_back({Kind::transfer, L, L, row[0], {row[1], row[2]}, 3e-5, false});
        o.points.push_back({Kind::transfer, L, R, row[0], {row[3], row[4]}, 3e-6, false});
    }
    return o;
}

}  // namespace

TEST_CASE(
    "from the voltages of a 3-pole earphone come back 1.5 ohm of output and 0.25 ohm of common return") {
    Circuit start = resistive();
    start.stage.output_resistance_ohm.value = 4.0;
    start.cable.common_return_ohm.value = 1.0;
    const auto fit =
        fitted(order_for(start, {"output_resistance_ohm", "common_return_ohm"}, bench_known), by_formula());
    CHECK(fit.numbers.converged);
    CHECK(unknown(fit, "source.output_resistance_ohm").value == Approx(1.5).epsilon(1e-7));
    CHECK(unknown(fit, "cable.common_return_ohm").value == Approx(0.25).epsilon(1e-7));
    CHECK(fit.numbers.dof == 22);
    CHECK(fit.numbers.chi_square < 1e-6);
    CHECK(fit.reference.empty());
    CHECK(fit.circuit.stage.output_resistance_ohm.value == Approx(1.5).epsilon(1e-7));
}

TEST_CASE("output, tip and left wires of one leg are 2.03 ohm together and unknown one by one") {
    Circuit start = resistive();
    start.contacts.tip_ohm.value = 0.5;
    const auto fit = fitted(order_for(start,
                                      {"output_resistance_ohm", "tip_ohm", "ring1_ohm",
                                       "cable.left_signal_ohm", "cable.right_signal_ohm"},
                                      bench_known),
                            by_formula());
    for (const Unknown& u : fit.unknowns) CHECK_FALSE(u.known);
    REQUIRE(fit.combinations.size() == 2);
    for (const Combination& c : fit.combinations) {
        // What stays fixed in a leg is the 0.1 ohm up to the split.
        CHECK(c.terms.size() == 3);
        CHECK(c.value == Approx(leg_ohm - 0.1).epsilon(1e-6));
        // d own / d leg = -own (1 / zs) nearly: three complex points of 1e-5 give
        // 18 ohm x 1e-5 / sqrt 3 = 1.0e-4 ohm; the other side's data add a little.
        CHECK(c.u > 0.8e-4);
        CHECK(c.u < 1.2e-4);
        CHECK(c.unit == "ohm");
    }
    CHECK(all_sentences(fit).find(
              "output resistance, tip contact and left signal wire: only their sum is known, 1.930") !=
          std::string::npos);
    const Json json = json_of(fit, by_formula(), {});
    CHECK(json["parameters"][0]["value"].is_null());
    CHECK(json["parameters"][0]["state"] == "not_measured");
    CHECK(json["combinations"].size() == 2);
}

TEST_CASE("with every impedance free only ratios are known: 16 ohm at 1.01 times make the leg 2.0503 ohm") {
    Circuit start = resistive();
    for (const Side s : sides) start.drivers[s].coil_resistance_ohm = figure(16.16, 1.0);
    for (Figure* f : {&start.stage.output_resistance_ohm, &start.cable.common_return_ohm}) f->tolerance = 0.1;
    for (Figure* f : {&start.contacts.tip_ohm, &start.contacts.ring1_ohm, &start.contacts.sleeve_ohm,
                      &start.stage.ground_path_ohm})
        f->value = 0.0;
    for (const Side s : sides) start.cable.signal_ohm[s] = start.cable.return_ohm[s] = figure(0.0);
    const auto fit = fitted(order_for(start, {}, bench_known), by_formula());
    CHECK(fit.reference.find("coil_resistance_ohm") != std::string::npos);
    CHECK(fit.reference_value == Approx(16.16));
    CHECK(unknown(fit, "source.output_resistance_ohm").value == Approx(1.01 * leg_ohm).epsilon(1e-6));
    CHECK(unknown(fit, "cable.common_return_ohm").value == Approx(1.01 * shared_ohm).epsilon(1e-6));
    CHECK(all_sentences(fit).find("only ratios of impedances are known") != std::string::npos);
}

TEST_CASE("a gain of -0.5 and a delay of 2 us are found, and cost the leg its certainty") {
    Observed o = by_formula();
    for (Observation& p : o.points) {
        const double sign = p.to == L ? -0.5 : 0.5;
        p.value *= sign * std::polar(1.0, -2 * 3.14159265358979 * p.frequency_hz * 2e-6);
        p.u *= 0.5;
    }
    const auto fit = fitted(order_for(resistive(), {"common_return_ohm"}), o);
    for (const Side s : sides)
        CHECK(unknown(fit, "gain." + std::string(name(s))).value == Approx(0.5).epsilon(1e-6));
    CHECK(unknown(fit, "delay_s").value == Approx(2e-6).epsilon(1e-5));
    // A real leak of the interface is all that a resistive return looks like.
    CHECK_FALSE(unknown(fit, "cable.common_return_ohm").known);
    CHECK(fit.numbers.chi_square < 1e-3);
}

TEST_CASE("a calibrated record knows its gain to 1e-3: that is the u of 1 in the gain, not of the data") {
    Observed o = by_formula();
    o.calibration = "calibrated";
    for (const Side s : sides) o.calibration_u[s] = 1e-3;
    std::erase_if(o.points, [](const Observation& p) { return p.from != p.to; });
    // Volts: rms of a full-scale sine whose peak is the EMF of 1 V.
    for (Observation& p : o.points) {
        p.value /= std::sqrt(2.0);
        p.u /= std::sqrt(2.0);
    }
    const auto fit =
        fitted(order_for(resistive(), {"output_resistance_ohm"}, {"delay_s", "interface.crosstalk"}), o);
    CHECK(unknown(fit, "source.output_resistance_ohm").value == Approx(1.5).epsilon(1e-6));
    // Own voltage falls by 1 / zs per ohm, gains of 1e-3 on two sides: 18 ohm x 1e-3 / sqrt 2.
    CHECK(unknown(fit, "source.output_resistance_ohm").u == Approx(0.0127).epsilon(0.1));
    o.calibration_u = {};
    const auto exact =
        fitted(order_for(resistive(), {"output_resistance_ohm"}, {"delay_s", "interface.crosstalk"}), o);
    CHECK(unknown(exact, "source.output_resistance_ohm").u < 1e-4);
}

TEST_CASE("a tolerance counts as data only with priors: 16 +- 1.6 ohm against 17 +- 1.6 meet at 16.5") {
    Circuit c = resistive();
    c.drivers[L].coil_resistance_ohm = figure(16.0, 0.16 * std::sqrt(3.0));
    Observed o;
    for (int k = 0; k < 2; ++k)  // two components of 0.16 sqrt 2 each make 0.16 of the real part twice
        o.points.push_back({Kind::impedance_at_driver, L, L, 100.0 + k, 17.0, 0.16 * std::sqrt(2.0), false});
    FitOrder order = order_for(c, {"driver_left"}, {"coil_inductance_h"});
    const auto without = fitted(order_for(c, {"driver_left.coil_resistance_ohm"}), o);
    CHECK(unknown(without, "driver_left.coil_resistance_ohm").value == Approx(17.0).epsilon(1e-9));
    order = order_for(c, {"driver_left.coil_resistance_ohm"});
    order.use_priors = true;
    const auto with = fitted(order, o);
    CHECK(unknown(with, "driver_left.coil_resistance_ohm").value == Approx(16.5).epsilon(2e-3));
}

TEST_CASE("what is fixed stays at its 1.5 ohm, and what is free besides does not") {
    Circuit start = resistive();
    start.stage.output_resistance_ohm = figure(1.5, 0.2);
    start.cable.common_return_ohm = figure(0.5, 0.2);
    const auto fit = fitted(order_for(start, {}, {"gain", "delay_s", "interface", "source"}), by_formula());
    REQUIRE(fit.unknowns.size() == 1);
    CHECK(fit.unknowns.front().name == "cable.common_return_ohm");
    CHECK(fit.unknowns.front().value == Approx(0.25).epsilon(1e-6));
}

TEST_CASE(
    "a common factor turns resistances up and capacitances down: 16.16 ohm and 21.78 uF for 16 and 22") {
    // A driver behind 22 uF, nothing else: f 3 dB down is 1 / (2 pi R C) whatever R is.
    Circuit start = resistive();
    start.stage.output_resistance_ohm = figure(2.02, 0.1);
    start.stage.coupling_capacitance_f = figure(2.178e-5, 1e-6);
    start.stage.ground_path_ohm = start.cable.common_return_ohm = figure(0.0);
    start.contacts = {};
    for (const Side s : sides) {
        start.cable.signal_ohm[s] = start.cable.return_ohm[s] = figure(0.0);
        start.drivers[s].coil_resistance_ohm = figure(16.16, 0.1);
    }
    Observed o;
    for (const Side s : sides)
        for (const double f : {50.0, 200.0, 800.0, 3200.0}) {
            const Complex z(18.0, -1.0 / (2 * 3.14159265358979 * f * 2.2e-5));
            o.points.push_back({Kind::transfer, s, s, f, 16.0 / z, 1e-6, false});
        }
    const auto fit = fitted(order_for(start, {}, bench_known), o);
    REQUIRE_FALSE(fit.reference.empty());
    CHECK(unknown(fit, "source.coupling_capacitance_f").value == Approx(2.2e-5 / 1.01).epsilon(1e-5));
    CHECK(unknown(fit, "source.output_resistance_ohm").value == Approx(2.02).epsilon(1e-5));
}

TEST_CASE("crosstalk of the interface of -60 dB is found beside a return of 0.3 ohm that is known") {
    Observed o = by_formula();
    for (Observation& p : o.points) {
        const double x = 1e-3;
        p.value = p.from == p.to ? own_voltage() + x * other_voltage() : other_voltage() + x * own_voltage();
    }
    const auto fit = fitted(order_for(resistive(), {"output_resistance_ohm"}, {"gain", "delay_s"}), o);
    CHECK(unknown(fit, "interface.crosstalk").value == Approx(1e-3).epsilon(1e-5));
    CHECK(unknown(fit, "source.output_resistance_ohm").value == Approx(1.5).epsilon(1e-5));
}

TEST_CASE(
    "an interface that leaks -60 dB at most is known to 5e-4 before any data, through a capacitance too") {
    Observed o = by_formula();
    o.interface_crosstalk = 1e-3;
    // Points that say nothing: what is known afterwards was known before.
    for (Observation& p : o.points) p.u = 10.0;
    const auto fit = fitted(order_for(resistive(), {"output_resistance_ohm"}, {"gain", "delay_s"}), o);
    for (const char* name : {"interface.crosstalk", "interface.crosstalk_capacitive"})
        CHECK(unknown(fit, name).u == Approx(5e-4).epsilon(1e-3));
}

TEST_CASE("at the plug an impedance holds 0.75 ohm of cable: 16.75 ohm there are a coil of 16") {
    Circuit start = resistive();
    start.drivers[R].coil_resistance_ohm.value = 12.0;
    Observed o;
    for (const double f : {100.0, 1000.0})
        o.points.push_back({Kind::impedance_at_plug, R, R, f, 16.75, 0.01, false});
    const auto fit = fitted(order_for(start, {"driver_right.coil_resistance_ohm"}), o);
    REQUIRE(fit.unknowns.size() == 1);
    CHECK(fit.unknowns.front().value == Approx(16.0).epsilon(1e-7));
    CHECK(fit.unknowns.front().u == Approx(0.01 / std::sqrt(2.0)).epsilon(1e-4));
}

TEST_CASE("a name that fits nothing is a fault with the nearest, and so are a start of 0 and nothing free") {
    const auto typo = fit_circuit(order_for(resistive(), {"output_resistence_ohm"}), by_formula());
    REQUIRE_FALSE(typo.has_value());
    CHECK(typo.error().kind == Fault::Kind::bad_input);
    CHECK(typo.error().what.find("--free: \"output_resistence_ohm\"") == 0);
    CHECK(typo.error().what.find("nearest: output_resistance_ohm") != std::string::npos);
    const auto fixed = fit_circuit(order_for(resistive(), {"cable"}, {"gian.left"}), by_formula());
    REQUIRE_FALSE(fixed.has_value());
    CHECK(fixed.error().what.find("--fix: \"gian.left\"") == 0);
    const auto zero = fit_circuit(order_for(resistive(), {"signal_to_return_farad"}), by_formula());
    REQUIRE_FALSE(zero.has_value());
    CHECK(zero.error().what.find("starts at 0") != std::string::npos);
    const auto none = fit_circuit(order_for(resistive(), {}), by_formula());
    REQUIRE_FALSE(none.has_value());
    CHECK(none.error().what.find("nothing is free") == 0);
}

TEST_CASE("a word means a figure, a block or its last parts, and \"driver\" both drivers") {
    CHECK(means("cable", "cable.common_return_ohm"));
    CHECK(means("common_return_ohm", "cable.common_return_ohm"));
    CHECK_FALSE(means("return_ohm", "cable.common_return_ohm"));
    CHECK_FALSE(means("cab", "cable.common_return_ohm"));
    CHECK(means("driver", "driver_right.resonances.0.mechanical_q"));
    CHECK(means("driver.coil_inductance_h", "driver_left.coil_inductance_h"));
    CHECK(means("resonances.0", "driver_left.resonances.0.mechanical_q"));
    CHECK_FALSE(means("", "delay_s"));
}

TEST_CASE("figures for people: 2.53000 +- 0.00020 ohm, 219.993 +- 0.004 uF in two digits of u") {
    CHECK(value_with_u(2.53, 2.0e-4, "ohm") == "2.53000 +- 0.00020 ohm");
    CHECK(value_with_u(2.19993e-4, 4.4e-9, "F") == "219.9930 +- 0.0044 uF");
    CHECK(value_with_u(120.0, 12.0, "Hz") == "120 +- 12 Hz");
    CHECK(value_with_u(0.5, 0.0995, "") == "0.50 +- 0.10");
}

TEST_CASE(
    "the impedance curve of the truth kit: 7 parameters within 3 Cramer-Rao sd, chi-square in its band") {
    if (absent(shared("truth/identify/identify.json"))) return;
    const Json truth = truth_of("impedance_earbud32.csv");
    Circuit c;
    Driver& d = c.drivers[L];
    // Half or twice the truth, which is 30.5 ohm, 45 uH, 60 uH || 25 ohm, 14 ohm at 120 Hz, Q 2.5.
    d.coil_resistance_ohm = figure(20.0);
    d.coil_inductance_h = figure(9e-5);
    d.lossy_inductance = LossyInductance{figure(3e-5), figure(50.0)};
    d.resonances.push_back({figure(7.0), figure(90.0), figure(5.0), {}, {}, true});
    Observed o;
    for (const auto& row : rows_of("truth/identify/impedance_earbud32.csv"))
        o.points.push_back({Kind::impedance_at_driver, L, L, row[0], {row[1], row[2]}, row[3], false});
    const auto fit = fitted(order_for(c, {"driver_left"}), o);
    const std::pair<const char*, const char*> names[] = {
        {"coil_resistance_ohm", "coil_resistance_ohm"},
        {"coil_inductance_h", "coil_inductance_h"},
        {"lossy_inductance.inductance_h", "lossy_inductance_h"},
        {"lossy_inductance.parallel_resistance_ohm", "lossy_parallel_resistance_ohm"},
        {"resonances.0.resistance_ohm", "resonance_resistance_ohm"},
        {"resonances.0.resonance_hz", "resonance_hz"},
        {"resonances.0.mechanical_q", "mechanical_q"}};
    for (const auto& [ours, theirs] : names) {
        INFO(ours);
        const Json& t = truth["parameters"][theirs];
        const Unknown& u = unknown(fit, std::string("driver_left.") + ours);
        CHECK(u.known);
        CHECK(std::abs(u.value - t["truth"].get<double>()) < 3 * t["crlb_sd"].get<double>());
        // Bounds are taken at the truth, ours at the fit: 20 % apart where u itself is 19 %.
        CHECK(u.u == Approx(t["crlb_sd"].get<double>()).epsilon(0.5));
    }
    CHECK(fit.numbers.dof == truth["dof"].get<int>());
    CHECK(fit.numbers.chi_square == Approx(truth["chi2"].get<double>()).epsilon(1e-3));
    CHECK_FALSE(fit.violated());
    CHECK_FALSE(fit.too_good());
    CHECK(all_sentences(fit).find("left driver's coil inductance, left driver's lossy inductance and left "
                                  "driver's loss resistance: hardly told apart, correlation up to -0.999") !=
          std::string::npos);
}

TEST_CASE("the transfers of rig r07: leg 2.53 ohm, 220 uF, shared 0.35 ohm within 3 Cramer-Rao sd") {
    if (absent(shared("truth/identify/identify.json"))) return;
    const Json truth = truth_of("transfer_r07.csv");
    const Observed o = transfer_r07();
    Circuit start = rig_r07();
    const double leg_rest =
        start.contacts.tip_ohm.value + start.cable.signal_ohm[L].value + start.cable.return_ohm[L].value;
    const double shared_rest = start.contacts.sleeve_ohm.value + start.stage.ground_path_ohm.value;
    start.stage.output_resistance_ohm.value *= 1.7;
    start.stage.coupling_capacitance_f->value *= 0.5;
    start.cable.common_return_ohm.value *= 2.0;
    const auto fit =
        fitted(order_for(start, {"output_resistance_ohm", "coupling_capacitance_f", "common_return_ohm"},
                         bench_known),
               o);
    const auto held = [&](const std::string& ours, double rest, const char* theirs) {
        for (const auto& [key, t] : truth["parameters"].items()) {
            if (key.rfind(theirs, 0) != 0) continue;
            INFO(key);
            const Unknown& u = unknown(fit, ours);
            CHECK(std::abs(u.value + rest - t["truth"].get<double>()) < 3 * t["crlb_sd"].get<double>());
            CHECK(u.u == Approx(t["crlb_sd"].get<double>()).epsilon(0.02));
        }
    };
    held("source.output_resistance_ohm", leg_rest, "leg_resistance");
    held("source.coupling_capacitance_f", 0.0, "coupling_capacitance");
    held("cable.common_return_ohm", shared_rest, "shared_resistance");
    CHECK(fit.numbers.dof == truth["dof"].get<int>());
    CHECK(fit.numbers.chi_square == Approx(truth["chi2"].get<double>()).epsilon(1e-3));
    CHECK_FALSE(fit.violated());

    // Without 120 and 60 pF of cable the model is 4.9e-5 V off at 20 kHz: chi-square 301 of 237.
    start.cable.signal_to_return_farad.value = start.cable.left_to_right_signal_farad.value = 0.0;
    const auto wrong =
        fitted(order_for(start, {"output_resistance_ohm", "coupling_capacitance_f", "common_return_ohm"},
                         bench_known),
               o);
    CHECK(wrong.numbers.chi_square == Approx(301).epsilon(0.01));
    CHECK(wrong.violated());

    // An unknown gain costs a factor 10 in the leg's certainty (PHYSICS 0.10).
    const auto loose =
        fitted(order_for(rig_r07(), {"output_resistance_ohm", "coupling_capacitance_f", "common_return_ohm"},
                         {"delay_s", "interface.crosstalk", "gain.right"}),
               o);
    CHECK(unknown(loose, "source.output_resistance_ohm").u / unknown(fit, "source.output_resistance_ohm").u >
          5);
}
