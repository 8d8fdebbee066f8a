// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/model/model.hpp"
#include "rig/profile/load.hpp"
#include "rig/units.hpp"
#include "tests/bare_circuits.hpp"
#include "tests/catch.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <limits>
#include <numbers>
#include <string_view>

using namespace fourpole;

namespace {

const std::filesystem::path rigs = std::filesystem::path(FOURPOLE_SHARED) / "truth" / "rigs";
constexpr Side L = Side::left, R = Side::right;

bool absent() {
    if (std::filesystem::exists(rigs)) return false;
    WARN("SKIPPED: ../shared absent");
    return true;
}

double db(Complex ratio) { return AmplitudeRatio{std::abs(ratio)}.decibels(); }
double degrees(Complex ratio) { return std::arg(ratio) * degrees_per_radian; }

const Reading& reading(const Readings& all, std::string_view name, Side from, Side to) {
    const auto found = std::find_if(all.begin(), all.end(), [&](const Reading& r) {
        return r.name == name && r.from == from && r.to == to;
    });
    REQUIRE(found != all.end());
    return *found;
}

std::vector<double> numbers_in(const std::string& line) {
    std::vector<double> numbers;
    const char* p = line.data();
    const char* const end = line.data() + line.size();
    while (p < end) {
        double x = 0.0;
        p = std::from_chars(p, end, x).ptr + 1;
        numbers.push_back(x);
    }
    return numbers;
}

}  // namespace

TEST_CASE("a shared return of 0.3 ohm under 16 ohm drivers leaves -35.1 dB, in antiphase") {
    Circuit c = three_pole(16.0);
    c.stage.output_resistance_ohm = figure(0.5);
    for (const Side s : sides) c.cable.signal_ohm[s] = figure(0.3);
    c.cable.common_return_ohm = figure(0.3);
    // Zs = 0.5 + 0.3 + 16, Zg = 0.3: own = Zd (Zs + Zg) / (Zs (Zs + 2 Zg)), other = -Zd Zg / (same).
    const double zs = 16.8, zg = 0.3, below = zs * (zs + 2.0 * zg);
    const CircuitAt got = solved_at(c, 1000.0);
    for (const Side driven : sides) {
        CHECK(got.voltage[driven][driven].real() == Approx(16.0 * (zs + zg) / below).epsilon(1e-11));
        CHECK(got.voltage[driven][other(driven)].real() == Approx(-16.0 * zg / below).epsilon(1e-11));
        const Complex ratio = got.voltage[driven][other(driven)] / got.voltage[driven][driven];
        CHECK(db(ratio) == Approx(-35.12).margin(0.005));  // 20 log10(0.3 / 17.1), by hand
        CHECK(std::abs(degrees(ratio)) == Approx(180.0).margin(1e-9));
        CHECK(got.current[driven][driven].real() == Approx((zs + zg) / below).epsilon(1e-11));
    }
}

TEST_CASE("each place of contact has its own resistance: sleeve 1 ohm joins the two sides by 24.6 dB") {
    Circuit c = three_pole(16.0);
    c.contacts.sleeve_ohm = figure(1.0);
    const CircuitAt got = solved_at(c, 1000.0);
    CHECK(db(got.voltage[L][R] / got.voltage[L][L]) == Approx(-24.609).margin(1e-3));  // 20 log10(1 / 17)
    c = three_pole(16.0);
    c.contacts.ring1_ohm = figure(1.0);
    CHECK(solved_at(c, 1000.0).voltage[R][R].real() == Approx(16.0 / 17.0).epsilon(1e-11));
    CHECK(solved_at(c, 1000.0).voltage[L][L].real() == Approx(1.0).epsilon(1e-11));
}

TEST_CASE("a ground spring on ring 2 and sleeve meets each through that segment's contact") {
    Circuit c = three_pole(16.0);
    c.cable.kind = Cable::Kind::separate_returns;
    c.plug = {"trrs", "", {{"T", "L+"}, {"R1", "R+"}, {"R2", "R-"}, {"S", "L-"}}};
    c.touch = {{"T", {"T"}}, {"R1", {"R1"}}, {"S", {"R2", "S"}}};
    c.contacts.ring2_ohm = figure(4.0);
    CHECK(solved_at(c, 1000.0).voltage[R][R].real() == Approx(16.0 / 20.0).epsilon(1e-11));
    CHECK(solved_at(c, 1000.0).voltage[L][L].real() == Approx(1.0).epsilon(1e-11));
}

