// SPDX-License-Identifier: GPL-3.0-or-later
// Hum under tones: lines of the converter's time beside lines of the player's.
#include "rig/measure/mains_beside_tones.hpp"
#include "rig/analysis/slowed.hpp"
#include "tests/closed_form_take.hpp"

using namespace fourpole;

namespace {

constexpr double pi = std::numbers::pi;

Programme tones(std::vector<Tone> lines, double seconds) {
    Programme p;
    p.sample_rate_hz = 48000.0;
    p.length_s = seconds;
    p.analyses = {"mains"};
    p.events.push_back(Event{Tones{0.0, seconds, 0.0, std::move(lines)}, {{true, true}}});
    return p;
}

/// The tones through x + 0.01 x^2 + 0.01 x^3, all of the take, and mains of 1e-4, half of it at twice and
/// 0.3 of it at three times the frequency.
Measurement hummed(const Programme& p, double mains_hz, double size, unsigned seed = 1) {
    Formula f;
    f.seconds = p.length_s;
    f.ppm = 40.0;
    f.noise = 1e-5;
    f.seed = seed;
    f.at_player_time = [&](Side side, double u) {
        double x = 0.0;
        for (const Event& e : p.events)
            if (e.on[side]) x += value_at(e, u);
        return x + 0.01 * x * x + 0.01 * x * x * x;
    };
    f.at_capture_time = [&](double t) {
        const double phase = 2.0 * pi * mains_hz * t;
        return size * (std::sin(phase) + 0.5 * std::sin(2.0 * phase + 1.0) + 0.3 * std::sin(3.0 * phase));
    };
    return measured(p, f);
}

const Reading* line(const Measurement& m, int order) { return reading_named(m, "mains", Side::left, order); }

}  // namespace

TEST_CASE("slowed to 3 kHz a line of 450 Hz keeps its size by the known gain, one of 3050 Hz is gone") {
    std::vector<double> x(48000);
    for (std::size_t n = 0; n < x.size(); ++n)
        x[n] = std::sin(2.0 * pi * 450.0 * static_cast<double>(n) / 48000.0);
    const Slowed slow = slowed(x, 48000.0, 3000.0);
    CHECK(slow.rate_hz == 3000.0);
    // (sin(16 a) / (16 sin a))^4 with a = 450 pi / 48000
    CHECK(slow.gain(450.0) == Approx(std::pow(std::sin(0.15 * pi) / (16.0 * std::sin(0.009375 * pi)), 4)));
    double power = 0.0;
    for (const double v : slow.y) power += v * v / static_cast<double>(slow.y.size());
    CHECK(std::sqrt(2.0 * power) == Approx(slow.gain(450.0)).epsilon(2e-3));
    for (std::size_t n = 0; n < x.size(); ++n)
        x[n] = std::sin(2.0 * pi * 3050.0 * static_cast<double>(n) / 48000.0);
    for (const double v : slowed(x, 48000.0, 3000.0).y) REQUIRE(std::abs(v) < 1e-6);
}

TEST_CASE("mains of 50.03 Hz at -80 dB under a tone of 997 Hz: three lines within 4 u, 2e-4 Hz and no more") {
    const Measurement m = hummed(tones({{997.0, 0.5, 0.0}}, 4.0), 50.03, 1e-4);
    REQUIRE(m.valid);
    const double sizes[] = {1e-4, 0.5e-4, 0.3e-4};
    for (int order = 1; order <= 3; ++order) {
        const Reading* r = line(m, order);
        REQUIRE(r != nullptr);
        CHECK(r->definition == "mains.beside_tones@1");
        CHECK(std::abs(*r->scalar().value - AmplitudeRatio{sizes[order - 1]}.decibels()) <
              4.0 * *r->scalar().u);
        CHECK(*r->scalar().at == Approx(order * 50.03).margin(2e-4 * order));
        // A density of 1e-10 / 24 kHz over 4 s: 3.2e-8 of amplitude.
        CHECK(*r->scalar().u == Approx(db_per_relative * 3.23e-8 / sizes[order - 1]).epsilon(0.4));
    }
    CHECK(line(m, 4) == nullptr);
}

TEST_CASE("without mains there is a bound below -125 dB, and harmonics of a 100 Hz tone are none") {
    for (const double hz : {997.0, 100.0}) {
        const Measurement m = hummed(tones({{hz, 0.5, 0.0}}, 2.0), 50.0, 0.0);
        const Reading* r = line(m, 1);
        REQUIRE(r != nullptr);
        CHECK(r->scalar().state == State::at_most);
        CHECK(*r->scalar().value < -125.0);
        for (int order = 2; order <= 9; ++order) CHECK(line(m, order) == nullptr);
    }
}

