// SPDX-License-Identifier: GPL-3.0-or-later
// A recorded wave between its samples, against the sine that it is.
#include "rig/stimulus/between_samples.hpp"
#include "rig/units.hpp"
#include "tests/catch.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

using namespace fourpole;

namespace {

constexpr std::size_t length = 8192, margin = 200;

double sine(double place, double share) { return std::sin(std::numbers::pi * share * place + 0.3); }

/// Largest error, dB of the sine's peak, away from the ends.
double worst_db(double share, double first, double step) {
    std::vector<double> x(length);
    for (std::size_t n = 0; n < length; ++n) x[n] = sine(static_cast<double>(n), share);
    const auto y = between_samples(x, first, step, length);
    double worst = 1e-20;
    for (std::size_t k = margin; k + margin < length; ++k)
        worst = std::max(worst, std::abs(y[k] - sine(first + step * static_cast<double>(k), share)));
    return AmplitudeRatio{worst}.decibels();
}

}  // namespace

TEST_CASE("a sine between its samples is off by less than -140 dB up to 0.96 of half the rate") {
    for (const double ppm : {0.0, 64.0, -300.0, 2000.0})
        for (const double share : {0.001, 0.1, 0.5, 0.8, 0.9, between_samples_band}) {
            INFO(ppm << " ppm, " << share << " of half the rate");
            const double worst = worst_db(share, 0.37, 1.0 + 1e-6 * ppm);
            CHECK(worst < -140.0);
            if (share <= 0.9) CHECK(worst < -150.0);
        }
}

TEST_CASE("places on samples are those samples, and outside its 128 samples of ringing a wave is 0") {
    const std::vector<double> x{0.5, -0.25, 0.125};
    CHECK(between_samples(x, 0.0, 1.0, 3) == x);
    CHECK(between_samples(x, -2.0, 1.0, 4) == std::vector<double>{0.0, 0.0, 0.5, -0.25});
    CHECK(between_samples(x, 131.5, 1.0, 2) == std::vector<double>{0.0, 0.0});
    CHECK(between_samples({}, 0.5, 1.0, 2) == std::vector<double>{0.0, 0.0});
}
