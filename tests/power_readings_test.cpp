// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/power_readings.hpp"
#include "tests/catch.hpp"

using namespace fourpole;

namespace {

/// A knee of one side at -6.0206 dBV, 0.5 V rms.
Reading knee(Side side, State state) {
    Reading r{
        .name = "clipping_knee", .unit = "dBV", .definition = "clipping_knee.first_of_thd_and_compression@1"};
    r.side = side;
    r.points.push_back({.at = 1000.0, .value = -6.020599913, .state = state});
    if (state == State::exact) r.points[0].u = 0.05;
    r.details.emplace_back("played_dbfs", -3.0);
    return r;
}

const Reading* largest(const Readings& readings, Side side) {
    for (const Reading& r : readings)
        if (r.name == "power_max" && r.side == side) return &r;
    return nullptr;
}

}  // namespace

TEST_CASE(
    "a knee at 0.5 V into 16 ohm is a largest power of 15.625 mW, u by twice the level's and the load's") {
    Readings readings{knee(Side::left, State::exact), knee(Side::right, State::at_least)};
    const PerSide<KnownOhms> load{KnownOhms{16.0, 0.08}, KnownOhms{32.0, 0.0}};
    CHECK(add_power(load, Programme{}, readings).empty());
    const Reading* exact = largest(readings, Side::left);
    const Reading* bound = largest(readings, Side::right);
    REQUIRE((exact && bound));
    CHECK(exact->unit == "mW");
    CHECK(*exact->scalar().value == Approx(15.625).epsilon(1e-9));
    // 2 x 0.05 / 8.6859 of the volts, 0.005 of the resistor
    CHECK(*exact->scalar().u == Approx(15.625 * 0.0125518).epsilon(1e-4));
    CHECK(bound->scalar().state == State::at_least);
    CHECK(*bound->scalar().value == Approx(7.8125).epsilon(1e-9));
    CHECK_FALSE(bound->scalar().u.has_value());
}

TEST_CASE("a knee in dBFS, or into an open output, is no largest power") {
    Readings readings{knee(Side::left, State::exact)};
    readings[0].unit = "dBFS";
    const PerSide<KnownOhms> load{KnownOhms{16.0, 0.0}, KnownOhms{16.0, 0.0}};
    CHECK(add_power(load, Programme{}, readings).find("full scale is no volt") != std::string::npos);
    CHECK_FALSE(largest(readings, Side::left));
}
