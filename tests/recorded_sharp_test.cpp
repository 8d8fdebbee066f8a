// SPDX-License-Identifier: GPL-3.0-or-later
// Where a file is loud, of a programme whose other half is the other side's.
#include "rig/measure/recorded_device.hpp"
#include "tests/catch.hpp"

using namespace fourpole;

TEST_CASE("the loud part of 1000 zeros, 1000 samples of +-1 and 2000 zeros is 1000 .. 2000 to 2 samples") {
    std::vector<double> x(4000, 0.0);
    for (std::size_t n = 1000; n < 2000; ++n) x[n] = n % 2 == 0 ? 1.0 : -1.0;
    const auto [first, last] = loud_part(x);
    CHECK(first == Approx(1000.0).margin(2.0));
    CHECK(last == Approx(2000.0).margin(2.0));
}
