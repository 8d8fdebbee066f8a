// SPDX-License-Identifier: GPL-3.0-or-later
// Which points of a record a fit uses, and which it must not.
#include "rig/fit/circuit_fit.hpp"
#include "rig/fit/observed.hpp"
#include "rig/verbs/command_line.hpp"
#include "tests/scratch_run.hpp"

#include <cmath>

using namespace fourpole;

namespace {

constexpr Side L = Side::left, R = Side::right;

Json record_with(Json readings) {
    return {{"schema", "fourpole/record@1"},
            {"kind", "take"},
            {"valid", true},
            {"simulated", true},
            {"calibration", "nominal"},
            {"readings", std::move(readings)}};
}

/// A sweep's response of 0 dB at 20, 22, 25 and 1000 Hz, u 0.13 dB of which 0.12 are common.
Json response() {
    return {{"name", "response"},
            {"from", "left"},
            {"to", "left"},
            {"frequency_hz", {20, 22, 25, 1000}},
            {"value", {0, 0, 0, -20}},
            {"unit", "dBV"},
            {"phase_deg", {0, 0, 0, 90}},
            {"u", {0.13, 0.13, 0.13, 0.13}},
            {"state", "exact"},
            {"definition", "response.sweep@1"},
            {"calibration_u", 0.12}};
}

Observed read(const Json& record) {
    const auto observed = observed_in(record, "r.json", {});
    if (!observed) FAIL(observed.error().what);
    return *observed;
}

std::string refusal(const Json& record, Fault::Kind kind = Fault::Kind::bad_input) {
    const auto observed = observed_in(record, "r.json", {});
    REQUIRE_FALSE(observed.has_value());
    CHECK(observed.error().kind == kind);
    return observed.error().what;
}

int program(std::vector<std::string> words) {
    words.insert(words.begin(), "fourpole");
    std::vector<const char*> argv;
    for (const auto& w : words) argv.push_back(w.c_str());
    return command_line(static_cast<int>(argv.size()), argv.data());
}

}  // namespace

TEST_CASE("a response of -20 dB at 90 degrees is 0.1 j, and 0.05 of its 0.13 dB are its own") {
    const Observed o = read(record_with({response()}));
    REQUIRE(o.points.size() == 3);
    const Observation& p = o.points.back();
    CHECK(std::abs(p.value - std::complex<double>(0.0, 0.1)) < 1e-12);
    // sqrt(0.13^2 - 0.12^2) = 0.05 dB = 0.05 / 8.6859 of 0.1.
    CHECK(p.u == Approx(0.1 * 0.05 / 8.685889638).epsilon(1e-9));
    REQUIRE(o.calibration_u[L].has_value());
    CHECK(*o.calibration_u[L] == Approx(0.12 / 8.685889638).epsilon(1e-9));
    CHECK_FALSE(o.calibration_u[R].has_value());
    CHECK(o.simulated);
    CHECK(o.calibration == "nominal");
    // 22 Hz lies within 4 Hz of 20 Hz: the sweep's gate cannot tell them apart. 25 Hz does not.
    CHECK(o.uses.front().overlapping == 1);
    CHECK(o.points[1].frequency_hz == 25.0);
    CHECK_FALSE(o.common_u_unknown);
}

TEST_CASE("bounds, points without u and points not measured are left out and counted") {
    Json r = response();
    r["definition"] = "response.tones@1";
    r["state"] = {"exact", "at_most", "exact", "not_measured"};
    r["u"] = {0.13, nullptr, nullptr, 0.13};
    const Observed o = read(record_with({r}));
    CHECK(o.points.size() == 1);
    REQUIRE(o.bounds.size() == 1);
    CHECK(o.bounds.front().frequency_hz == 22.0);
    CHECK(o.uses.front().bounds == 1);
    CHECK(o.uses.front().without_u == 1);
    CHECK(o.uses.front().unmeasured == 1);
    CHECK(o.uses.front().overlapping == 0);
}

TEST_CASE("a transfer stands in for the response of the same side, crosstalk where there is none") {
    Json transfer = response(), crosstalk = response();
    transfer["name"] = "transfer";
    crosstalk["name"] = "crosstalk";
    crosstalk["to"] = "right";
    const Observed o = read(record_with({response(), transfer, crosstalk}));
    REQUIRE(o.uses.size() == 2);
    CHECK(o.uses[0].name == "transfer left");
    CHECK(o.uses[1].name == "crosstalk left to right");
    CHECK(o.points.back().kind == Observation::Kind::crosstalk);
    transfer["to"] = "right";
    CHECK(read(record_with({response(), transfer, crosstalk})).uses.size() == 2);
}

TEST_CASE("an impedance reading of 32 ohm at 60 degrees is 16 + 27.7 j ohm, at the plug unless it says so") {
    Json z{{"name", "impedance"}, {"side", "right"}, {"frequency_hz", 1000}, {"value", 32.0}, {"unit", "ohm"},
           {"phase_deg", 60.0},   {"u", 0.02},       {"state", "exact"}};
    Observed o = read(record_with({z}));
    REQUIRE(o.points.size() == 1);
    CHECK(o.points[0].kind == Observation::Kind::impedance_at_plug);
    CHECK(o.points[0].to == R);
    CHECK(o.points[0].value.real() == Approx(16.0));
    CHECK(o.points[0].value.imag() == Approx(16.0 * std::sqrt(3.0)));
    CHECK(o.points[0].u == Approx(0.02));
    z["at"] = "driver";
    z.erase("phase_deg");
    o = read(record_with({z}));
    CHECK(o.points[0].kind == Observation::Kind::impedance_at_driver);
    CHECK(o.points[0].magnitude_only);
}

