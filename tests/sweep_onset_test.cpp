// SPDX-License-Identifier: GPL-3.0-or-later
// Where a sweep begins: devices that bend it, y = x + a x^2 + b x^3, whose response is 1 + 0.75 b A^2.
#include "tests/closed_form_take.hpp"

#include <algorithm>

using namespace fourpole;

namespace {

/// Largest |error| / u of the response below 60 Hz, and the median u, dB.
struct Lowest {
    double z = 0.0, u_db = 0.0;
};

Lowest lowest_of(double square, double cube, double fade_in_s, Sweep::Law law) {
    const Event event{Sweep{0.3, 20.0, 20000.0, 0.35, 0.5, fade_in_s, 0.005, law}, {{true, false}}};
    Programme p;
    p.sample_rate_hz = 48000.0;
    p.length_s = 3.3;
    p.events.push_back(event);
    p.analyses = {"response", "harmonics"};
    Formula f;
    f.seconds = 3.4;
    f.start = 100.3;
    f.noise = 3e-7;
    f.at_player_time = [&](Side s, double u) {
        const double x = value_at(event, u);
        return s == Side::left ? x + square * x * x + cube * x * x * x : 0.0;
    };
    const Measurement m = measured(p, f);
    REQUIRE(m.valid);
    const Reading* r = reading_named(m, "response", Side::left);
    REQUIRE(r != nullptr);
    const double truth = AmplitudeRatio{1.0 + 0.75 * cube * 0.25}.decibels();
    Lowest out;
    std::vector<double> u;
    for (const Point& point : r->points) {
        if (*point.at > 60.0) break;
        REQUIRE(point.state == State::exact);
        out.z = std::max(out.z, std::abs(*point.value - truth) / *point.u);
        u.push_back(*point.u);
    }
    REQUIRE(u.size() > 20);
    std::sort(u.begin(), u.end());
    out.u_db = u[u.size() / 2];
    return out;
}

}  // namespace

TEST_CASE(
    "behind squarers and cubes a sweep's first octave is within 4 u, and u below 2e-4 dB without them") {
    for (const auto law : {Sweep::Law::synchronised, Sweep::Law::farina})
        for (const double fade_in_s : {0.1, 0.02}) {
            CHECK(lowest_of(2e-3, 0.0, fade_in_s, law).z < 4.0);
            CHECK(lowest_of(2e-2, 0.0, fade_in_s, law).z < 4.0);
            CHECK(lowest_of(0.0, 8e-4, fade_in_s, law).z < 4.0);
            CHECK(lowest_of(0.0, 8e-3, fade_in_s, law).z < 4.0);
        }
    CHECK(lowest_of(0.0, 0.0, 0.1, Sweep::Law::synchronised).u_db < 2e-4);
}

TEST_CASE("at 300, -300 and 700 ppm without chirps the harmonics of two sweeps stand where their gates are",
          "[repeated]") {
    // Behind an all-pass of Q 5 the sweeps' own bend tells no pace; it leaves every size as it is.
    for (const auto& [ppm, q] : {std::pair{300.0, 0.0}, {-300.0, 0.0}, {700.0, 0.0}, {700.0, 5.0}}) {
        INFO(ppm << " ppm, Q " << q);
        constexpr double square = 0.02, cube = 0.01, size = 0.5;
        Programme p;
        p.sample_rate_hz = 96000.0;
        p.length_s = 8.0;
        for (const Side side : sides) {
            Event event{Sweep{side == Side::left ? 0.9 : 4.2, 20.0, 20000.0, 0.35, size, 0.05, 0.005,
                              Sweep::Law::synchronised},
                        {}};
            event.on[side] = true;
            p.events.push_back(event);
        }
        p.analyses = {"response", "harmonics", "stream"};
        Formula f;
        f.rate_hz = 96000.0;
        f.seconds = 8.5;
        f.start = 26083.2;
        f.ppm = ppm;
        f.noise = 1e-5;
        f.at_player_time = [&](Side side, double u) {
            const double x = value_at(p.events[side == Side::left ? 0 : 1], u);
            return x + square * x * x + cube * x * x * x;
        };
        Take take = take_of(f);
        for (auto& x : take.channels)
            if (q > 0.0) all_pass(x, q, f.rate_hz);
        const auto read = measure(take, p, false);
        REQUIRE(read.has_value());
        const Measurement& m = *read;
        REQUIRE(m.valid);
        CHECK(*reading_named(m, "clock_offset")->scalar().value == Approx(ppm).margin(0.001));
        const double fundamental = 1.0 + 0.75 * cube * size * size;
        const double second = AmplitudeRatio{square * size / 2.0 / fundamental}.decibels();
        for (const Side side : sides) {
            std::size_t points = 0;
            for (const Point& point : reading_named(m, "harmonic", side, 2)->points) {
                if (*point.at < 500.0 || *point.at > 9000.0) continue;
                REQUIRE(point.state == State::exact);
                CHECK(*point.value == Approx(second).margin(0.15));
                ++points;
            }
            CHECK(points > 10);
        }
    }
}
