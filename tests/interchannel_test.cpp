// SPDX-License-Identifier: GPL-3.0-or-later
// Harmonics that a tone on one side leaves on the idle one.
#include "tests/closed_form_take.hpp"
#include "tests/shared_data.hpp"

using namespace fourpole;

namespace {

constexpr double pi = std::numbers::pi;

Programme tone_on(PerSide<bool> on) {
    Programme p;
    p.sample_rate_hz = 48000.0;
    p.length_s = 1.0;
    p.events.push_back(Event{Tones{0.0, 1.0, 0.0, {{1000.0, 0.5, 0.0}}}, on});
    return p;
}

/// The driven side: the tone and a second harmonic of -60 dB. The idle one: 1 % of both, and a third
/// harmonic of its own, -80 dB re the driven side's tone.
Formula leaking(double noise) {
    Formula f;
    f.seconds = 1.1;
    f.start = 1500.3;
    f.ppm = 31.0;
    f.noise = noise;
    f.at_player_time = [](Side side, double u) {
        if (u < 0.0 || u >= 1.0) return 0.0;
        const double phase = 2.0 * pi * 1000.0 * u;
        const double own = 0.5 * (std::sin(phase) + 1e-3 * std::cos(2.0 * phase));
        return side == Side::left ? own : 0.01 * own + 0.5e-4 * std::sin(3.0 * phase);
    };
    return f;
}

constexpr const char* reading_name = "interchannel_distortion";

}  // namespace

TEST_CASE("a tone on one side leaves H2 of -100 and H3 of -80 dB on the idle side, -79.96 dB together") {
    const Measurement m = measured(tone_on({{true, false}}), leaking(1e-7));
    REQUIRE(m.valid);
    const Reading *second = reading_named(m, reading_name, Side::left, 2),
                  *third = reading_named(m, reading_name, {}, 3);
    REQUIRE(second != nullptr);
    REQUIRE(third != nullptr);
    CHECK(second->from == Side::left);
    CHECK(second->to == Side::right);
    CHECK(*second->scalar().at == 1000.0);
    CHECK(std::abs(*second->scalar().value + 100.0) < 4.0 * *second->scalar().u);
    CHECK(std::abs(*third->scalar().value + 80.0) < 4.0 * *third->scalar().u);
    // A complex error of 2e-7 / sqrt(48000), of which half the power lies along 0.5e-5.
    CHECK(*second->scalar().u == Approx(db_per_relative * 9.1e-10 / std::sqrt(2.0) / 0.5e-5).epsilon(0.4));
    // H2 is the driven side's own, leaked with the tone's crosstalk; H3 is not.
    CHECK(detail<double>(*second, "leaked_db") == Approx(-100.0).margin(0.01));
    CHECK(third->detail("leaked_db") == nullptr);
    CHECK(reading_named(m, reading_name, Side::left, 5)->scalar().state == State::at_most);
    for (const Reading& r : m.readings)
        if (r.definition == "interchannel_distortion.sum@1")
            CHECK(*r.scalar().value == Approx(10.0 * std::log10(1e-8 + 1e-10)).margin(5e-3));
}

TEST_CASE("2 V and 1 V of full scale on the two inputs make 6.02 dB of a harmonic on the idle side") {
    Take take = take_of(leaking(1e-7));
    take.facts.channels = {"left", "right"};
    take.facts.volts_per_full_scale = {2.0, 1.0};
    take.facts.volts_relative_u = {0.01, 0.02};
    take.facts.calibration = "calibrated";
    const auto m = measure(take, tone_on({{true, false}}), false);
    REQUIRE(m.has_value());
    const Reading* third = reading_named(*m, reading_name, Side::left, 3);
    REQUIRE(third != nullptr);
    CHECK(*third->scalar().value == Approx(-80.0 - 6.0206).margin(5e-3));
    CHECK(*third->scalar().u == Approx(db_per_relative * std::hypot(0.01, 0.02)).epsilon(0.01));
}

TEST_CASE("noise of 1e-2 makes a bound of what an idle side holds, and two playing sides no reading") {
    const Measurement m = measured(tone_on({{true, false}}), leaking(1e-2));
    const Reading* third = reading_named(m, reading_name, Side::left, 3);
    REQUIRE(third != nullptr);
    CHECK(third->scalar().state == State::at_most);
    CHECK(*third->scalar().value > -80.0);
    CHECK(reading_named(measured(tone_on({{true, true}}), leaking(1e-7)), reading_name) == nullptr);
}