TEST_CASE("volts whose common u nobody states are used as they are, and the record says so") {
    Json r = response();
    r.erase("calibration_u");
    const Observed o = read(record_with({r}));
    CHECK(o.common_u_unknown);
    CHECK(o.points.back().u == Approx(0.1 * 0.13 / 8.685889638).epsilon(1e-9));
}

TEST_CASE("what is no record, a prediction, empty or invalid is refused in a sentence") {
    CHECK(refusal({{"schema", "fourpole/session@1"}}).find("is no record") == 0);
    Json prediction = record_with({response()});
    prediction["kind"] = "prediction";
    CHECK(refusal(prediction).find("is a prediction") == 0);
    CHECK(refusal(record_with(Json::array())).find("holds no usable reading") == 0);
    Json none = response();
    none["u"] = nullptr;
    CHECK(refusal(record_with({none})).find("response left: 4 points, 0 bounds, 4 without u") !=
          std::string::npos);
    Json uneven = response();
    uneven["value"] = {0, 0};
    CHECK(refusal(record_with({uneven})).find("has 2 entries of value for 4 frequencies") !=
          std::string::npos);
    Json invalid = record_with({response()});
    invalid["valid"] = false;
    invalid["reasons"] = {"512 samples were lost at 1000"};
    CHECK(refusal(invalid, Fault::Kind::take_invalid).find("512 samples were lost") != std::string::npos);
}

TEST_CASE("a run's record gives the take of the arm that was asked for") {
    Json first = response(), second = response();
    first["arm"] = second["arm"] = "B";
    first["take"] = 1;
    second["take"] = 2;
    second["value"] = {-6, -6, -6, -6};
    Json run = record_with({first, second});
    run["kind"] = "run";
    run["takes"] = {{{"arm", "B"}, {"repeat", 1}, {"valid", true}},
                    {{"arm", "B"}, {"repeat", 2}, {"valid", true}, {"calibration", "nominal"}}};
    const auto two = observed_in(run, "r.json", {"B", 2});
    REQUIRE(two.has_value());
    CHECK(std::abs(two->points.front().value) == Approx(0.501187).epsilon(1e-5));
    CHECK(two->arm == "B");
    CHECK(two->take == 2);
    const auto unnamed = observed_in(run, "r.json", {});
    REQUIRE_FALSE(unnamed.has_value());
    CHECK(unnamed.error().what.find("its arms: \"B\"") != std::string::npos);
    const auto none = observed_in(run, "r.json", {"B", 3});
    REQUIRE_FALSE(none.has_value());
    CHECK(none.error().what.find("no take 3 of arm \"B\"") != std::string::npos);
}

TEST_CASE("fit: a band of 99 % for 9 degrees of freedom goes from 1.735 to 23.589") {
    // Printed tables of chi-square: 0.5 % and 99.5 % for 9.
    Observed o;
    for (int k = 0; k < 5; ++k)
        o.points.push_back({Observation::Kind::impedance_at_driver, L, L, 100.0 + k, 16.0, 0.1, false});
    FitOrder order;
    order.circuit.drivers[L].coil_resistance_ohm.value = 16.0;
    order.free = {"driver_left.coil_resistance_ohm"};
    const auto fit = fit_circuit(order, o);
    REQUIRE(fit.has_value());
    CHECK(fit->numbers.dof == 9);
    CHECK(fit->low == Approx(1.735).epsilon(1e-3));
    CHECK(fit->high == Approx(23.589).epsilon(1e-4));
    CHECK(fit->too_good());
    CHECK_FALSE(fit->violated());
}

TEST_CASE(
    "fit: exit 2 for an unknown name and for a missing record, 3 for an invalid take, 1 for a wrong model") {
    const Scratch scratch;
    const std::string file = (scratch.path() / "r.json").string(),
                      out = (scratch.path() / "fit.json").string();
    const std::vector<std::string> base{"fit",   file, "--player", "ak100", "--earphone", "sennheiser_mx300",
                                        "--json"};
    const auto with = [&](std::vector<std::string> more) {
        auto words = base;
        words.insert(words.end(), more.begin(), more.end());
        return program(words);
    };
    CHECK(with({}) == 2);
    Json r = response();
    Json record = record_with({r});
    record["valid"] = false;
    REQUIRE(write_atomic(file, dump_json(record)).has_value());
    CHECK(with({}) == 3);
    record["valid"] = true;
    REQUIRE(write_atomic(file, dump_json(record)).has_value());
    CHECK(with({"--free", "output_resistance"}) == 2);
    CHECK(with({"--out", file}) == 2);
    // 0 dB at 25 Hz and -20 dB at 90 degrees at 1 kHz: no earphone on 22 ohm does that.
    CHECK(with({"--free", "coil_resistance_ohm", "--out", out}) == 1);
    const auto written = parse_json(file_text(out), out);
    REQUIRE(written.has_value());
    CHECK(written->at("schema") == "fourpole/fit@1");
    CHECK(written->at("simulated") == true);
    CHECK(written->at("explains") == false);
    CHECK(written->at("band_99").size() == 2);
}

TEST_CASE("readings that the fit has no equation for are named, once each") {
    const auto other = [](const char* name) {
        Json r = response();
        r["name"] = name;
        return r;
    };
    const Observed o = read(record_with({response(), other("output_impedance"), other("dc"), other("dc")}));
    CHECK(o.unread == std::vector<std::string>{"dc", "output_impedance"});
    CHECK(read(record_with({response()})).unread.empty());
}
