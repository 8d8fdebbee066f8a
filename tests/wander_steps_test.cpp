// SPDX-License-Identifier: GPL-3.0-or-later
// Stepped tones without a marker behind a clock that wanders, in closed form: nothing breaks, and the pace is
// told with what the wander may do to it.
#include "rig/measure/segment_clocks.hpp"
#include "rig/measure/smooth_delay.hpp"
#include "tests/closed_form_take.hpp"
#include "tests/shared_data.hpp"

#include <cmath>
#include <numbers>
#include <string>
#include <tuple>

using namespace fourpole;

namespace {

constexpr double pi = std::numbers::pi;

Programme steps(double seconds, double gap_s, const std::vector<double>& hz) {
    Programme p;
    p.sample_rate_hz = 48000.0;
    double at = 0.3;
    for (const double f : hz) {
        p.events.push_back({Tones{at, seconds, 0.01, {{f, 0.4, 0.5}}}, {{true, false}}});
        at += seconds + gap_s;
    }
    p.length_s = at + 0.2;
    return p;
}

Formula wandering(const Programme& p, double size_s, double hz, double ppm) {
    Formula f;
    f.seconds = p.length_s + 0.3, f.start = 4000.3, f.ppm = ppm, f.noise = 1e-5;
    f.at_player_time = [&p, size_s, hz](Side s, double u) {
        double sum = 0.0;
        for (const Event& e : p.events)
            if (e.on[s]) sum += value_at(e, u + size_s * std::sin(2.0 * pi * hz * u + 0.7));
        return sum;
    };
    return f;
}

/// Piece by piece, u of a thousandth of a sample.
DelayPieces pieces(const std::function<double(double)>& delay) {
    DelayPieces out;
    for (int k = 0; k < 12; ++k) {
        out.at.push_back((2.0 * k - 11.0) / 12.0);
        out.delay.push_back(delay(out.at.back()));
        out.u.push_back(1e-3);
    }
    return out;
}

}  // namespace

TEST_CASE("tones of 0.3 s from 20 Hz to 16 kHz break nowhere under 2 to 9 us of wander at 0.5 to 9 Hz") {
    for (const auto& [size_s, hz] : {std::tuple{4e-6, 2.0}, {2e-6, 5.0}, {9e-6, 0.55}, {9e-6, 9.0}}) {
        const Programme p = steps(0.3, 0.02, {20.0, 63.0, 50.0, 400.0, 3150.0, 16000.0});
        const Measurement m = measured(p, wandering(p, size_s, hz, 77.0));
        std::string why;
        for (const std::string& r : m.reasons) why += r + "\n";
        INFO(size_s << " s at " << hz << " Hz: " << why);
        CHECK(m.valid);
        const Reading* clock = reading_named(m, "clock_offset");
        REQUIRE(clock);
        CHECK(std::abs(*clock->scalar().value - 77.0) < 2.0 * *clock->scalar().u);
        CHECK(*clock->scalar().u < 30.0);
    }
}

TEST_CASE(
    "37 samples lost under 6 us of wander are found where they are, and counted up to the tone's period") {
    const Programme p = steps(0.5, 0.02, {100.0, 1000.0, 7300.0});
    Formula f = wandering(p, 6e-6, 2.0, -20.0);
    // In the tone of 1 kHz, which plays from sample 4000 + 39,360 on.
    constexpr std::size_t at = 55'000;
    Take take = take_of(f);
    for (auto& c : take.channels) c.erase(c.begin() + at, c.begin() + at + 37);
    const auto m = measure(take, p, false);
    REQUIRE(m.has_value());
    CHECK_FALSE(m->valid);
    const Reading* r = reading_named(*m, "discontinuity");
    REQUIRE(r);
    const auto events = detail<std::vector<Discontinuity>>(*r, "events");
    REQUIRE(events.size() == 1);
    CHECK(std::abs(events[0].at_sample - static_cast<std::ptrdiff_t>(at)) <= 1);
    CHECK(events[0].count == 37);
}

TEST_CASE("a step of 0.05 samples is no smooth course, a quarter of a swing of 0.5 is one, with 0.3 none") {
    const auto swing = [](double t) { return 0.5 * std::sin(0.25 * pi * t + 0.3); };
    const auto course = smooth_course(pieces(swing));
    REQUIRE(course);
    CHECK(course->delay_at(0.0) == Approx(0.5 * std::sin(0.3)).margin(1e-3));
    CHECK(course->slope_at(0.0) == Approx(0.125 * pi * std::cos(0.3)).margin(3e-3));
    CHECK_FALSE(smooth_course(pieces([&](double t) { return swing(t) + (t > 0.2 ? 0.3 : 0.0); })));
    CHECK_FALSE(smooth_course(pieces([](double t) { return t > -0.6 ? 0.05 : 0.0; })));
    DelayPieces few = pieces(swing);
    few.at.resize(6), few.delay.resize(6), few.u.resize(6);
    CHECK_FALSE(smooth_course(few));
}

TEST_CASE("two clocks 8 ppm apart with u of 1 ppm have u of 4 ppm, and the wander of both does not average") {
    const auto clock = [](double ppm, double u_ppm) {
        SegmentClock c;
        c.scale = 1.0 + 1e-6 * ppm, c.u = 1e-6 * u_ppm, c.known = true, c.from_s = 1.0, c.to_s = 2.0;
        return c;
    };
    // chi^2 = sum (x - m)^2 / (u^2 + b) = 2 16 / (1 + b) = 1: b = 31, u = sqrt(32 / 2) = 4
    const auto apart = common_clock({clock(96.0, 1.0), clock(104.0, 1.0)});
    REQUIRE(apart);
    CHECK(apart->ppm == Approx(100.0).margin(1e-6));
    CHECK(apart->u_ppm == Approx(4.0).epsilon(1e-6));
    // Within chance they are one clock: u / sqrt 2.
    CHECK(common_clock({clock(99.5, 1.0), clock(100.5, 1.0)})->u_ppm == Approx(std::sqrt(0.5)).epsilon(1e-6));
    // A tone of 2 s that wander turns by 0.5 ppm: one of 1 s by four times that, and both alike.
    SegmentClock tells = clock(100.0, 0.001);
    tells.to_s = 3.0;
    tells.wander = PaceDoubt{0.5e-6, 1e-6, 0.0, 2.0, 0.0};
    const auto both = common_clock({tells, clock(100.0, 0.001)});
    // Weights 1 / 0.25 and 1 / 4: (0.5 4 + 2 0.25) / 4.25
    CHECK(both->u_ppm == Approx(2.5 / 4.25).epsilon(1e-3));
    CHECK_FALSE(common_clock({SegmentClock{}}));
}
