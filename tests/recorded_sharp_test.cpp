// SPDX-License-Identifier: GPL-3.0-or-later
// Where a file is loud, of a programme whose other half is the other side's; and the pace of one that is
// short.
#include "rig/measure/recorded_device.hpp"
#include "rig/measure/recorded_stands.hpp"
#include "tests/catch.hpp"

#include <cmath>
#include <numbers>
#include <random>

using namespace fourpole;

TEST_CASE("the loud part of 1000 zeros, 1000 samples of +-1 and 2000 zeros is 1000 .. 2000 to 2 samples") {
    std::vector<double> x(4000, 0.0);
    for (std::size_t n = 1000; n < 2000; ++n) x[n] = n % 2 == 0 ? 1.0 : -1.0;
    const auto [first, last] = loud_part(x);
    CHECK(first == Approx(1000.0).margin(2.0));
    CHECK(last == Approx(2000.0).margin(2.0));
}

TEST_CASE(
    "blocks of a file of 0.8 s at 80 ppm tell its pace to 50 ppm, all of it together to 20, in one stand") {
    constexpr double rate = 16000.0, seconds = 0.8, ppm = 80.0, start = 6000.3;
    std::mt19937_64 random(4);
    std::uniform_real_distribution<double> any(0.0, 1.0);
    std::normal_distribution<double> noise(0.0, 1e-5);
    struct Note {
        double hz, phase, from;
    };
    std::vector<Note> notes;
    for (int i = 0; i < 60; ++i)
        notes.push_back({80.0 * std::exp2(6.3 * any(random)), 6.28 * any(random), 0.6 * any(random)});
    // Swells of 0.2 s.
    const auto value = [&](double t) {
        double sum = 0.0;
        for (const Note& n : notes)
            if (const double v = t - n.from; v > 0.0 && v < 0.2)
                sum += 0.05 * std::pow(std::sin(std::numbers::pi * v / 0.2), 2) *
                       std::sin(2.0 * std::numbers::pi * n.hz * v + n.phase);
        return sum;
    };
    std::vector<double> played, captured;
    for (int n = 0; n < static_cast<int>(seconds * rate); ++n) played.push_back(value(n / rate));
    for (int n = 0; n < static_cast<int>(1.8 * rate); ++n)
        captured.push_back(0.7 * value((1.0 + 1e-6 * ppm) * (n - start) / rate) + noise(random));
    const Pair pair{played, captured, rate, rate};
    const auto standing = standing_of(pair, {start + 5.0, 1.0}, false);
    REQUIRE(standing.has_value());
    CHECK(standing->stands.size() == 1);
    CHECK(standing->astray.empty());
    CHECK(ppm_of(pair, standing->line) == Approx(ppm).margin(20.0));
}
