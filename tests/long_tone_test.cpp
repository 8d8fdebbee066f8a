// SPDX-License-Identifier: GPL-3.0-or-later
// A tone that is longer than what is held at once, read stretch by stretch.
#include "rig/flow/long_tone.hpp"

#include "rig/capture/take_file.hpp"
#include "tests/scratch_run.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

using namespace fourpole;

namespace {

constexpr double rate_hz = 8000.0, tone_hz = 997.0;
constexpr std::size_t stretch = 20000;  // 2.5 s

Programme tone_of(double seconds) {
    Programme p;
    p.id = "pilot";
    p.sample_rate_hz = rate_hz;
    p.length_s = seconds;
    p.events.push_back({Tones{0.0, seconds, 0.01, {{tone_hz, 0.5, 0.0}}}, {{true, false}}});
    return p;
}

/// `quiet_s` of noise, then the tone: at 21 ppm for half of its time, at 19 ppm for the other half.
Take captured(double quiet_s, double seconds) {
    Take take;
    take.rate_hz = rate_hz;
    take.bits = 24;
    std::mt19937_64 random(3);
    std::normal_distribution<double> noise(0.0, 3e-5);
    const auto quiet = static_cast<std::size_t>(quiet_s * rate_hz);
    const auto count = static_cast<std::size_t>(seconds * rate_hz);
    std::vector<double> x;
    double u = 0.0;
    for (std::size_t n = 0; n < quiet + count; ++n) {
        double y = noise(random);
        if (n >= quiet) {
            y += 0.5 * std::sin(2.0 * std::numbers::pi * std::fmod(tone_hz * u, 1.0));
            u += (1.0 + 1e-6 * (n - quiet < count / 2 ? 21.0 : 19.0)) / rate_hz;
        }
        x.push_back(std::round(std::ldexp(y, 23)) / std::ldexp(1.0, 23));
    }
    take.channels.push_back(std::move(x));
    return take;
}

TakeRecord read_in_stretches(Take take, const Programme& programme) {
    const Scratch scratch;
    const fs::path file = scratch.path() / "tone.wav";
    REQUIRE(write_take(take, file).has_value());
    auto reader = TakeReader::open(file);
    REQUIRE(reader.has_value());
    const auto described = reader->described();
    REQUIRE(described.has_value());
    REQUIRE(only_segment(programme).has_value());
    auto record = record_of_long_tone(
        *reader, *described, programme, false, [](double, const std::string&) {}, stretch);
    INFO((record ? "" : record.error().what));
    REQUIRE(record.has_value());
    return std::move(*record);
}

}  // namespace

TEST_CASE(
    "a tone of 36 s whose pace falls from 21 to 19 ppm halfway is 16.8 us ahead beside it, 20 ppm on "
    "average") {
    const TakeRecord record = read_in_stretches(captured(3.0, 36.0), tone_of(36.0));
    INFO((record.reasons.empty() ? "" : record.reasons.back()));
    CHECK(record.valid);
    CHECK(record.frames == 39 * 8000);
    const Reading& clock = reading(record.readings, "clock_offset");
    CHECK(*clock.scalar().value == Approx(20.0).margin(0.1));
    // Fifteen paces of +-1 ppm about their mean: 1 / sqrt(15) = 0.26 ppm.
    CHECK(*clock.scalar().u == Approx(0.28).margin(0.05));
    CHECK(clock.detail("start") == nullptr);
    CHECK(detail<std::int64_t>(clock, "stretches") == 15);
    const Reading& wander = reading(record.readings, "wander");
    CHECK(wander.definition == "wander.stretches@1");
    REQUIRE(wander.points.size() == 14);
    const auto most = std::max_element(wander.points.begin(), wander.points.end(),
                                       [](const Point& a, const Point& b) { return *a.value < *b.value; });
    // The turn is in the middle of the eighth stretch: 1 ppm for seven steps of (36 - 0.1) s / 15.
    CHECK(*most->value == Approx(16.75e-6).margin(0.2e-6));
    CHECK(std::abs(*most->at - 18.0) <= 2.4);
    CHECK(detail<double>(wander, "slowest_ppm") == Approx(19.0).margin(0.05));
    CHECK(detail<double>(wander, "fastest_ppm") == Approx(21.0).margin(0.05));
    CHECK(detail<std::int64_t>(reading(record.readings, "thd"), "stretches") == 15);
    CHECK(detail<std::int64_t>(reading(record.readings, "jitter"), "stretches") == 1);
    CHECK(*reading(record.readings, "level").points.front().value == Approx(-6.0206).margin(1e-3));
}

