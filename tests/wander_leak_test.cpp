// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/displaced_take.hpp"

using namespace fourpole;

namespace {

/// Lines of both sides by turns, 0.25 Hz times whole numbers, over 4 s.
Programme interleaved() {
    Programme p;
    p.sample_rate_hz = rate;
    p.length_s = 4.0;
    const double hz[2][6] = {{500.0, 711.25, 1003.0, 2017.5, 4021.25, 8000.75},
                             {601.5, 853.0, 1411.25, 2843.5, 5657.0, 11001.25}};
    for (int s = 0; s < 2; ++s) {
        Tones tones{0.0, 4.0, 0.0, {}};
        for (int k = 0; k < 6; ++k) tones.tones.push_back({hz[s][k], 0.06, 1.7 * k + s});
        p.events.push_back({tones, {{s == 0, s == 1}}});
    }
    p.analyses = {"response", "crosstalk"};
    return p;
}

/// Root mean square of |error| / u of the crosstalk, 0.01 of either side in the other.
double covered(const std::function<double(double)>& late) {
    const Programme both = interleaved();
    PerSide<std::vector<double>> played;
    for (const Side side : sides) {
        Programme one = both;
        std::erase_if(one.events, [&](const Event& e) { return !e.on[side]; });
        Played p;
        p.seconds = 4.0, p.late = late;
        played[side] = clean(one, p);
    }
    Take take;
    take.rate_hz = rate, take.bits = 24, take.floating_point = true;
    std::mt19937_64 random(5);
    std::normal_distribution<double> noise(0.0, 1e-6);
    for (const Side side : sides) {
        take.channels.emplace_back();
        for (std::size_t n = 0; n < played[side].size(); ++n)
            take.channels.back().push_back(played[side][n] + 0.01 * played[other(side)][n] + noise(random));
    }
    const auto m = measure(take, both, false);
    REQUIRE(m.has_value());
    double squares = 0.0;
    int count = 0;
    for (const Reading& r : m->readings)
        for (const Point& p : r.points)
            if (r.name == "crosstalk" && p.state == State::exact && p.u)
                squares += std::pow((*p.value + 40.0) / *p.u, 2), ++count;
    REQUIRE(count == 12);
    return std::sqrt(squares / count);
}

}  // namespace

TEST_CASE("wander of half a period in a multitone, odd about its middle, leaks by its ends as its u says") {
    // A line through it leaves a bend, whose ends are up to sqrt 7 times its rms.
    for (const double hz : {0.12, 0.24}) {
        const double odd = covered([=](double u) { return 3e-6 * std::sin(2.0 * pi * hz * (u - 2.0)); });
        CHECK(odd < 1.3);
        CHECK(odd > 0.3);
    }
    CHECK(covered([](double u) { return 3e-6 * std::cos(2.0 * pi * 0.2 * (u - 2.0)); }) < 1.6);
}
