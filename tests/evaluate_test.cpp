// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/stimulus/evaluate.hpp"
#include "tests/catch.hpp"

#include <cmath>

using namespace fourpole;

namespace {

Event on_both(auto what) {
    Event event{what, {}};
    for (const Side side : sides) event.on[side] = true;
    return event;
}

}  // namespace

TEST_CASE("a player 100 ppm fast is 0.6 ms of its own time ahead after 6 s", "[stimulus]") {
    const Clock clock{48000.0, 240.0, 100.0};
    CHECK(clock.u_at(240.0) == Approx(0.0).margin(1e-15));
    CHECK(clock.u_at(240.0 + 6 * 48000.0) == Approx(6.0006).margin(1e-12));
    CHECK(clock.sample_at(6.0006) == Approx(240.0 + 288000.0).margin(1e-6));
}

TEST_CASE("a chirp falling from 1000 to 500 Hz over 1 s has turned 437.5 times at its half", "[stimulus]") {
    // f1 v + (f2 - f1) v^2 / 2 at v = 0.5: 500 - 62.5. Half a turn left over: sin = 0, falling;
    // a quarter of a period of the 750 Hz then heard later, sin = -1.
    const Event chirp = on_both(Chirp{
        .start_s = 2.0, .duration_s = 1.0, .f1_hz = 1000, .f2_hz = 500, .amplitude = 0.25, .edge_s = 0.02});
    CHECK(value_at(chirp, 2.5) == Approx(0.0).margin(1e-9));
    CHECK(value_at(chirp, 2.5 + 0.25 / 750.0) == Approx(-0.25).margin(1e-4));
    CHECK(frequency_at(chirp, 2.5) == Approx(750.0));
    CHECK(value_at(chirp, 1.9999) == 0.0);
    CHECK(value_at(chirp, 3.0001) == 0.0);
}

TEST_CASE("a raised cosine lets a quarter of 20 ms in at 14.64 %", "[stimulus]") {
    // 0.5 - 0.5 cos(pi / 4) = 0.146447; a constant: 0 Hz at a quarter turn.
    const Event tone = on_both(
        Tones{.start_s = 1.0, .duration_s = 1.0, .edge_s = 0.02, .tones = {{0.0, 1.0, 1.5707963267948966}}});
    CHECK(value_at(tone, 1.005) == Approx(0.146447).margin(1e-6));
    CHECK(value_at(tone, 1.995) == Approx(0.146447).margin(1e-6));
    CHECK(value_at(tone, 1.5) == Approx(1.0).margin(1e-12));
}

TEST_CASE("a sweep from 20 Hz to 20 kHz at L = 0.35 s lasts 2.41771 s", "[stimulus]") {
    // 0.35 ln 1000 = 0.35 * 6.907755279
    Sweep sweep{.start_s = 0.5, .f1_hz = 20, .f2_hz = 20000, .rate_s = 0.35, .amplitude = 0.5};
    CHECK(duration_s(sweep) == Approx(2.417714348).margin(1e-9));
    CHECK(event_end(on_both(sweep)) == Approx(2.917714348).margin(1e-9));
    // One L after its start it has grown by e: 54.3656 Hz.
    CHECK(frequency_at(on_both(sweep), 0.85) == Approx(54.36563657).margin(1e-7));
    // f1 L = 7 whole turns: the laws differ only where that is no whole number.
    CHECK(value_at(on_both(sweep), 0.5) == Approx(0.0).margin(1e-12));

    sweep.rate_s = 0.3625;  // f1 L = 7.25: Novak's sweep starts at its crest, Farina's at zero
    CHECK(value_at(on_both(sweep), 0.5) == Approx(0.5).margin(1e-9));
    sweep.law = Sweep::Law::farina;
    CHECK(value_at(on_both(sweep), 0.5) == Approx(0.0).margin(1e-12));
}

TEST_CASE("2 tones of 0.5 at once add up to 1, on the sides that play them", "[stimulus]") {
    for (const Side side : sides) {
        const Tones crest{
            .start_s = 0.0, .duration_s = 1.0, .edge_s = 0.0, .tones = {{0.0, 0.5, 1.5707963267948966}}};
        Programme programme;
        for (int i = 0; i < 2; ++i) {
            Event event{crest, {}};
            event.on[side] = true;
            programme.events.push_back(event);
        }
        const Clock clock{1000.0, 0.0, 0.0};
        CHECK(render(programme, side, clock, 100).at(50) == Approx(1.0).margin(1e-12));
        CHECK(render(programme, other(side), clock, 100).at(50) == 0.0);
    }
}
