// SPDX-License-Identifier: GPL-3.0-or-later
// Tones that tell nothing, and silence that is digital: a state with a reason, and no number.
#include "tests/closed_form_take.hpp"

#include <string>

using namespace fourpole;

namespace {

constexpr double pi = std::numbers::pi;

Programme playing(double seconds, std::vector<Tone> tones,
                  std::vector<std::string> analyses = {"level", "thd"}) {
    Programme p;
    p.sample_rate_hz = 48000.0;
    p.length_s = seconds;
    p.events.push_back({Tones{0.0, seconds, 0.0, std::move(tones)}, {{true, false}}});
    p.analyses = std::move(analyses);
    return p;
}

Formula played(const Programme& p, double noise) {
    Formula f;
    f.seconds = p.length_s + 0.2, f.start = 500.0, f.ppm = 20.0, f.noise = noise;
    f.at_player_time = [&p](Side s, double u) {
        double sum = 0.0;
        for (const Event& e : p.events)
            if (e.on[s]) sum += value_at(e, u);
        return sum;
    };
    return f;
}

bool says(const Measurement& m, const std::string& words) {
    return std::any_of(m.reasons.begin(), m.reasons.end(),
                       [&](const std::string& r) { return r.find(words) != std::string::npos; });
}

}  // namespace

TEST_CASE("tones 0.01 Hz apart, of 0 amplitude, of 30 ms, and two that cancel have no figure but a reason") {
    const std::vector<std::pair<Programme, std::string>> cases{
        {playing(2.0, {{1000.0, 0.3, 0.0}, {1000.01, 0.3, 0.0}}), "which tells 0.5 Hz apart and no less"},
        {playing(2.0, {{1000.0, 0.0, 0.0}}), "plays 1000 Hz with no amplitude"},
        {playing(0.03, {{1000.0, 0.3, 0.0}}), "for 30 ms at 0 s; 50 ms is the least that is read"},
        {playing(2.0, {{1000.0, 0.3, 0.2}, {1000.0, 0.3, 0.2 + pi}}), "the two cancel each other"}};
    for (const auto& [p, words] : cases) {
        const Measurement m = measured(p, played(p, 1e-5));
        INFO(words);
        CHECK(m.valid);
        CHECK(says(m, words));
        const Reading* level = reading_named(m, "level");
        REQUIRE(level);
        CHECK(level->scalar().state == State::not_measured);
        CHECK(std::get<std::string>(*level->detail("why")).find(words) != std::string::npos);
        CHECK(reading_named(m, "transfer") == nullptr);
    }
}

TEST_CASE("beside two tones that cancel a third of 3 kHz is read alone, to 1e-4 dB") {
    const Programme p = playing(1.0, {{1000.0, 0.3, 0.0}, {1000.0, 0.3, pi}, {3000.0, 0.2, 0.0}});
    const Measurement m = measured(p, played(p, 1e-5));
    const Reading* level = reading_named(m, "level", Side::left);
    REQUIRE(level);
    CHECK(*level->scalar().at == 3000.0);
    CHECK(*level->scalar().value == Approx(AmplitudeRatio{0.2}.decibels()).margin(1e-4));
}

TEST_CASE("digital silence of 16 bits holds noise of at most half a step, -93.3 dBFS, and DC within a step") {
    Programme p;
    p.sample_rate_hz = 48000.0;
    p.length_s = 2.0;
    const auto chirp = [](double at) {
        return Event{Chirp{at, 0.15, 2000.0, 8000.0, 0.3, 0.01}, {{true, true}}};
    };
    p.events = {chirp(0.1), Event{Silence{0.4, 1.0}, {{true, true}}}, chirp(1.6)};
    p.analyses = {"noise", "dc"};
    Take take = take_of(played(p, 0.0));
    take.bits = 16, take.floating_point = false;
    for (auto& channel : take.channels)
        for (double& x : channel) x = std::ldexp(std::round(std::ldexp(x, 15)), -15);
    const auto m = measure(take, p, false);
    REQUIRE(m.has_value());
    const Reading* noise = reading_named(*m, "noise", Side::left);
    REQUIRE(noise);
    CHECK(noise->scalar().state == State::at_most);
    // 20 lg (sqrt 2 / 2^16)
    CHECK(*noise->scalar().value == Approx(-93.319).margin(0.001));
    // 2^-15 / sqrt 12
    CHECK(*reading_named(*m, "dc", Side::left)->scalar().u == Approx(8.81e-6).epsilon(0.01));
}

TEST_CASE("hum of -40 dBFS at 49.6 Hz is no crosstalk of a tone at 50 Hz in 1 s, nor at 40 Hz in 0.3 s") {
    for (const auto& [hz, seconds] : {std::pair{50.0, 1.0}, {40.0, 0.3}}) {
        const Programme p = playing(seconds, {{hz, 0.3, 0.0}, {1000.0, 0.3, 0.0}}, {"crosstalk"});
        Formula f = played(p, 1e-6);
        f.at_capture_time = [](double t) { return 0.01 * std::sin(2.0 * pi * 49.6 * t); };
        const Measurement m = measured(p, f);
        const Reading* crosstalk = reading_named(m, "crosstalk", Side::left);
        REQUIRE(crosstalk);
        for (const Point& point : crosstalk->points) CHECK(point.state == State::at_most);
        // There is none: what the hum leaves, 0.01 of 0.3, is the bound.
        CHECK(*crosstalk->points.front().value > -50.0);
        CHECK(*crosstalk->points.front().value < -15.0);
    }
}

TEST_CASE("one sample of 0.3 in noise of -120 dBFS is no tone of 2 s") {
    const Programme p = playing(2.0, {{997.0, 0.5, 0.0}});
    for (const double at_s : {0.3, 1.25}) {
        Formula f = played(p, 1e-6);
        f.at_player_time = [at_s](Side, double u) { return std::abs(u - at_s) < 0.5 / 48000.0 ? 0.3 : 0.0; };
        const Measurement m = measured(p, f);
        INFO(at_s);
        CHECK_FALSE(m.valid);
        CHECK(says(m, "the programme's tones are not in this take"));
        CHECK(reading_named(m, "level") == nullptr);
    }
}

TEST_CASE("what is in the start of a take of 8 kHz is told of the band that it holds") {
    Programme p;
    p.sample_rate_hz = 48000.0;
    p.length_s = 2.0;
    const auto chirp = [](double at) {
        return Event{Chirp{at, 0.15, 1000.0, 8000.0, 0.3, 0.01}, {{true, true}}};
    };
    p.events = {chirp(0.1), chirp(1.6)};
    Formula f = played(p, 1e-5);
    f.rate_hz = 8000.0;
    // What a converter's filter lets through: the chirp up to 3.6 kHz.
    f.at_player_time = [&p](Side s, double u) {
        double sum = 0.0;
        for (const Event& e : p.events)
            if (const auto& c = std::get<Chirp>(e.what);
                e.on[s] && u - c.start_s < c.duration_s * 2600.0 / 7000.0)
                sum += value_at(e, u);
        return sum;
    };
    const Measurement m = measured(p, f);
    const Reading* clock = reading_named(m, "clock_offset");
    REQUIRE(clock);
    REQUIRE(clock->detail("start_includes"));
    CHECK(std::get<std::string>(*clock->detail("start_includes")) ==
          "the device's own mean delay from 1000 Hz to 3.6 kHz, the chirps' band");
}
