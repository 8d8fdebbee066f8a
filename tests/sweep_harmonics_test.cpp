// SPDX-License-Identifier: GPL-3.0-or-later
// Ten orders of known size behind a sweep, each a formula: A h_n sin(n phase).
#include "tests/closed_form_take.hpp"

#include <algorithm>
#include <map>

using namespace fourpole;

namespace {

constexpr double pi = std::numbers::pi;

/// A sweep on the left side with harmonics of -60 dB, -63 dB ... -84 dB; the right hears 1 % of it all.
struct Swept {
    Sweep sweep;
    double noise = 0.0;
    unsigned seed = 1;

    static double truth_db(int order) { return -60.0 - 3.0 * (order - 2); }

    Programme programme() const {
        Programme p;
        p.sample_rate_hz = 48000.0;
        p.length_s = sweep.start_s + seconds() + 0.6;
        p.events.push_back(Event{sweep, {{true, false}}});
        p.analyses = {"response", "harmonics"};
        return p;
    }
    double seconds() const { return sweep.rate_s * std::log(sweep.f2_hz / sweep.f1_hz); }

    /// Harmonics end softly below half of the rate, as a converter's filter would have it.
    double at(double u) const {
        const double v = u - sweep.start_s, length = seconds();
        if (v < 0.0 || v > length) return 0.0;
        const auto rise = [](double x) { return x >= 1.0 ? 1.0 : 0.5 - 0.5 * std::cos(pi * x); };
        const double fade = rise(v / sweep.fade_in_s) * rise((length - v) / sweep.fade_out_s);
        const double f = sweep.f1_hz * std::exp(v / sweep.rate_s), phase = 2.0 * pi * sweep.rate_s * f;
        double sum = 0.0, power = 1.0;
        for (int n = 1; n <= 10; ++n) {
            power *= fade;  // of a device without memory order n falls with the n-th power
            const double size = n == 1 ? 1.0 : AmplitudeRatio::from_decibels(truth_db(n)).count;
            const double filter = 1.0 - rise(std::max(0.0, (n * f / 48000.0 - 0.46) / 0.035));
            sum += power * size * filter * std::sin(n * phase + 1.9 * n * n);
        }
        return sweep.amplitude * sum;
    }

    Measurement measured() const {
        Formula f;
        f.seconds = programme().length_s;
        f.start = 100.3;
        f.noise = noise;
        f.seed = seed;
        f.at_player_time = [this](Side s, double u) { return (s == Side::left ? 1.0 : 0.01) * at(u); };
        return fourpole::measured(programme(), f);
    }
};

Swept of_rate(double rate_s, double noise, unsigned seed = 1) {
    return {{0.3, 20.0, 20000.0, rate_s, 0.5, 0.1, 0.005, Sweep::Law::synchronised}, noise, seed};
}

}  // namespace

TEST_CASE("orders 2 to 10 of a sweep, -60 to -84 dB: 0.9 of their points within 2 u, all within 5") {
    std::map<int, std::vector<double>> z;
    for (unsigned seed = 1; seed <= 3; ++seed) {
        const Measurement m = of_rate(0.1, 2e-6, seed).measured();
        REQUIRE(m.valid);
        for (int order = 2; order <= 10; ++order) {
            const Reading* r = reading_named(m, "harmonic", Side::left, order);
            REQUIRE(r != nullptr);
            CHECK(r->points.size() > 50);
            for (const Point& p : r->points) {
                REQUIRE(p.state == State::exact);
                z[order].push_back(std::abs(*p.value - Swept::truth_db(order)) / *p.u);
            }
        }
    }
    for (auto& [order, of] : z) {
        INFO("order " << order);
        std::sort(of.begin(), of.end());
        CHECK(of.back() < 5.0);
        CHECK(of[of.size() * 9 / 10] < 2.0);
        // Nor is u an excuse: it is the noise's, half of the points are beyond a fifth of it.
        CHECK(of[of.size() / 2] > 0.15);
    }
}

TEST_CASE("order n of a sweep is told from 3 cycles between its neighbours on, and ends with the sweep") {
    Swept swept = of_rate(0.05, 7e-6);
    swept.sweep.fade_in_s = 0.03;  // over at 20 e^0.6 Hz
    const Measurement m = swept.measured();
    REQUIRE(m.valid);
    for (int order = 2; order <= 10; ++order) {
        const Reading* r = reading_named(m, "harmonic", Side::left, order);
        REQUIRE(r != nullptr);
        // Half of a gate is 0.45 of L ln((n + 1) / n); the fade of 5 ms begins a factor e^-0.1 below the end.
        const double from = 3.0 / (order * 0.45 * 0.05 * std::log((order + 1.0) / order));
        CHECK(*r->points.front().at >= from);
        CHECK(*r->points.front().at < 1.1 * std::max(from, 1.2 * 20.0 * std::exp(0.6)));
        CHECK(*r->points.back().at * order <= 20000.0 * std::exp(-0.1));
        for (const Point& p : r->points)
            if (p.state == State::exact) CHECK(std::abs(*p.value - Swept::truth_db(order)) < 5.0 * *p.u);
    }
}

TEST_CASE("what a sweep leaves on the idle side stands 40 dB under its harmonics, or is a bound above it") {
    const Measurement m = of_rate(0.1, 2e-6).measured();
    std::size_t exact = 0;
    for (int order = 2; order <= 10; ++order) {
        const Reading* r = reading_named(m, "interchannel_distortion", Side::left, order);
        REQUIRE(r != nullptr);
        CHECK(r->to == Side::right);
        for (const Point& p : r->points) {
            const double truth = Swept::truth_db(order) - 40.0;
            if (p.state == State::exact && order <= 4) {
                CHECK(std::abs(*p.value - truth) < 5.0 * *p.u);
                ++exact;
            } else if (p.state == State::at_most) {
                CHECK(*p.value > truth - 1.0);
            }
        }
    }
    CHECK(exact > 150);
}