TEST_CASE("a difference of 50 Hz between two of three tones is no mains of 50 Hz, and leaves no bound") {
    const Measurement m =
        hummed(tones({{1000.0, 0.2, 0.0}, {1050.0, 0.2, 0.5}, {1730.0, 0.2, 1.0}}, 2.0), 50.0, 0.0);
    REQUIRE(m.valid);
    for (const Reading& r : m.readings)
        if (r.name == "mains") CHECK(r.scalar().state == State::not_measured);
}

TEST_CASE("products of 60 Hz and 7 kHz are no mains of 60 Hz, and mains of 50.03 Hz are told beside them") {
    const Programme smpte = tones({{60.0, 0.5, 0.0}, {7000.0, 0.125, 0.0}}, 2.0);
    const Measurement clean = hummed(smpte, 50.0, 0.0);
    for (const Reading& r : clean.readings)
        if (r.name == "mains") CHECK(r.scalar().state != State::exact);
    const Measurement m = hummed(smpte, 50.03, 1e-4);
    REQUIRE(line(m, 1) != nullptr);
    CHECK(*line(m, 1)->scalar().at == Approx(50.03).margin(5e-4));
    CHECK(std::abs(*line(m, 1)->scalar().value + 80.0) < 4.0 * *line(m, 1)->scalar().u);
}

TEST_CASE("60 Hz of the programme under 20 us of wander at 0.7 Hz is no hum of 59.3 Hz, hum of 50.03 Hz is") {
    const Programme p = tones({{60.0, 0.4, 0.0}, {7000.0, 0.1, 0.0}}, 5.0);
    for (const double hum : {0.0, 1e-3}) {
        Formula f;
        f.seconds = p.length_s;
        f.ppm = 40.0;
        f.noise = 1e-5;
        f.at_player_time = [&](Side, double u) {
            return value_at(p.events[0], u + 20e-6 * std::sin(2.0 * pi * 0.7 * u));
        };
        f.at_capture_time = [&](double t) { return hum * std::sin(2.0 * pi * 50.03 * t); };
        const Measurement m = measured(p, f);
        for (const std::string& r : m.reasons) CHECK((hum > 0.0 || r.find("hum") == std::string::npos));
        for (const Reading& r : m.readings)
            if (r.name == "mains" && r.scalar().state == State::exact)
                CHECK((hum > 0.0 && *r.scalar().at == Approx(50.03).margin(0.01)));
        CHECK((line(m, 1) != nullptr && line(m, 1)->scalar().state == State::exact) == (hum > 0.0));
    }
}

TEST_CASE("lines of a 10 Hz comb leave out what stands on it: of mains at 50.31 Hz the fundamental, in 4 s") {
    std::vector<Tone> comb;
    for (int k = 0; k < 12; ++k)
        comb.push_back({10.0 * std::round(10.0 * std::pow(1.5, k)), 0.04, 1.3 * k * k});
    const Measurement m = hummed(tones(comb, 4.0), 50.3125, 1e-4);
    REQUIRE(m.valid);
    CHECK(line(m, 1) == nullptr);
    REQUIRE(line(m, 2) != nullptr);
    CHECK(*line(m, 2)->scalar().at == Approx(100.625).margin(2e-3));
    CHECK(*line(m, 2)->scalar().value == Approx(AmplitudeRatio{0.5e-4}.decibels()).margin(0.05));
    for (int order = 4; order <= 9; ++order) CHECK(line(m, order) == nullptr);
}

TEST_CASE(
    "a pause that shows a line speaks for itself, one of 60 ms that shows none is outdone by the tone") {
    Programme p = tones({{997.0, 0.5, 0.0}}, 2.0);
    p.length_s = 3.0;
    const Measurement paused = hummed(p, 50.03, 1e-3);
    REQUIRE(line(paused, 1) != nullptr);
    CHECK(line(paused, 1)->definition == "mains.quiet_fit@1");
    p.length_s = 2.25;
    const Measurement brief = hummed(p, 50.03, 1e-7);
    REQUIRE(line(brief, 1) != nullptr);
    CHECK(line(brief, 1)->definition == "mains.beside_tones@1");
    std::size_t fundamentals = 0;
    for (const Reading& r : brief.readings)
        fundamentals += r.name == "mains" && r.side == Side::left && r.order == 1;
    CHECK(fundamentals == 1);
}
