// SPDX-License-Identifier: GPL-3.0-or-later
// What a clock that wanders makes of the level of a tone, in closed form.
#include "tests/closed_form_take.hpp"

#include <cmath>
#include <numbers>

using namespace fourpole;

TEST_CASE("under a wander of 10 us at 2 Hz a tone of 3150 Hz lacks 0.085 dB, and that is its u") {
    const Event event{Tones{0.5, 6.0, 0.01, {{3150.0, 0.4, 0.5}}}, {{true, false}}};
    Programme p;
    p.sample_rate_hz = 48000.0;
    p.length_s = 7.0;
    p.events.push_back(event);
    p.analyses = {"level", "thd", "harmonics", "stream"};
    Formula f;
    f.seconds = 7.3, f.start = 4000.3, f.ppm = 20.0, f.noise = 1e-5;
    f.at_player_time = [&](Side s, double u) {
        const double late = 1e-5 * std::sin(2.0 * std::numbers::pi * 2.0 * u);
        return s == Side::left ? value_at(event, u + late) : 0.0;
    };
    const Measurement m = measured(p, f);
    REQUIRE(m.valid);
    const Point& level = reading_named(m, "level", Side::left)->scalar();
    // sigma = 2 pi 3150 Hz 10 us / sqrt 2 = 0.140 rad, 8.686 sigma^2 / 2 = 0.0851 dB
    CHECK(*level.u == Approx(0.0851).epsilon(0.05));
    CHECK(*level.value == Approx(AmplitudeRatio{0.4}.decibels() - 0.0851).margin(0.002));
    CHECK(reading_named(m, "thd", Side::left)->scalar().state == State::at_most);
}

TEST_CASE("a swing of 6 rad at 5 Hz does not lead the clock of 10 kHz away by 2000 ppm") {
    const Event event{Tones{0.5, 4.0, 0.01, {{10000.0, 0.4, 0.5}}}, {{true, false}}};
    Programme p;
    p.sample_rate_hz = 48000.0;
    p.length_s = 5.0;
    p.events.push_back(event);
    p.analyses = {"level", "stream"};
    Formula f;
    f.seconds = 5.3, f.start = 4000.3, f.ppm = -150.0, f.noise = 1e-5;
    f.at_player_time = [&](Side s, double u) {
        const double late = 1e-4 * std::sin(2.0 * std::numbers::pi * 5.0 * u + 2.0);
        return s == Side::left ? value_at(event, u + late) : 0.0;
    };
    const Measurement m = measured(p, f);
    const Reading* clock = reading_named(m, "clock_offset");
    REQUIRE(clock);
    REQUIRE(clock->scalar().value);
    CHECK(std::abs(*clock->scalar().value + 150.0) < 3.0 * *clock->scalar().u);
}

TEST_CASE(
    "a wander of 89 us at 27 or 76 Hz under 98 Hz takes 0.0065 dB, which is its u, and makes no harmonic") {
    const Event event{Tones{0.5, 4.0, 0.01, {{98.1, 0.4, 0.5}}}, {{true, false}}};
    Programme p;
    p.sample_rate_hz = 48000.0;
    p.length_s = 5.0;
    p.events.push_back(event);
    p.analyses = {"level", "thd", "harmonics", "stream"};
    // At 76 Hz a sideband stands 22 Hz beside the second harmonic.
    for (const auto& [hz, phase] : {std::pair{26.58, 0.0}, {26.58, 2.0}, {76.3, 0.0}, {76.3, 1.0}}) {
        INFO(hz << " " << phase);
        Formula f;
        f.seconds = 5.3, f.start = 4000.3, f.ppm = 40.0, f.noise = 1e-5;
        f.at_player_time = [&, hz = hz, phase = phase](Side s, double u) {
            const double late = 88.7e-6 * std::sin(2.0 * std::numbers::pi * hz * u + phase);
            return s == Side::left ? value_at(event, u + late) : 0.0;
        };
        const Measurement m = measured(p, f);
        REQUIRE(m.valid);
        const Point& level = reading_named(m, "level", Side::left)->scalar();
        // sigma = 2 pi 98.1 Hz 88.7 us / sqrt 2 = 0.0387 rad, 8.686 sigma^2 / 2 = 0.0065 dB
        CHECK(*level.u == Approx(0.0065).epsilon(0.15));
        CHECK(*level.value == Approx(AmplitudeRatio{0.4}.decibels() - 0.0065).margin(0.0015));
        int harmonics = 0;
        for (const Reading& r : m.readings) {
            if (r.name != "harmonic") continue;
            CHECK(r.scalar().state == State::at_most);
            ++harmonics;
        }
        CHECK(harmonics == 9);
        CHECK(reading_named(m, "thd", Side::left)->scalar().state == State::at_most);
    }
}

TEST_CASE("a foreign line 60 dB down and 30 Hz beside the third harmonic leaks there, and is no harmonic") {
    const Event event{Tones{0.5, 4.0, 0.01, {{98.1, 0.4, 0.5}}}, {{true, false}}};
    Programme p;
    p.sample_rate_hz = 48000.0;
    p.length_s = 5.0;
    p.events.push_back(event);
    p.analyses = {"level", "thd", "harmonics", "stream"};
    Formula f;
    f.seconds = 5.3, f.start = 4000.3, f.ppm = 40.0, f.noise = 1e-5;
    f.at_player_time = [&](Side s, double u) {
        const double foreign = 4e-4 * std::sin(2.0 * std::numbers::pi * 324.7 * u);
        return s == Side::left && u > 0.5 && u < 4.5 ? value_at(event, u) + foreign : 0.0;
    };
    const Measurement m = measured(p, f);
    REQUIRE(m.valid);
    for (const Reading& r : m.readings)
        if (r.name == "harmonic" && r.order == 3) CHECK(r.scalar().state == State::at_most);
}
