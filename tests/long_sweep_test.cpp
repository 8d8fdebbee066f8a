// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/align/markers.hpp"
#include "rig/measure/measure.hpp"
#include "rig/stimulus/evaluate.hpp"
#include "tests/catch.hpp"

#include <cmath>
#include <random>
#include <vector>

using namespace fourpole;

namespace {

constexpr double rate = 8000.0;

Programme one_sweep(double octaves_rate_s, Sweep::Law law) {
    Programme out;
    out.id = "long";
    out.sample_rate_hz = rate;
    Sweep sweep{1.0, 20.0, 3000.0, octaves_rate_s, 0.5, 0.5, 0.05, law};
    out.length_s = 2.0 + duration_s(sweep);
    out.events.push_back({sweep, {{true, false}}});
    return out;
}

/// The programme from 2 s + 0.37 samples of the capture on, 0.8 times as large, in noise of -80 dBFS.
std::vector<double> captured(const Programme& programme) {
    std::mt19937_64 random(3);
    std::normal_distribution<double> noise(0.0, 1e-4);
    std::vector<double> out(static_cast<std::size_t>((programme.length_s + 3.0) * rate));
    for (std::size_t n = 0; n < out.size(); ++n)
        out[n] =
            0.8 * value_at(programme.events[0], (static_cast<double>(n) - 0.37) / rate - 2.0) + noise(random);
    return out;
}

}  // namespace

TEST_CASE("a sweep of 45 s, by either law, is found by 4 s of it to half a sample and 1 % of its level") {
    for (const auto law : {Sweep::Law::synchronised, Sweep::Law::farina}) {
        const Programme programme = one_sweep(9.0, law);
        Recording recording;
        recording.rate_hz = rate;
        recording.samples[Side::left] = captured(programme);
        const auto found = find_arrivals(recording, programme, marker_groups(programme).front(), rate);
        REQUIRE(found.size() == 1);
        CHECK(found[0].sample == Approx(3.0 * rate + 0.37).margin(0.5));
        CHECK(found[0].strength == Approx(0.8).epsilon(0.01));
    }
}

TEST_CASE("a take that lends its samples gets them back, and the same 3 readings as one that is copied") {
    const Programme programme = one_sweep(0.5, Sweep::Law::synchronised);
    Take take;
    take.rate_hz = rate;
    take.bits = 24;
    take.channels = {captured(programme)};
    const auto before = take.channels;
    const auto copied = measure(take, programme, true);
    const auto lent = measure_in_place(take, programme, true);
    REQUIRE(copied.has_value());
    REQUIRE(lent.has_value());
    CHECK(take.channels == before);
    REQUIRE(lent->readings.size() >= 3);
    REQUIRE(lent->readings.size() == copied->readings.size());
    for (std::size_t i = 0; i < lent->readings.size(); ++i)
        for (std::size_t k = 0; k < lent->readings[i].points.size(); ++k)
            CHECK(lent->readings[i].points[k].value == copied->readings[i].points[k].value);
}
