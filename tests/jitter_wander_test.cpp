// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/analysis/slow_curve.hpp"
#include "tests/displaced_take.hpp"

#include <algorithm>

using namespace fourpole;

namespace {

/// Jitter of some lines beside wander, as a tone of 0.5 at 9 kHz has it.
Measurement beside(const std::vector<std::pair<double, double>>& lines_s, double seconds, unsigned seed,
                   double noise = 2e-6) {
    Played p;
    p.seconds = seconds + 0.3;
    p.start = 2000.0, p.ppm = 33.0, p.noise = noise;
    p.late = [&](double u) {
        double sum = 0.0;
        for (const auto& [hz, peak] : lines_s)
            sum += peak * std::sin(2.0 * pi * hz * u + 0.7 * hz + static_cast<double>(seed));
        return sum;
    };
    const Programme programme = tone(9000.0, seconds, {"jitter"});
    return fourpole::measured(programme, clean(programme, p), noise, seed);
}

}  // namespace

TEST_CASE("a straight line and 0.37 cycles are slow to 1e-6 to their ends, a line of 12 Hz in 4 s is not") {
    const std::size_t count = 2000;  // 2 ms each, up to 7 Hz
    const SlowCurve curve(count, 56, {});
    const auto left = [&](const std::function<double(double)>& of) {
        std::vector<double> values;
        for (std::size_t m = 0; m < count; ++m)
            values.push_back(of((static_cast<double>(m) - 999.5) / 500.0));
        const auto phasors = curve.fit(values);
        double most = 0.0;
        for (std::size_t m = 0; m < count; ++m) {
            double sum = 0.0;
            for (std::size_t k = 0; k < phasors.size(); ++k)
                sum += (phasors[k] * std::polar(1.0, curve.omegas()[k] * (static_cast<double>(m) - 999.5)))
                           .real();
            most = std::max(most, std::abs(values[m] - sum));
        }
        return most;
    };
    CHECK(left([](double t) { return 0.5 * t; }) < 1e-6);
    CHECK(left([](double t) { return std::sin(2.0 * pi * 0.0925 * t + 0.7); }) < 1e-6);
    CHECK(left([](double t) { return std::sin(2.0 * pi * 6.0 * t + 0.7); }) < 1e-6);
    CHECK(left([](double t) { return std::sin(2.0 * pi * 12.0 * t + 0.7); }) > 0.9);
    CHECK(curve.own_share(2.0 * pi * 12.0 * 0.002) > 0.8);
    CHECK(curve.own_share(2.0 * pi * 6.0 * 0.002) < 1e-6);
}

TEST_CASE("500 ps at 400 Hz beside 70 to 280 ns of wander at 0.6 to 5 Hz are one line, to its u of 0.2 ps") {
    for (const auto& [hz, peak] : {std::pair{0.6, 280e-9}, {1.0, 70e-9}, {3.0, 280e-9}, {5.0, 140e-9}}) {
        const Measurement m = beside({{hz, peak}, {400.0, 500e-12 * std::numbers::sqrt2}}, 3.0, 1);
        const Reading& r = reading(m.readings, "jitter");
        CHECK(detail<std::int64_t>(r, "lines") == 1);
        CHECK(r.detail("line_2/kind") == nullptr);
        CHECK(ps(*r.scalar().u) < 0.3);
        CHECK(std::abs(*r.scalar().value - 500e-12) < 3.0 * *r.scalar().u);
        const double slow = detail<double>(r, "slow_wander_taken_out_s");
        CHECK(slow == Approx(peak / std::numbers::sqrt2).epsilon(hz < 0.9 ? 0.2 : 0.05));
    }
}

TEST_CASE("70 ns at 8, 12 and 15 Hz leave 70 ps at 595 Hz alone, and are jitter from 10 Hz on",
          "[repeated]") {
    for (const double hz : {8.0, 12.0, 15.0}) {
        const Measurement m = beside({{hz, 70e-9}, {595.0, 70e-12}}, 3.0, 2);
        const Reading& r = reading(m.readings, "jitter");
        const double all = std::hypot(hz < 10.0 ? 0.0 : 70e-9, 70e-12) / std::numbers::sqrt2;
        CHECK(detail<std::int64_t>(r, "lines") == (hz < 10.0 ? 1 : 2));
        CHECK(std::abs(*r.scalar().value - all) < 3.5 * *r.scalar().u);
        CHECK(r.detail("line_3/kind") == nullptr);
    }
}

TEST_CASE("2 us at 11 Hz and lines of 1 and 0.1 ns at 50 and 900 Hz: |error| / u of each is 1 over 5 takes",
          "[repeated]") {
    double squares = 0.0;
    int count = 0;
    for (unsigned seed = 1; seed <= 5; ++seed) {
        const Measurement m = beside({{11.0, 2e-6}, {50.0, 1e-9}, {900.0, 1e-10}}, 3.0, seed);
        const Reading& r = reading(m.readings, "jitter");
        REQUIRE(detail<std::int64_t>(r, "lines") == 3);
        for (const auto& [line, peak] : {std::pair{1, 2e-6}, {2, 1e-9}, {3, 1e-10}}) {
            const auto of = [&](const char* what) {
                return detail<double>(r, ("line_" + std::to_string(line) + "/" + what).c_str());
            };
            squares += std::pow((of("value_s") - peak / std::numbers::sqrt2) / of("u_s"), 2);
            ++count;
        }
    }
    CHECK(std::sqrt(squares / count) < 1.5);
    CHECK(std::sqrt(squares / count) > 0.5);
}

TEST_CASE("a player 1900 ppm slow jitters by 10 ns of its own seconds, 10.00 ns to 1e-4") {
    Played p;
    p.seconds = 2.3, p.start = 1000.0, p.ppm = -1900.0, p.noise = 1e-6;
    p.late = sine(10e-9, 300.0);
    const Measurement m = measured(tone(9000.0, 2.0, {"jitter"}), p);
    CHECK(*reading(m.readings, "jitter").scalar().value == Approx(10e-9 / std::numbers::sqrt2).epsilon(2e-4));
}
