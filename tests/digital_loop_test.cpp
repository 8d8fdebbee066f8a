// SPDX-License-Identifier: GPL-3.0-or-later
// An output led into the input by numbers, as S/PDIF does: gain 0.5, 1543 frames later, rounded to 16 bits,
// and exactly nothing where nothing plays, on the other side too.
#include "rig/measure/stream_health.hpp"
#include "tests/closed_form_take.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

using namespace fourpole;

namespace {

constexpr double rate_hz = 48000.0, delay = 1543.0, gain = 0.5;

/// Chirps of both sides in front and behind; 1 kHz left and then right, loud and at -100 dBFS, where half of
/// it is less than half a step.
Programme tones_by_turns() {
    Programme p;
    p.sample_rate_hz = rate_hz, p.length_s = 3.2;
    p.analyses = {"response", "crosstalk", "mains", "stream"};
    for (const double at : {0.1, 2.6}) {
        p.events.push_back({Chirp{at, 0.15, 500.0, 12000.0, 0.25, 0.02}, {{true, false}}});
        p.events.push_back({Chirp{at + 0.2, 0.15, 12000.0, 500.0, 0.25, 0.02}, {{false, true}}});
    }
    double at = 0.6;
    for (const Side side : sides)
        for (const double amplitude : {0.5, 1e-5}) {
            PerSide<bool> on{};
            on[side] = true;
            p.events.push_back({Tones{at, 0.45, 0.005, {{1000.0, amplitude, 0.0}}}, on});
            at += 0.45;
        }
    return p;
}

Take in_16_bits(Take take) {
    take.bits = 16, take.floating_point = false;
    for (auto& c : take.channels)
        for (double& v : c) v = std::nearbyint(v * 32768.0) / 32768.0;
    return take;
}

Take loop_of(const Programme& p, double ppm) {
    Formula f;
    f.seconds = p.length_s + 0.3, f.start = delay, f.ppm = ppm, f.noise = 0.0;
    f.at_player_time = [&p](Side s, double u) {
        double sum = 0.0;
        for (const Event& e : p.events)
            if (e.on[s]) sum += value_at(e, u);
        return gain * sum;
    };
    return in_16_bits(take_of(f));
}

std::string reasons(const Measurement& m) {
    std::string out;
    for (const std::string& r : m.reasons) out += r + "\n";
    return out;
}

}  // namespace

TEST_CASE(
    "steps over a loop of 16 bits without a dither are -6.02 dB, on one clock and on two 37 ppm apart") {
    const Programme p = tones_by_turns();
    for (const double ppm : {0.0, 37.0}) {
        const auto m = measure(loop_of(p, ppm), p, false);
        REQUIRE(m.has_value());
        INFO(ppm << " ppm: " << reasons(*m));
        CHECK(m->valid);
        int responses = 0, crosstalks = 0, hums = 0;
        for (const Reading& r : m->readings) {
            CHECK(r.name != "discontinuity");
            if (r.name == "response") {
                ++responses;
                CHECK(std::abs(r.points.front().value.value() - 20.0 * std::log10(gain)) < 3e-4);
            }
            if (r.name == "crosstalk") {
                ++crosstalks;
                CHECK(r.points.front().state == State::at_most);
            }
            if (r.name == "mains") {
                // Nothing hums, and what half a step hides is known.
                ++hums;
                CHECK(r.points.front().state == State::at_most);
                CHECK(r.points.front().value.value() ==
                      Approx(20.0 * std::log10(0.5 / 32768.0)).margin(1e-6));
            }
            if (r.name == "clock_offset") {
                REQUIRE(r.points.front().u.has_value());
                CHECK(std::abs(*r.points.front().value - ppm) < 4.0 * *r.points.front().u + 1e-6);
            }
        }
        CHECK(responses == 2);
        CHECK(crosstalks == 2);
        CHECK(hums == 2);
    }
}

TEST_CASE("441 periods of 1 kHz over a loop of 16 bits at 44.1 kHz do not hum at 200 Hz") {
    // The rounding repeats every 441 samples: lines at 200, 400 .. Hz, and no pause to say that nothing hums.
    Programme p = ladder(1000.0, {-26.0}, 0.441);
    p.sample_rate_hz = 44100.0;
    p.analyses = {"mains"};
    Formula f;
    f.rate_hz = 44100.0, f.seconds = 0.46, f.start = 200.0;
    f.at_player_time = [&p](Side s, double u) {
        return s == Side::left ? gain * value_at(p.events[0], u) : 0.0;
    };
    const Take take = in_16_bits(take_of(f));
    const auto m = measure(take, p, false);
    REQUIRE(m.has_value());
    INFO(reasons(*m));
    int bounds = 0;
    for (const Reading& r : m->readings)
        if (r.name == "mains" && r.side == Side::left) {
            ++bounds;
            CHECK(r.scalar().state == State::at_most);
        }
    CHECK(bounds == 1);
}

TEST_CASE("64 frames lost in a step over the same loop are told, at their place") {
    const Programme p = tones_by_turns();
    Take take = loop_of(p, 0.0);
    const auto at = static_cast<std::ptrdiff_t>(delay + 1.7 * rate_hz);  // the right side's loud step
    for (auto& c : take.channels) c.erase(c.begin() + at, c.begin() + at + 64);
    const auto m = measure(take, p, false);
    REQUIRE(m.has_value());
    CHECK_FALSE(m->valid);
    INFO(reasons(*m));
    REQUIRE(m->reasons.size() == 1);
    CHECK(m->reasons.front().find("64 samples lost") != std::string::npos);
}

TEST_CASE("a break whose place or u is no number is a sentence, and no reading") {
    Discontinuity known, nowhere, doubtful;
    known.count = 64, known.at_sample = 1000;
    nowhere.count = 1;
    nowhere.between = {std::numeric_limits<std::int64_t>::min(), 1374343};
    nowhere.at_sample = nowhere.between->first;
    doubtful.count = 1, doubtful.u_count = std::numeric_limits<double>::quiet_NaN();
    Breaks found;
    found.events = {nowhere, doubtful};
    Measurement m;
    read_breaks(found, 10, m);
    CHECK_FALSE(m.valid);
    CHECK(m.readings.empty());
    REQUIRE(m.reasons.size() == 1);
    CHECK(m.reasons.front().find("a break of the stream whose place or count") == 0);
    found.events = {nowhere, known, doubtful};
    Measurement with;
    read_breaks(found, 10, with);
    REQUIRE(with.readings.size() == 1);
    CHECK(with.readings.front().points.front().value.value() == 64.0);
    CHECK(with.reasons.size() == 2);
}