TEST_CASE("bridged halves of 0.6 ohm are 1.2 ohm in front of a 16 ohm driver, and nothing crosses") {
    Circuit c = bridged(16.0);
    c.stage.output_resistance_ohm = figure(0.6);
    const CircuitAt got = solved_at(c, 1000.0);
    CHECK(got.voltage[L][L].real() == Approx(16.0 / 17.2).epsilon(1e-11));
    CHECK(std::abs(got.voltage[L][R]) < 1e-9);
    CHECK(std::abs(got.common_mode[L][L]) < 1e-9);
}

TEST_CASE("60 pF between the signal wires of a bridged player leak +90 degrees, 6.02 dB an octave") {
    Circuit c = bridged(16.0);
    c.stage.output_resistance_ohm = figure(0.5);
    c.cable.left_to_right_signal_farad = figure(60e-12);
    // The driven + end stands at 8.5/17 V; from there C drives the other driver's + end, which
    // sees 0.5 ohm to ground beside 16.5: all but the 16 ohm's share of a divider by hand.
    const double v_plus = 0.5 * 16.0 / 17.0, to_ground = 0.5 * 16.5 / 17.0, share = 16.0 / 16.5;
    const double hand = v_plus * to_ground * share * 2.0 * std::numbers::pi * 60e-12 * 1000.0;
    const Complex one = solved_at(c, 1000.0).voltage[L][R], two = solved_at(c, 2000.0).voltage[L][R];
    CHECK(std::abs(one) == Approx(hand).epsilon(1e-6));
    CHECK(degrees(one) == Approx(90.0).margin(0.01));
    CHECK(db(two / one) == Approx(6.0206).margin(1e-4));
}

TEST_CASE("220 uF into 17 ohm is 3.01 dB down at 42.56 Hz") {
    Circuit c = three_pole(16.0);
    c.stage.output_resistance_ohm = figure(1.0);
    c.stage.coupling_capacitance_f = figure(220e-6);
    const double corner = 1.0 / (2.0 * std::numbers::pi * 220e-6 * 17.0);
    const CircuitAt low = solved_at(c, corner), high = solved_at(c, 1e6 * corner);
    CHECK(corner == Approx(42.56).margin(0.01));
    CHECK(db(low.voltage[L][L] / high.voltage[L][L]) == Approx(-3.0103).margin(1e-4));
    CHECK(degrees(low.voltage[L][L]) == Approx(45.0).margin(1e-4));
}

TEST_CASE("an amplifier that leaks 1 % of one side into the other leaves -40 dB, in phase") {
    Circuit c = three_pole(16.0);
    c.amplifier_leak = figure(0.01);
    const CircuitAt got = solved_at(c, 1000.0);
    CHECK(db(got.voltage[R][L] / got.voltage[R][R]) == Approx(-40.0).margin(1e-9));
    CHECK(degrees(got.voltage[R][L]) == Approx(0.0).margin(1e-9));
}

TEST_CASE(
    "outputs, contacts and wires of 0 ohm give the driver its whole EMF and no crosstalk above -300 dB") {
    Circuit c = three_pole(16.0);
    c.stage.emf_v = 2.0;
    const std::array f{1000.0};
    const auto solved = solve(c, f);
    REQUIRE(solved.has_value());
    CHECK((*solved)[0].voltage[L][L].real() == Approx(2.0).epsilon(1e-14));
    const Readings all = readings_of(*solved, f, c.stage.emf_v);
    CHECK(*reading(all, "transfer", L, L).scalar().value == Approx(0.0).margin(1e-12));
    const Point leak = reading(all, "crosstalk", L, R).scalar();
    CHECK(leak.state == State::at_most);
    CHECK(*leak.value == Approx(-300.0).margin(1e-9));
    CHECK_FALSE(leak.phase_deg.has_value());
}

TEST_CASE("where the driven side is silent only the transfer is stated") {
    Circuit c = three_pole(16.0);
    c.cable.kind = Cable::Kind::separate_returns;
    c.plug = {"trrs", "", {{"T", "R-"}, {"R1", "R+"}, {"R2", "L+"}, {"S", "L-"}}};
    c.touch = {{"T", {"T"}}, {"R1", {"R1"}}, {"S", {"S"}}};
    const std::array f{1000.0};
    const auto solved = solve(c, f);
    REQUIRE(solved.has_value());
    const Readings all = readings_of(*solved, f, 1.0);
    CHECK(reading(all, "response", L, L).scalar().state == State::not_measured);
    CHECK_FALSE(reading(all, "response", L, L).scalar().value.has_value());
    CHECK(reading(all, "crosstalk", L, R).scalar().state == State::not_measured);
    const Point transfer = reading(all, "transfer", L, R).scalar();  // the right driver plays R - L
    CHECK(transfer.state == State::exact);
    CHECK(*transfer.value == Approx(0.0).margin(1e-9));
    CHECK(std::abs(*transfer.phase_deg) == Approx(180.0).margin(1e-9));
    CHECK(*reading(all, "crosstalk", R, L).scalar().value < -100.0);
    CHECK(reading(all, "crosstalk", R, L).definition == "crosstalk.model@1");
}

