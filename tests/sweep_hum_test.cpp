// SPDX-License-Identifier: GPL-3.0-or-later
// Sweeps with a steady line beside them, and short ones of low rates.
#include "rig/analysis/deconvolve.hpp"
#include "tests/closed_form_take.hpp"

#include <algorithm>

using namespace fourpole;

namespace {

constexpr double pi = std::numbers::pi;

/// A sweep of half of full scale behind a device that makes 2e-3 a^2 of second order out of a wave of size a:
/// -60 dB of it, whatever the frequency.
const Event swept{Sweep{0.3, 20.0, 20000.0, 0.35, 0.5, 0.1, 0.005, Sweep::Law::synchronised},
                  {{true, false}}};

Formula squared(unsigned seed) {
    Formula f;
    f.seconds = 3.4;
    f.start = 100.3;
    f.noise = 1.8e-5;
    f.seed = seed;
    f.at_player_time = [](Side s, double u) {
        const double x = value_at(swept, u), q = value_at(swept, u, 0.5 * pi), a = std::hypot(x, q);
        // Below half of the rate, where the product would fold back.
        const double second = frequency_at(swept, u) < 11000.0 && a > 0.0 ? 1e-3 * (q * q - x * x) : 0.0;
        return (s == Side::left ? 1.0 : 0.01) * (x + 2.0 * second);
    };
    return f;
}

Programme programme_of_it() {
    Programme p;
    p.sample_rate_hz = 48000.0;
    p.length_s = 3.3;
    p.events.push_back(swept);
    p.analyses = {"response", "harmonics"};
    return p;
}

}  // namespace

TEST_CASE("noise of one point that is ten times its neighbours' is a line: it keeps 10, they keep 1") {
    std::vector<Estimate> h(40, {1.0, 1.0});
    h[20].noise = 10.0;
    h[21].noise = 1.5;
    pool_noise(h);
    CHECK(h[20].noise == 10.0);
    CHECK(h[21].noise == h[19].noise);  // what noise itself scatters by is pooled
    CHECK(h[19].noise < 1.1);
    CHECK(h[5].noise == Approx(1.0));
}

TEST_CASE("hum of -60 dB where a sweep's second order of -60 dB stands is within 5 u, or a bound above it") {
    for (unsigned seed = 1; seed <= 3; ++seed) {
        Formula f = squared(seed);
        f.at_capture_time = [](double t) {
            return 1e-3 * std::sin(2.0 * pi * 50.013 * t) + 3e-4 * std::sin(2.0 * pi * 150.039 * t + 1.0);
        };
        const Measurement m = measured(programme_of_it(), f);
        REQUIRE(m.valid);
        const Reading* r = reading_named(m, "harmonic", Side::left, 2);
        REQUIRE(r != nullptr);
        std::size_t exact = 0;
        for (const Point& p : r->points) {
            INFO(*p.at << " Hz");
            if (p.state == State::exact) CHECK(std::abs(*p.value + 60.0) < 5.0 * *p.u);
            if (p.state == State::at_most) CHECK(*p.value > -60.0);
            exact += p.state == State::exact;
        }
        CHECK(10 * exact > 7 * r->points.size());
    }
}

TEST_CASE("clean chirps of 1.5 to 2.9 kHz at 8 kHz have no click and no lost frame", "[align]") {
    Programme p;
    p.sample_rate_hz = 8000.0;
    p.length_s = 3.0;
    for (const double start : {0.1, 2.4}) {
        p.events.push_back(Event{Chirp{start, 0.15, 1500.0, 2900.0, 0.25, 0.02}, {{true, false}}});
        p.events.push_back(Event{Chirp{start + 0.2, 0.15, 2900.0, 1500.0, 0.25, 0.02}, {{false, true}}});
    }
    p.events.push_back(Event{Sweep{0.5, 20.0, 3600.0, 0.25, 0.5, 0.1, 0.005}, {{true, false}}});
    p.analyses = {"response"};
    for (const double noise : {3e-7, 1.8e-5}) {
        Formula f;
        f.rate_hz = 8000.0;
        f.seconds = 3.3;
        f.start = 1890.7;
        f.ppm = 70.3;
        f.noise = noise;
        f.at_player_time = [&](Side s, double u) {
            double sum = 0.0;
            for (const Event& e : p.events)
                if (e.on[s]) sum += 0.8 * value_at(e, u);
            return sum;
        };
        const Measurement m = measured(p, f);
        CHECK(m.valid);
        CHECK(m.reasons.empty());
    }
}
