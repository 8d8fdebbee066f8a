// SPDX-License-Identifier: GPL-3.0-or-later
// Where a take leaves one stand for the next, and whether it does at all: a clock that wanders is no break.
#include "rig/measure/recorded_place.hpp"
#include "tests/catch.hpp"

#include <cmath>
#include <numbers>
#include <random>

using namespace fourpole;

namespace {

constexpr std::ptrdiff_t first = 4000, last = 12000;

/// Five tones of 300 Hz to 8 kHz at 48 kHz.
double wave(double n) {
    double sum = 0.0, hz = 300.0;
    for (int k = 0; k < 5; ++k, hz *= 2.27)
        sum += 0.1 * std::sin(2.0 * std::numbers::pi * hz / 48000.0 * n + 1.3 * k);
    return sum;
}

/// The take comes later(n) samples late, beside what is made of the files.
template <typename Later>
Placing placed(Later later) {
    std::mt19937_64 random(1);
    std::normal_distribution<double> noise(0.0, 1e-4);
    Standing standing;
    standing.made.x.resize(16400), standing.made.before = 200;
    for (std::size_t i = 0; i < standing.made.x.size(); ++i)
        standing.made.x[i] = wave(static_cast<double>(i) - 200.0);
    for (int n = 0; n < 16000; ++n)
        standing.y.push_back(wave(n - later(static_cast<double>(n))) + noise(random));
    Crossing crossing;
    crossing.first = first, crossing.last = last, crossing.before = 0, crossing.behind = 1;
    return place_of(standing, crossing);
}

}  // namespace

TEST_CASE("one sample inserted at 8000 is a break there, a delay that creeps to one sample is none") {
    const Placing inserted = placed([](double n) { return n < 8000.0 ? 0.0 : 1.0; });
    CHECK(inserted.is_break);
    CHECK(std::abs(static_cast<double>(inserted.at) - 8000.0) <= 2.0);
    CHECK_FALSE(
        placed([](double n) { return std::min(1.0, std::max(0.0, (n - 4000.0) / 8000.0)); }).is_break);
}
