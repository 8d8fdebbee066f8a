// SPDX-License-Identifier: GPL-3.0-or-later
// Hum on a tone's own frequency: nobody can tell the two apart, and u says by how much that may matter.
#include "tests/closed_form_take.hpp"

#include <algorithm>
#include <string>
#include <vector>

using namespace fourpole;

namespace {

constexpr double pi = std::numbers::pi, hum_size = 1e-3, tone_size = 0.5;

struct Step {
    double hz, start_s, seconds;
};

/// Tones one at a time on the left side.
Programme steps(const std::vector<Step>& of, double length_s) {
    Programme p;
    p.sample_rate_hz = 48000.0;
    p.length_s = length_s;
    for (const Step& s : of)
        p.events.push_back({Tones{s.start_s, s.seconds, 0.005, {{s.hz, tone_size, 0.4}}}, {{true, false}}});
    p.analyses = {"level", "response", "thd", "harmonics", "stream"};
    return p;
}

Formula played(const Programme& p, double mains_hz, double size, unsigned seed) {
    Formula f;
    f.seconds = p.length_s + 0.3, f.start = 4000.3, f.ppm = 60.0 - 9.0 * seed, f.noise = 3e-6, f.seed = seed;
    f.at_player_time = [&p](Side s, double u) {
        double sum = 0.0;
        for (const Event& e : p.events)
            if (e.on[s]) sum += value_at(e, u);
        return sum;
    };
    f.at_capture_time = [=](double t) { return size * std::sin(2.0 * pi * mains_hz * t + 0.53 * seed); };
    return f;
}

double rms(const std::vector<double>& z) {
    double sum = 0.0;
    for (const double v : z) sum += v * v;
    return std::sqrt(sum / static_cast<double>(z.size()));
}

const Point& point_at(const Reading& r, double hz) {
    return *std::find_if(r.points.begin(), r.points.end(),
                         [&](const Point& p) { return std::abs(*p.at - hz) < 1e-6; });
}

const double truth_db = AmplitudeRatio{tone_size}.decibels();

}  // namespace

TEST_CASE(
    "under hum of -60 dBFS 0.02 Hz beside it a tone of 2 s has its level and clock within u, 12 of 12") {
    std::vector<double> level, clock;
    const Programme p = steps({{50.0, 0.5, 2.0}}, 3.0);
    for (unsigned seed = 0; seed < 12; ++seed) {
        const Formula f = played(p, 50.02, hum_size, seed);
        const Measurement m = measured(p, f);
        REQUIRE(m.valid);
        const Point& at = reading_named(m, "level", Side::left)->scalar();
        // 8.686 a / A / sqrt 2: the pauses on both sides say how loud the hum is.
        CHECK(*at.u == Approx(0.01228).epsilon(0.03));
        level.push_back((*at.value - truth_db) / *at.u);
        const Point& pace = reading_named(m, "clock_offset")->scalar();
        clock.push_back((*pace.value - f.ppm) / *pace.u);
        CHECK(std::abs(clock.back()) < 2.5);
    }
    CHECK(rms(level) == Approx(1.0).margin(0.3));
    CHECK(rms(clock) == Approx(1.0).margin(0.4));
}

TEST_CASE("the 20th order of 50 Hz on a tone of 1 kHz is in the u of its level and of THD+N, 6 of 6") {
    std::vector<double> level;
    Programme p = steps({{1000.0, 0.5, 1.5}}, 2.5);
    p.analyses.push_back("thd_n");
    for (unsigned seed = 0; seed < 6; ++seed) {
        Formula f = played(p, 50.003, 0.0, seed);
        f.at_capture_time = [seed](double t) {
            return hum_size *
                   (std::sin(2.0 * pi * 50.003 * t) + 0.3 * std::sin(2.0 * pi * 1000.06 * t + 0.9 * seed));
        };
        const Measurement m = measured(p, f);
        REQUIRE(m.valid);
        const Point& at = reading_named(m, "level", Side::left)->scalar();
        CHECK(*at.u == Approx(0.3 * 0.01228).epsilon(0.05));
        level.push_back((*at.value - truth_db) / *at.u);
        // Two lines beside 0.5, and one of them may be missing: 10 lg(1.09e-6 / 0.25), u 10 lg(1.09).
        const Point& rest = reading_named(m, "thd_n", Side::left)->scalar();
        REQUIRE(rest.u);
        CHECK(std::abs(*rest.value - 10.0 * std::log10(1.09e-6 / 0.25)) < 1.5 * *rest.u);
    }
    CHECK(rms(level) < 1.6);
    CHECK(rms(level) > 0.4);
}

