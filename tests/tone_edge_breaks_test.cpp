// SPDX-License-Identifier: GPL-3.0-or-later
// Frames lost among tones that follow each other without a marker, in closed form: the tones' own edges tell
// what their phases cannot.
#include "tests/closed_form_take.hpp"
#include "tests/shared_data.hpp"

#include <cmath>
#include <vector>

using namespace fourpole;

namespace {

constexpr double start = 4000.3, tone_s = 0.3, gap_s = 0.05, first_s = 0.2;
const std::vector<double> tones_hz{200.0, 315.0, 500.0, 800.0, 1250.0, 2000.0, 3150.0, 5000.0};

double begin_s(std::size_t tone) { return first_s + static_cast<double>(tone) * (tone_s + gap_s); }

Programme steps() {
    Programme p;
    p.sample_rate_hz = 48000.0;
    for (std::size_t i = 0; i < tones_hz.size(); ++i)
        p.events.push_back({Tones{begin_s(i), tone_s, 0.01, {{tones_hz[i], 0.4, 0.5}}}, {{true, false}}});
    p.length_s = begin_s(tones_hz.size());
    return p;
}

/// One of the tones comes so many samples later than the others.
Take take_of_steps(const Programme& p, std::size_t late_tone = 0, double late_samples = 0.0) {
    Formula f;
    f.seconds = p.length_s + 0.3, f.start = start, f.ppm = 0.0, f.noise = 1e-5;
    f.at_player_time = [&, late_tone, late_samples](Side s, double u) {
        double sum = 0.0;
        for (std::size_t i = 0; i < p.events.size(); ++i)
            if (p.events[i].on[s])
                sum += value_at(p.events[i], u - (i == late_tone ? late_samples / 48000.0 : 0.0));
        return sum;
    };
    return take_of(f);
}

std::vector<Discontinuity> broken(Take take, std::size_t at, std::size_t count) {
    const Programme p = steps();
    for (auto& c : take.channels)
        c.erase(c.begin() + static_cast<std::ptrdiff_t>(at),
                c.begin() + static_cast<std::ptrdiff_t>(at + count));
    const auto m = measure(take, p, false);
    REQUIRE(m.has_value());
    if (const Reading* r = find(m->readings, "discontinuity"))
        return detail<std::vector<Discontinuity>>(*r, "events");
    return {};
}

std::size_t sample_of(double u) { return static_cast<std::size_t>(start + u * 48000.0); }

}  // namespace

TEST_CASE("435 samples lost in a pause between the fourth and the fifth of eight tones are found") {
    const std::size_t at = sample_of(begin_s(4) - 0.5 * gap_s);
    const auto events = broken(take_of_steps(steps()), at, 435);
    REQUIRE(events.size() == 1);
    CHECK(events[0].kind == Discontinuity::Kind::lost);
    CHECK(std::abs(static_cast<double>(events[0].count) - 435.0) < 3.0 * events[0].u_count);
    CHECK(events[0].u_count < 4.0);
    REQUIRE(events[0].between);
    CHECK(events[0].between->first < static_cast<std::int64_t>(at));
    CHECK(events[0].between->second + 435 > static_cast<std::int64_t>(at));
    CHECK(events[0].unseen);
}

TEST_CASE("480 samples lost within a tone of 800 Hz are eight of its periods, and seen by the next tones") {
    const auto events = broken(take_of_steps(steps()), sample_of(begin_s(3) + 0.15), 480);
    REQUIRE(events.size() == 1);
    CHECK(events[0].kind == Discontinuity::Kind::lost);
    CHECK(events[0].count == 480);
    CHECK_FALSE(events[0].modulo_samples);
    CHECK(events[0].u_count <= 0.5);
}

TEST_CASE("869 samples lost within a tone of 800 Hz are counted exactly, and placed") {
    const std::size_t at = sample_of(begin_s(3) + 0.15);
    const auto events = broken(take_of_steps(steps()), at, 869);
    REQUIRE(events.size() == 1);
    CHECK(events[0].kind == Discontinuity::Kind::lost);
    CHECK(events[0].count == 869);
    CHECK_FALSE(events[0].modulo_samples);
    CHECK(std::abs(events[0].at_sample - static_cast<std::int64_t>(at)) <= 1);
}

TEST_CASE("a device that delays one tone of eight by 60 samples breaks nothing") {
    const Programme p = steps();
    const auto m = measure(take_of_steps(p, 5, 60.0), p, false);
    REQUIRE(m.has_value());
    CHECK(m->valid);
    CHECK_FALSE(find(m->readings, "discontinuity"));
}
