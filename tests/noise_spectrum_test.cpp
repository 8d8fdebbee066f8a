// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/analysis/noise_spectrum.hpp"
#include "rig/analysis/weighting.hpp"
#include "rig/units.hpp"
#include "tests/catch.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>
#include <vector>

using namespace fourpole;

namespace {

constexpr double pi = std::numbers::pi;
constexpr double rate = 48000.0;

std::vector<double> white(std::size_t n, double rms, unsigned seed) {
    std::vector<double> out(n);
    std::mt19937_64 random(seed);
    std::normal_distribution<double> noise(0.0, rms);
    for (double& v : out) v = noise(random);
    return out;
}

double one(double) { return 1.0; }
double a_weight(double f) { return weight(Weighting::a, f); }

double db(double ratio) { return AmplitudeRatio{ratio}.decibels(); }

}  // namespace

TEST_CASE("weighting curves pass through the printed tables within 0.05 dB") {
    // IEC 61672-1 table 2 and ITU-R BS.468-4 table 1, each to 0.1 dB; exact third octaves.
    for (const auto& [hz, table] : {std::pair{10.0, -70.4},
                                    {31.62, -39.4},
                                    {100.0, -19.1},
                                    {1000.0, 0.0},
                                    {2511.9, 1.3},
                                    {10000.0, -2.5},
                                    {19953.0, -9.3}})
        CHECK(db(weight(Weighting::a, hz)) == Approx(table).margin(0.05));
    for (const auto& [hz, table] : {std::pair{31.5, -29.9},
                                    {100.0, -19.8},
                                    {1000.0, 0.0},
                                    {2000.0, 5.6},
                                    {6300.0, 12.2},
                                    {12500.0, 0.0},
                                    {20000.0, -22.2}})
        CHECK(db(weight(Weighting::ccir_rms, hz)) == Approx(table - 5.63).margin(0.05));
    CHECK(weight(Weighting::none, 12.0) == 1.0);
}

TEST_CASE(
    "a notch of Q 2 takes a tone away whole, 0.458 dB off its second and 0.15 dB off its third harmonic") {
    CHECK(notch(997.0, 997.0, 2.0) == 0.0);
    CHECK(db(notch(1994.0, 997.0, 2.0)) == Approx(-0.4576).margin(1e-4));
    CHECK(db(notch(2991.0, 997.0, 2.0)) == Approx(-0.1500).margin(1e-3));
}

TEST_CASE("white noise of 1e-4 in 24 kHz has 0.8325 of its power from 20 Hz to 20 kHz, as often as u says") {
    double z2 = 0.0, density = 0.0;
    for (unsigned seed = 1; seed <= 60; ++seed) {
        const NoiseSpectrum spectrum(white(48'000, 1e-4, seed), rate);
        const BandPower band = spectrum.band(20.0, 20000.0, one);
        CHECK_FALSE(band.faded);
        const double truth = 1e-8 * 19980.0 / 24000.0;
        CHECK(band.u / truth == Approx(1.0 / std::sqrt(19980.0)).epsilon(0.05));
        z2 += std::pow((band.mean_square - truth) / band.u, 2) / 60.0;
        density += spectrum.density(3000.0) / (1e-8 / 24000.0) / 60.0;
    }
    // Of 60 values chi-square over its degrees lies within 0.55 and 1.6 in 99.8 %.
    CHECK(z2 > 0.55);
    CHECK(z2 < 1.6);
    // One of them is known to 0.2, since the fade joins neighbouring bins.
    CHECK(density == Approx(1.0).margin(0.1));
}

TEST_CASE("the power of samples as they stand is theirs to 1e-12 by Parseval, whatever their number") {
    for (const std::size_t n : {4096UL, 5003UL}) {
        const auto x = white(n, 1.0, 7);
        double sum = 0.0;
        for (const double v : x) sum += v * v;
        const BandPower all = NoiseSpectrum(x, rate).band(0.0, 24000.0, one);
        CHECK(all.mean_square == Approx(sum / static_cast<double>(n)).epsilon(1e-12));
    }
}

TEST_CASE("60 Hz hum 50 dB over the noise does not leak into its A-weighted power") {
    auto x = white(288'000, 1e-6, 3);
    // 59.93 Hz fits no bin; its A-weighted amplitude is 26.2 dB lower.
    for (std::size_t n = 0; n < x.size(); ++n)
        x[n] += 4.5e-4 * std::cos(2.0 * pi * 59.93 * static_cast<double>(n) / rate + 0.4);
    const NoiseSpectrum spectrum(x, rate);
    // White noise through A loses 2.17 dB in this band (integrated by Simpson's rule).
    double noise = 0.0;
    for (double f = 20.5; f < 20000.0; f += 1.0) noise += 1e-12 / 24000.0 * std::pow(a_weight(f), 2);
    const double hum = 0.5 * std::pow(4.5e-4 * a_weight(59.93), 2);
    const BandPower band = spectrum.band(20.0, 20000.0, a_weight);
    CHECK(10.0 * std::log10(band.mean_square / (noise + hum)) == Approx(0.0).margin(0.002));
    // Beside the hum: its side lobes without a fade would be 24 dB above the noise.
    const BandPower above = spectrum.band(200.0, 20000.0, one);
    CHECK(above.faded);
    CHECK(10.0 * std::log10(above.mean_square / (1e-12 * 19800.0 / 24000.0)) == Approx(0.0).margin(0.15));
    CHECK(above.u / above.mean_square < 0.015);
}

TEST_CASE("a line 200 Hz away leaks a^2 / 2 (pi 200)^-2 to each bin of 1 Hz, white noise leaks itself") {
    std::vector<double> x(48'000);
    // Half a bin off: sin(pi T (f - f0)) is 1 at every bin.
    for (std::size_t n = 0; n < x.size(); ++n)
        x[n] = 1e-3 * std::cos(2.0 * pi * 10000.5 * static_cast<double>(n) / rate + 0.4);
    const double leaked = NoiseSpectrum(x, rate).leaked_density(10200.5);
    // Eight bins to either side: the mean of the 9th of 16 exponential values, 1 / 8 + ... + 1 / 16, is
    // 0.788.
    CHECK(leaked / (0.5e-6 / std::pow(pi * 200.0, 2)) == Approx(1.0 / 0.725).epsilon(0.05));
    double sum = 0.0;
    const NoiseSpectrum noise(white(48'000, 1e-3, 9), rate);
    for (int k = 0; k < 100; ++k) sum += noise.leaked_density(1000.0 + 200.0 * k) / 100.0;
    CHECK(sum / (1e-6 / 24000.0) == Approx(1.0).epsilon(0.15));
}