TEST_CASE("hum of -60 dBFS on the second harmonic of a 25 Hz tone is a bound of it and of THD") {
    const Programme p = steps({{25.0, 0.5, 2.0}}, 3.0);
    const Measurement m = measured(p, played(p, 50.013, hum_size, 3));
    const Point& second = reading_named(m, "harmonic", Side::left, 2)->scalar();
    CHECK(second.state == State::at_most);
    CHECK(*second.value > -54.0);  // 1e-3 re 0.5
    CHECK(reading_named(m, "thd", Side::left)->scalar().state == State::at_most);
}

TEST_CASE("steps without a pause know the hum on one of them from the others, and none where there is none") {
    Programme p = steps({{40.0, 0.12, 1.0}, {50.0, 1.12, 1.0}, {80.0, 2.12, 1.0}, {500.0, 3.12, 1.0}}, 4.25);
    for (const double at : {0.0, 4.13})
        p.events.push_back({Chirp{at, 0.1, 2000.0, 8000.0, 0.3, 0.01}, {{true, false}}});
    for (const double size : {hum_size, 0.0}) {
        Formula f = played(p, 49.99, size, 2);
        f.start = 0.0, f.seconds = 4.24;
        const Measurement m = measured(p, f);
        REQUIRE(m.valid);
        const Point& at = point_at(*reading_named(m, "response", Side::left), 50.0);
        INFO(size);
        CHECK(*at.u == Approx(size > 0.0 ? 0.01228 : 1e-6).margin(size > 0.0 ? 6e-4 : 1e-6));
        CHECK(std::abs(*at.value) < 3.0 * *at.u);
        CHECK(*point_at(*reading_named(m, "response", Side::left), 80.0).u < 1e-5);
    }
}

TEST_CASE("a tone 7 Hz beside hum of -54 dBFS has a clock as good as without it, 6 of 6") {
    std::vector<double> clock;
    const Programme p = steps({{57.5, 0.5, 1.0}}, 2.0);
    for (unsigned seed = 0; seed < 6; ++seed) {
        const Formula f = played(p, 50.02, 2e-3, seed);
        const Point pace = reading_named(measured(p, f), "clock_offset")->scalar();
        // 1e6 s sqrt(24 / N^3) / (w A), N = 48000 less the edges: 3e-6 of noise
        CHECK(*pace.u == Approx(0.00039).epsilon(0.2));
        clock.push_back((*pace.value - f.ppm) / *pace.u);
        CHECK(std::abs(clock.back()) < 4.0);
    }
    CHECK(rms(clock) < 2.0);
}

TEST_CASE("a tone of 30 Hz is read from 0.6 s without a marker, its level to 1e-4 dB") {
    const Programme p = steps({{30.0, 0.3, 0.6}}, 1.2);
    const Measurement m = measured(p, played(p, 50.0, 0.0, 1));
    REQUIRE(m.valid);
    REQUIRE(reading_named(m, "level", Side::left));
    const Point& at = reading_named(m, "level", Side::left)->scalar();
    CHECK(*at.value == Approx(truth_db).margin(1e-4));
    CHECK(*at.u < 5e-5);
}

TEST_CASE("hum of 60 Hz at -60 and -46 dBFS beside 0.3 s of 63 Hz between chirps is no break, 16 of 16") {
    Programme p = steps({{60.0, 0.5, 0.3}, {63.0, 0.8, 0.3}, {80.0, 1.1, 0.3}}, 2.0);
    for (const double at : {0.1, 1.7})
        p.events.push_back({Chirp{at, 0.15, 500.0, 12000.0, 0.25, 0.02}, {{true, false}}});
    for (unsigned seed = 0; seed < 16; ++seed) {
        INFO(seed);
        const Measurement m = measured(p, played(p, 60.029, (seed < 8 ? 1.0 : 5.0) * hum_size, seed % 8));
        std::string why;
        for (const std::string& r : m.reasons) why += r + "; ";
        INFO(why);
        CHECK(m.valid);
    }
}