TEST_CASE("a node without a way to ground is a fault that names it") {
    Circuit c = bridged(16.0);
    c.touch = {{"R1", {"R1"}}, {"R2", {"R2"}}};  // neither end of the left driver touches anything
    c.leakage_ohm = 0.0;
    const auto solved = solve(c, std::array{1000.0});
    REQUIRE_FALSE(solved.has_value());
    CHECK(solved.error().kind == Fault::Kind::bad_input);
    CHECK(solved.error().what.find("floats: nothing leads from it") != std::string::npos);
    CHECK(solved.error().what.find("left driver's + end") != std::string::npos);
    c.leakage_ohm = 1e12;
    CHECK(solve(c, std::array{1000.0}).has_value());
}

TEST_CASE("two outputs of 0 ohm shorted together, and 0 Hz, are faults and not infinities") {
    Circuit c = bridged(16.0);
    c.plug = {"trs", "", {{"T", "L+"}, {"R1", "R+"}, {"S", "C"}}};
    c.cable.kind = Cable::Kind::shared_return;
    const auto shorted = solve(c, std::array{1000.0});
    REQUIRE_FALSE(shorted.has_value());
    CHECK(shorted.error().what.find("no single solution") != std::string::npos);
    for (const double f :
         {0.0, -1.0, std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()})
        CHECK_FALSE(solve(three_pole(16.0), std::array{f}).has_value());
}

TEST_CASE("every rig of the truth kit agrees with ngspice to 1e-9 dB and 1e-8 degrees above 1 uV") {
    if (absent()) return;
    int compared = 0;
    for (const auto& entry : std::filesystem::directory_iterator(rigs)) {
        const auto csv = entry.path();
        auto json = csv;
        json.replace_extension(".json");
        if (csv.extension() != ".csv" || !std::filesystem::exists(json)) continue;
        const auto circuit = load_circuit(json);
        REQUIRE(circuit.has_value());
        INFO(circuit->name);
        std::ifstream in(csv);
        std::string line;
        std::getline(in, line);
        double worst_db = 0.0, worst_degrees = 0.0, worst_current = 0.0, worst_common = 0.0;
        int rows = 0;
        for (; std::getline(in, line); ++rows) {
            const std::vector<double> row = numbers_in(line);
            const CircuitAt got = solved_at(*circuit, row[0]);
            std::size_t k = 1;
            const auto next = [&] { return k += 2, Complex(row[k - 2], row[k - 1]); };
            for (const Side driven : sides) {
                for (const Side s : sides) {
                    const Complex truth = next();
                    if (std::abs(truth) <= 1e-6) continue;
                    worst_db = std::max(worst_db, std::abs(db(got.voltage[driven][s] / truth)));
                    worst_degrees =
                        std::max(worst_degrees, std::abs(degrees(got.voltage[driven][s] / truth)));
                }
                for (const Side s : sides)
                    worst_current = std::max(worst_current, std::abs(got.current[driven][s] - next()));
                for (const Side s : sides)
                    worst_common = std::max(worst_common, std::abs(got.common_mode[driven][s] - next()));
            }
        }
        CHECK(rows == 145);  // 40 a decade from 10 Hz to 40 kHz
        CHECK(worst_db < 1e-9);
        CHECK(worst_degrees < 1e-8);
        CHECK(worst_current < 1e-11);
        CHECK(worst_common < 1e-10);
        ++compared;
    }
    CHECK(compared == 10);
}

TEST_CASE(
    "equal drivers on a shared return obey -Zg / (Zs + Zg) with the driver's own impedance to 1e-9 dB") {
    if (absent()) return;
    const auto rig = load_circuit(rigs / "r09_return_0p3_16ohm.json");
    REQUIRE(rig.has_value());
    struct Check {
        double return_ohm, db_at_1khz;  // crosstalk_formula.json
    };
    for (const Check check :
         {Check{0.1, -44.355755904649676}, {0.3, -34.91790779025312}, {1.0, -24.816744423975102}}) {
        Circuit c = *rig;
        c.cable.common_return_ohm = figure(check.return_ohm);
        const CircuitAt got = solved_at(c, 1000.0);
        CHECK(db(got.voltage[L][R] / got.voltage[L][L]) == Approx(check.db_at_1khz).margin(1e-9));
        const Complex zs = 1.0 + impedance(c.drivers[L], 77.0);
        const CircuitAt low = solved_at(c, 77.0);
        CHECK(std::abs(low.voltage[R][L] / low.voltage[R][R] + check.return_ohm / (zs + check.return_ohm)) <
              1e-11);
    }
}
