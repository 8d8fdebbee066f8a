// SPDX-License-Identifier: GPL-3.0-or-later
// Power, noise and clipping against ngspice and an independent nodal solver.
#include "rig/files/read_text.hpp"
#include "rig/json/json.hpp"
#include "rig/model/clipping.hpp"
#include "rig/model/derived.hpp"
#include "rig/units.hpp"
#include "tests/shared_data.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <fstream>
#include <vector>

using namespace fourpole;

namespace {

constexpr Side L = Side::left;

Json json_in(const std::filesystem::path& file) {
    const auto text = read_text(file, 1 << 20);
    REQUIRE(text.has_value());
    auto json = parse_json(*text, file.string());
    REQUIRE(json.has_value());
    return *json;
}

std::vector<double> numbers_in(const std::string& line) {
    std::vector<double> numbers;
    const char* p = line.data();
    const char* const end = p + line.size();
    while (p < end) {
        double x = 0.0;
        p = std::from_chars(p, end, x).ptr + 1;
        numbers.push_back(x);
    }
    return numbers;
}

Circuit rig(const std::string& name) {
    auto circuit = load_circuit(shared("truth/rigs/" + name + ".json"));
    REQUIRE(circuit.has_value());
    return *circuit;
}

/// The truth's clip voltage is that of each output.
double emf_limit(const Circuit& circuit, double per_output) {
    return circuit.stage.kind == OutputStage::Kind::btl ? 2.0 * per_output : per_output;
}

const std::array rigs{"r01_lowz_3pole_16ohm", "r02_lowz_4pole_grounded_16ohm", "r03_lowz_4pole_btl_16ohm",
                      "r04_22ohm_3pole_iem", "r07_cap220u_3pole_32ohm"};

}  // namespace

TEST_CASE("the truth kit's powers at every frequency: EMF, power and limit within 1e-9") {
    if (absent(shared("truth/rigs"))) return;
    for (const std::string name : rigs) {
        const Circuit circuit = rig(name);
        const DriveLimits limits{emf_limit(circuit, 0.9), 0.030};
        std::ifstream csv(shared("truth/rigs/power_" + name + ".csv"));
        std::string line;
        std::getline(csv, line);
        int rows = 0;
        while (std::getline(csv, line)) {
            const auto want = numbers_in(line);
            REQUIRE(want.size() == 7);
            const auto at = solve(circuit, std::array{want[0]});
            REQUIRE(at.has_value());
            for (const Driven driven : {Driven::one, Driven::both}) {
                const std::size_t k = driven == Driven::one ? 1 : 4;
                const auto got = max_power(at->front(), circuit.stage.emf_v, L, driven, limits);
                REQUIRE(got.has_value());
                // 12 digits are printed, of the frequency too.
                CHECK(got->emf_v == Approx(want[k]).epsilon(1e-9));
                CHECK(got->watt == Approx(want[k + 1]).epsilon(1e-9));
                CHECK((got->limited_by == LimitedBy::current) == (want[k + 2] != 0.0));
            }
            ++rows;
        }
        CHECK(rows == 145);
    }
}

TEST_CASE("bridged power: 6.92 to 26.13 mW where voltage limits, 6.935 to 6.935 where 30 mA do") {
    if (absent(shared("truth/rigs"))) return;
    const Json truth = json_in(shared("truth/rigs/power.json"));
    const auto power = [&](const Circuit& circuit, double clip, double limit, Driven driven) {
        // The truth's 1 kHz is the nearest point of its grid, 10 Hz * 10^(80/40).
        const auto at = solve(circuit, std::array{1000.0});
        REQUIRE(at.has_value());
        return *max_power(at->front(), circuit.stage.emf_v, L, driven, {emf_limit(circuit, clip), limit});
    };
    for (const std::string name : rigs)
        for (const auto& [clip, limit, words] : {std::tuple{0.5, 0.1, " clip 0.5 V limit 0.1 A"},
                                                 std::tuple{0.9, 0.03, " clip 0.9 V limit 0.03 A"}}) {
            const Json& want = truth.at(name + words);
            const auto one = power(rig(name), clip, limit, Driven::one);
            CHECK(1e3 * one.watt == Approx(want.at("left_only_mw_1khz").get<double>()).epsilon(1e-4));
            CHECK((one.limited_by == LimitedBy::current) ==
                  want.at("left_only_current_limited_1khz").get<bool>());
            CHECK(1e3 * power(rig(name), clip, limit, Driven::both).watt ==
                  Approx(want.at("both_mw_1khz").get<double>()).epsilon(1e-4));
        }
    CHECK(1e3 * power(rig(rigs[0]), 0.5, 0.1, Driven::one).watt == Approx(6.92).margin(0.005));
    CHECK(1e3 * power(rig(rigs[2]), 0.5, 0.1, Driven::one).watt == Approx(26.13).margin(0.005));
    for (const char* name : {rigs[0], rigs[2]})
        CHECK(1e3 * power(rig(name), 0.9, 0.03, Driven::one).watt == Approx(6.935).margin(5e-4));
}