TEST_CASE("lost samples of a long tone void it, at their place in the file, and are told once") {
    // 19 s into it, where two stretches overlap by 800 frames: after 8 of 15 steps of (288000 - 800) / 15.
    const std::size_t at = 8 * 19147 + 400;
    Take take = captured(0.0, 36.0);
    take.channels[0].erase(take.channels[0].begin() + static_cast<std::ptrdiff_t>(at),
                           take.channels[0].begin() + static_cast<std::ptrdiff_t>(at + 3));
    const TakeRecord record = read_in_stretches(std::move(take), tone_of(36.0));
    CHECK_FALSE(record.valid);
    const auto events =
        detail<std::vector<Discontinuity>>(reading(record.readings, "discontinuity"), "events");
    REQUIRE(events.size() == 1);
    CHECK(std::abs(events.front().at_sample - static_cast<std::int64_t>(at)) <= 3);
    CHECK(events.front().count == 3);
    CHECK_FALSE(reading(record.readings, "clock_offset").scalar().value);
    CHECK(find(record.readings, "level") == nullptr);
}

TEST_CASE("3 samples lost in the first 2.5 s of a tone of 10 s are told, whatever its other stretches say") {
    Take take = captured(0.0, 10.0);
    take.channels[0].erase(take.channels[0].begin() + 9000, take.channels[0].begin() + 9003);
    const TakeRecord record = read_in_stretches(std::move(take), tone_of(10.0));
    CHECK_FALSE(record.valid);
    REQUIRE(record.reasons.size() == 2);
    CHECK(record.reasons.back().rfind("lost frames: 3 samples lost at sample 900", 0) == 0);
    const Reading& breaks = reading(record.readings, "discontinuity");
    const auto events = detail<std::vector<Discontinuity>>(breaks, "events");
    REQUIRE(events.size() == 1);
    CHECK(std::abs(events.front().at_sample - 9000) <= 3);
    CHECK(*breaks.scalar().value == 3.0);
    // A sine alone tells a count up to its period of 8.02 samples: 3, 11, 19 or more.
    CHECK(*events.front().modulo_samples == Approx(rate_hz / tone_hz).margin(1e-3));
    CHECK(breaks.scalar().state == State::at_least);
    CHECK_FALSE(breaks.scalar().u);
}

TEST_CASE("20 samples zeroed 0.5 s before a tone of 6 s ends are told, though three stretches last 7.2 s") {
    Take take = captured(0.0, 6.0);
    std::fill_n(take.channels[0].begin() + 44000, 20, 0.0);
    const TakeRecord record = read_in_stretches(std::move(take), tone_of(6.0));
    CHECK_FALSE(record.valid);
    const Reading& breaks = reading(record.readings, "discontinuity");
    const auto events = detail<std::vector<Discontinuity>>(breaks, "events");
    REQUIRE(events.size() == 1);
    CHECK(events.front().kind == Discontinuity::Kind::zeroed);
    CHECK(std::abs(events.front().at_sample - 44000) <= 1);
    CHECK(*breaks.scalar().value == Approx(20.0).margin(1.0));
    CHECK(breaks.scalar().state == State::exact);
}

TEST_CASE("what plays more than one steady set of tones is no long tone") {
    Programme two = tone_of(10.0);
    two.events.push_back({Tones{5.0, 2.0, 0.01, {{440.0, 0.1, 0.0}}}, {{false, true}}});
    CHECK_FALSE(only_segment(two).has_value());
    Programme marked = tone_of(10.0);
    marked.events.push_back({Chirp{0.0, 0.1, 500.0, 2000.0, 0.1, 0.01}, {{true, false}}});
    CHECK_FALSE(only_segment(marked).has_value());
    CHECK(only_segment(tone_of(10.0)).has_value());
}
