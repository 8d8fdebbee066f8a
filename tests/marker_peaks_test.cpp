// SPDX-License-Identifier: GPL-3.0-or-later
// The median and the peaks that the search for markers rests on, by hand.
#include "rig/align/marker_peaks.hpp"
#include "tests/catch.hpp"

#include <algorithm>
#include <cmath>
#include <random>

using namespace fourpole;

TEST_CASE("the upper median by bits is the sorted values' own, of 1 to 1000 from 0 and 1e-320 to 1e300") {
    CHECK(upper_median({3.0}) == 3.0);
    CHECK(upper_median({4.0, 1.0}) == 4.0);
    CHECK(upper_median({0.0, 0.0, 1e300, 5e-324}) == 5e-324);
    // Apart in the lowest 16 bits only.
    CHECK(upper_median({1.0, 1.0 + 0x1p-52, 1.0 + 0x1p-51}) == 1.0 + 0x1p-52);
    std::mt19937_64 random(5);
    std::uniform_real_distribution<double> decade(-320.0, 300.0);
    for (const std::size_t count : {7, 100, 1000}) {
        std::vector<double> values;
        for (std::size_t i = 0; i < count; ++i)
            values.push_back(i % 9 == 0 ? 0.0 : std::pow(10.0, decade(random)));
        const double found = upper_median(values);
        std::sort(values.begin(), values.end());
        CHECK(found == values[count / 2]);
    }
}

TEST_CASE(
    "of 5, 9, 8 and 3 the peaks more than 3 samples before and from 3 behind the others are 9, 5 and 3") {
    const std::vector<double> x{5.0, 0.0, 0.0, 0.0, 9.0, 8.0, 0.0, 3.0};
    CHECK(strongest_peaks(x, 2, 3) == std::vector<std::size_t>{4, 0});
    CHECK(strongest_peaks(x, 9, 3) == std::vector<std::size_t>{4, 0, 7});
    // One sample apart the 8 stands for itself.
    CHECK(strongest_peaks(x, 3, 1) == std::vector<std::size_t>{4, 5, 0});
    CHECK(strongest_peaks({0.0, 0.0}, 2, 1).empty());
}

TEST_CASE("the vertex of 9 - 4 (n - 4.25)^2 lies 0.25 samples behind its largest sample, at an end at 0") {
    std::vector<double> x;
    for (int n = 0; n < 9; ++n) x.push_back(9.0 - 4.0 * (n - 4.25) * (n - 4.25));
    CHECK(vertex(x, 4) == Approx(0.25).margin(1e-12));
    CHECK(vertex(x, 0) == 0.0);
    CHECK(vertex({1.0, 1.0, 1.0}, 1) == 0.0);
}
