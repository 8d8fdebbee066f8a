// SPDX-License-Identifier: GPL-3.0-or-later
// Quiet that is read in parts: a minute of it, in parts of a second, against what was put in.
#include "rig/analysis/long_quiet.hpp"
#include "tests/catch.hpp"

#include <cmath>
#include <numbers>
#include <random>
#include <vector>

using namespace fourpole;

namespace {

constexpr double rate_hz = 2000.0, hz = 50.02, hum = 1e-3, noise = 1e-3, dc = 2e-4;
constexpr std::size_t count = 40000, at_once = 4096;

std::vector<double> quiet_of(unsigned seed, double amplitude, double frequency_hz = hz) {
    std::mt19937_64 random(seed);
    std::normal_distribution<double> normal(0.0, noise);
    std::vector<double> x(count);
    for (std::size_t n = 0; n < count; ++n)
        x[n] = dc + normal(random) +
               amplitude * std::sin(2.0 * std::numbers::pi * frequency_hz * static_cast<double>(n) / rate_hz);
    return x;
}

QuietContent read(const std::vector<double>& x, std::size_t most = at_once) {
    const QuietStretch whole{0, x.size()};
    return quiet_in_parts(x, {&whole, 1}, rate_hz, 3, most);
}

}  // namespace

TEST_CASE("hum and DC of a stretch in ten parts are within u over 12 seeds, and u is what they scatter by") {
    double of_hum = 0.0, of_dc = 0.0;
    constexpr unsigned seeds = 12;
    for (unsigned seed = 1; seed <= seeds; ++seed) {
        const QuietContent found = read(quiet_of(seed, hum));
        REQUIRE(found.lines.size() == 3);
        const MainsLine& line = found.lines.front();
        CHECK(std::abs(line.frequency_hz - hz) < 0.01);
        // Of a sine in white noise: sigma sqrt(2 / n).
        CHECK(std::abs(line.u / (noise * std::sqrt(2.0 / count)) - 1.0) < 0.1);
        CHECK(std::abs(found.rest_rms / noise - 1.0) < 0.02);
        of_hum += std::pow((line.amplitude - hum) / line.u, 2) / seeds;
        of_dc += std::pow((found.dc - dc) / found.dc_u, 2) / seeds;
    }
    // Chi square of 12 over 12 is within 0.18 and 2.75 but once in 500.
    INFO(of_hum << " and " << of_dc);
    CHECK(of_hum > 0.18);
    CHECK(of_hum < 2.75);
    CHECK(of_dc > 0.18);
    CHECK(of_dc < 2.75);
}

TEST_CASE("noise in ten parts holds no line over 4 u in 8 seeds") {
    int seen = 0;
    double power = 0.0;
    constexpr int seeds = 8;
    for (unsigned seed = 1; seed <= seeds; ++seed) {
        const auto lines = read(quiet_of(seed, 0.0)).lines;
        for (const MainsLine& line : lines) seen += line.amplitude > 4.0 * line.u;
        power += lines[1].amplitude * lines[1].amplitude / seeds;  // 100 Hz: no fit sought it
    }
    CHECK(seen == 0);
    // Noise lifts the square of one part's amplitude by 4 variances over its samples.
    const double lifted = 4.0 * noise * noise / (count / 10.0);
    INFO(power / lifted);
    CHECK(power < 0.5 * lifted);
}

TEST_CASE("60 Hz 22 dB below the noise is 60 Hz in every part, also where noise looks more like 50") {
    const QuietContent found = read(quiet_of(5, 0.08e-3, 59.97));
    CHECK(std::abs(found.lines.front().frequency_hz - 59.97) < 0.1);
    CHECK(std::abs(found.lines.front().amplitude - 0.08e-3) < 4.0 * found.lines.front().u);
}

TEST_CASE("hum in half of the parts is no hum") {
    std::vector<double> x = quiet_of(7, 5.0 * hum);
    const std::vector<double> without = quiet_of(8, 0.0);
    std::copy(without.begin() + count / 2, without.end(), x.begin() + count / 2);
    CHECK(read(x).lines.front().amplitude == 0.0);
}

TEST_CASE("quiet that fits in one part is one fit, bit for bit") {
    const std::vector<double> x = quiet_of(3, hum);
    const QuietStretch whole{0, count};
    const QuietContent one = quiet_fit(x, {&whole, 1}, rate_hz, 3), same = read(x, count);
    CHECK(one.dc == same.dc);
    CHECK(one.dc_u == same.dc_u);
    CHECK(one.lines.front().amplitude == same.lines.front().amplitude);
}

TEST_CASE("stretches of 10 and 25 samples cut to 10 are 10, 8, 8 and 9, side by side") {
    const std::vector<QuietStretch> quiet{{5, 10}, {100, 25}};
    const auto pieces = cut_to(10, quiet);
    REQUIRE(pieces.size() == 4);
    CHECK(pieces[0].from == 5);
    CHECK(pieces[0].count == 10);
    CHECK(pieces[1].from == 100);
    CHECK(pieces[1].count == 8);
    CHECK(pieces[2].count == 8);
    CHECK(pieces[3].from == 116);
    CHECK(pieces[3].count == 9);
}