TEST_CASE("four poles without a bridge gain 0.05 to 0.22 dB, a bridge of 22 ohm halves 1.33 to 2.21 mW") {
    if (absent(shared("truth/rigs"))) return;
    const auto milliwatt = [](const Circuit& circuit, Driven driven) {
        const auto at = solve(circuit, std::array{1000.0});
        REQUIRE(at.has_value());
        return 1e3 *
               max_power(at->front(), circuit.stage.emf_v, L, driven, {emf_limit(circuit, 0.5), 0.1})->watt;
    };
    const auto gain_db = [&](Driven driven) {
        return AmplitudeRatio{std::sqrt(milliwatt(rig(rigs[1]), driven) / milliwatt(rig(rigs[0]), driven))}
            .decibels();
    };
    CHECK(gain_db(Driven::one) == Approx(0.05).margin(0.005));
    CHECK(gain_db(Driven::both) == Approx(0.22).margin(0.005));
    const Circuit iem = rig(rigs[3]);
    Circuit bridge = rig(rigs[2]);
    bridge.drivers = iem.drivers;
    bridge.stage.output_resistance_ohm = iem.stage.output_resistance_ohm;
    CHECK(milliwatt(iem, Driven::one) == Approx(1.33).margin(0.005));
    CHECK(milliwatt(bridge, Driven::one) == Approx(2.21).margin(0.015));
}

TEST_CASE("thermal noise of three rigs agrees with ngspice within 1e-6") {
    if (absent(shared("truth/rigs"))) return;
    const Json truth = json_in(shared("truth/rigs/noise.json"));
    for (const char* name : {rigs[0], rigs[3], rigs[4]}) {
        const auto noise = driver_noise(rig(name), {}, truth.at("temperature_k").get<double>());
        REQUIRE(noise.has_value());
        CHECK((*noise)[L].thermal_v ==
              Approx(truth.at(name).at("onoise_v_rms_20_20k_ngspice").get<double>()).epsilon(1e-6));
    }
}

TEST_CASE("clipping harmonics of the truth kit within 1e-9 dB, THD within 5e-6") {
    if (absent(shared("truth/rigs"))) return;
    const Json truth = json_in(shared("truth/rigs/clip_harmonics.json"));
    int cases = 0;
    for (const auto& [key, want] : truth.items()) {
        if (!want.is_object()) continue;
        const double c = want.at("c").get<double>();
        const double b1 = clipped_harmonic(c, 1);
        CHECK(b1 == Approx(want.at("b1").get<double>()).epsilon(1e-13));
        for (const int order : {3, 5, 7})
            CHECK(AmplitudeRatio{std::abs(clipped_harmonic(c, order)) / b1}.decibels() ==
                  Approx(want.at("h" + std::to_string(order) + "_db").get<double>()).margin(1e-9));
        CHECK((clipped_harmonic(c, 3) > 0.0) == (want.at("h3_sign_re_fundamental").get<int>() > 0));
        // The kit's THD is a sum that ends somewhere: 3.6e-6 off at 0.01 dB (50 digits: 0.02023352197 %).
        CHECK(100.0 * clipped_thd(c) ==
              Approx(want.at("thd_all_harmonics_percent").get<double>()).epsilon(5e-6));
        ++cases;
    }
    CHECK(cases == 6);
}
