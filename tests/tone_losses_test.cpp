// SPDX-License-Identifier: GPL-3.0-or-later
// Frames lost under several tones at once, alone and between chirps: random cases, none of them told wrong.
#include "rig/measure/measure.hpp"
#include "tests/made_take.hpp"
#include "tests/shared_data.hpp"

#include <cmath>
#include <random>
#include <string>
#include <tuple>

using namespace fourpole;

namespace {

constexpr double tone_s = 0.5;

/// Two chirps a side with tones between them, or the tones alone between pauses.
Programme around(std::vector<Tone> tones, bool chirps) {
    Programme p;
    p.sample_rate_hz = 48000.0;
    const auto chirp = [&p](double start_s, double f1_hz, double f2_hz, Side side) {
        PerSide<bool> on{};
        on[side] = true;
        p.events.push_back({Chirp{start_s, 0.1, f1_hz, f2_hz, 0.5, 0.01}, on});
    };
    const double start_s = chirps ? 0.4 : 0.1;
    for (const double at : {0.05, start_s + tone_s + 0.1}) {
        if (!chirps) continue;
        chirp(at, 500.0, 12000.0, Side::left);
        chirp(at + 0.12, 12000.0, 500.0, Side::right);
    }
    p.events.push_back({Tones{start_s, tone_s, 0.005, std::move(tones)}, {{true, true}}});
    p.length_s = start_s + tone_s + 0.4;
    return p;
}

const std::vector<Tone> one_khz{{1000.0, 0.5, 0.0}};
const std::vector<Tone> smpte{{60.0, 0.4, 0.0}, {7000.0, 0.1, 0.0}};
const std::vector<Tone> ccif{{19000.0, 0.25, 0.0}, {20000.0, 0.25, 0.0}};

std::vector<Tone> comb() {
    std::vector<Tone> out;
    for (const double hz : {40.0, 60.0, 100.0, 160.0, 250.0, 400.0, 630.0, 1000.0, 1600.0, 2500.0, 4000.0,
                            6300.0, 10000.0, 16000.0})
        out.push_back({hz, 0.04, 0.7 * std::sqrt(hz)});
    return out;
}

struct Heard {
    Measurement m;
    std::vector<Discontinuity> events;
    std::string why;
};
Heard heard(const Take& take, const Programme& p) {
    auto m = measure(take, p, false);
    REQUIRE(m.has_value());
    Heard out{std::move(*m), {}, {}};
    for (const std::string& r : out.m.reasons) out.why += r + "\n";
    if (const Reading* r = find(out.m.readings, "discontinuity"))
        out.events = detail<std::vector<Discontinuity>>(*r, "events");
    return out;
}

/// A sample of the capture, so many seconds into the tones.
std::size_t into(double seconds, bool chirps) {
    return static_cast<std::size_t>(1000.25 + ((chirps ? 0.4 : 0.1) + seconds) * 48000.0);
}

}  // namespace

TEST_CASE("of 12 losses of 64 to 1024 frames between chirps each is placed and counted exactly",
          "[repeated]") {
    std::mt19937 random(7);
    const int counts[] = {512, 64, 1024, 192, 1, 256, 480, 128, 512, 256, 64, 1024};
    int k = 0;
    for (const auto& tones : {smpte, ccif, comb(), one_khz}) {
        const Programme p = around(tones, true);
        for (int i = 0; i < 3; ++i, ++k) {
            const double ppm = 12.5 * static_cast<double>(k % 17) - 100.0;
            const std::size_t at = into(0.06 + 1e-4 * static_cast<double>(random() % 3600), true);
            // Whole periods of one tone, or of two a kHz apart, leave the place open: below.
            const int count =
                counts[k] + ((tones == one_khz || tones == ccif) && counts[k] % 48 == 0 ? 7 : 0);
            Take take = played(p, ppm, 1000.25);
            lose(take, at, static_cast<std::size_t>(count));
            const Heard h = heard(take, p);
            INFO(k << ": " << count << " at " << at << ", " << ppm << " ppm: " << h.why);
            CHECK_FALSE(h.m.valid);
            REQUIRE(h.events.size() == 1);
            CHECK(h.events[0].kind == Discontinuity::Kind::lost);
            CHECK(h.events[0].count == count);
            CHECK(std::abs(h.events[0].at_sample - static_cast<std::int64_t>(at)) <= 1);
            CHECK_FALSE(h.events[0].modulo_samples.has_value());
        }
    }
}

TEST_CASE(
    "without markers 512 frames of 60 and 7000 Hz are known up to 2400 samples, and no state is exact") {
    // Three periods of 60 Hz are 350 of 7 kHz: 2400 samples at 48 kHz.
    const Programme p = around(smpte, false);
    Take take = played(p, 0.0, 1000.25);
    lose(take, into(0.27, false), 512);
    const Heard h = heard(take, p);
    INFO(h.why);
    REQUIRE(h.events.size() == 1);
    REQUIRE(h.events[0].modulo_samples.has_value());
    CHECK(*h.events[0].modulo_samples == Approx(2400.0).margin(0.2));
    CHECK(h.events[0].count == 512);
    const Point& sum = reading(h.m.readings, "discontinuity").scalar();
    CHECK(sum.state == State::at_least);
    CHECK_FALSE(sum.u.has_value());
}

TEST_CASE("without markers 100 lost, 64 inserted and 128 repeated frames of 14 tones are told as such") {
    const Programme p = around(comb(), false);
    const std::size_t at = into(0.24, false);
    for (const auto kind :
         {Discontinuity::Kind::lost, Discontinuity::Kind::inserted, Discontinuity::Kind::repeated}) {
        Take take = played(p, -80.0, 1000.25);
        std::int64_t count = 100;
        if (kind == Discontinuity::Kind::lost) lose(take, at, 100);
        for (auto& c : take.channels) {
            const auto here = c.begin() + static_cast<std::ptrdiff_t>(at);
            if (kind == Discontinuity::Kind::inserted)
                c.insert(here, static_cast<std::size_t>(count = 64), 0.0);
            if (kind != Discontinuity::Kind::repeated) continue;
            const std::vector<double> block(here - (count = 128), here);
            c.insert(here, block.begin(), block.end());
        }
        const Heard h = heard(take, p);
        INFO(h.why);
        CHECK_FALSE(h.m.valid);
        REQUIRE(h.events.size() == 1);
        CHECK(h.events[0].kind == kind);
        CHECK(h.events[0].count == count);
        CHECK(std::abs(h.events[0].at_sample - static_cast<std::int64_t>(at)) <= 1);
    }
}

TEST_CASE("48 frames of 1 kHz are seen by the chirps alone, somewhere between them") {
    const Programme p = around(one_khz, true);
    Take take = played(p, 20.0, 1000.25);
    const auto at = static_cast<std::int64_t>(into(0.2, true));
    lose(take, into(0.2, true), 48);
    const Heard h = heard(take, p);
    INFO(h.why);
    REQUIRE(h.events.size() == 1);
    const Discontinuity& d = h.events[0];
    CHECK(d.kind == Discontinuity::Kind::lost);
    CHECK(d.count == 48);
    CHECK(d.u_count > 0.0);
    REQUIRE(d.between.has_value());
    CHECK(d.between->first < at);
    CHECK(d.between->second > at);
}

TEST_CASE("a loss of 300 frames in the pause behind the tone lies between the chirps, by their distance") {
    const Programme p = around(comb(), true);
    Take take = played(p, -60.0, 1000.25);
    const auto at = into(tone_s + 0.04, true);
    lose(take, at, 300);
    const Heard h = heard(take, p);
    INFO(h.why);
    REQUIRE(h.events.size() == 1);
    CHECK(h.events[0].count == 300);
    REQUIRE(h.events[0].between.has_value());
    CHECK(h.events[0].between->first <= static_cast<std::int64_t>(at));
    CHECK(h.events[0].between->second >= static_cast<std::int64_t>(at));
}

TEST_CASE("one tone without markers says which breaks it cannot see: by 48 samples of 1 kHz at 48 kHz") {
    const Heard alone = heard(played(around(one_khz, false), 0.0, 1000.25), around(one_khz, false));
    const auto words = detail<std::string>(reading(alone.m.readings, "clock_offset"), "unseen_breaks");
    CHECK(words.find("by 48 samples") != std::string::npos);
    const Heard marked = heard(played(around(one_khz, true), 0.0, 1000.25), around(one_khz, true));
    CHECK(reading(marked.m.readings, "clock_offset").detail("unseen_breaks") == nullptr);
}

TEST_CASE("a clock that wanders by 10 ns and hum of -50 dB break no stream of tones") {
    for (const auto& tones : {one_khz, ccif, comb()})
        for (const bool chirps : {false, true}) {
            const Programme p = around(tones, chirps);
            Take take = played(p, 35.0, 1000.25);
            const Clock clock{48000.0, 1000.25, 35.0};
            for (std::size_t n = 0; n < take.frames(); ++n) {
                const double u = clock.u_at(static_cast<double>(n));
                const double later = u + 1e-8 * std::sin(2.0 * 3.141592653589793 * u / 0.3);
                for (const Side side : sides) {
                    double x = 3e-3 * std::sin(2.0 * 3.141592653589793 * 50.02 * u);
                    for (const Event& e : p.events)
                        if (e.on[side]) x += 0.8 * value_at(e, later);
                    take.channels[side == Side::left ? 0 : 1][n] = x;
                }
            }
            const Heard h = heard(take, p);
            INFO(h.why);
            CHECK(h.m.valid);
            CHECK(h.events.empty());
        }
}

TEST_CASE("a clock that wanders by 10 us in 3 s and by 100 us in 1 s breaks no tone, and its pace is in u") {
    constexpr double pi = 3.141592653589793, ppm = -44.1;
    for (const auto& [hz, size, period_s] : {std::tuple{1000.0, 1e-5, 3.3}, {3000.0, 1e-4, 1.0}}) {
        Programme p;
        p.sample_rate_hz = 48000.0, p.length_s = 4.6;
        p.events.push_back({Tones{0.3, 4.0, 0.01, {{hz, 0.5, 0.0}}}, {{true, true}}});
        Take take = played(p, ppm, 1000.25);
        const Clock clock{48000.0, 1000.25, ppm};
        for (std::size_t n = 0; n < take.frames(); ++n) {
            const double u = clock.u_at(static_cast<double>(n));
            for (auto& c : take.channels)
                c[n] = value_at(p.events[0], u + size * std::sin(2.0 * pi * u / period_s + 1.0));
        }
        const Heard h = heard(take, p);
        INFO(hz << " Hz: " << h.why);
        CHECK(h.m.valid);
        CHECK(h.events.empty());
        const Point& pace = reading(h.m.readings, "clock_offset").scalar();
        REQUIRE(pace.value.has_value());
        CHECK(std::abs(*pace.value - ppm) < 2.0 * *pace.u);
        CHECK(*pace.u < 30.0);
    }
}

TEST_CASE("a take of noise says that breaks while it plays are not looked for") {
    Programme p;
    p.sample_rate_hz = 48000.0;
    p.length_s = 2.0;
    p.events.push_back({Noise{0.5, 1.0, 0.1, Noise::Spectrum::white}, {{true, true}}});
    Take take = played(p, 0.0, 0.0);
    std::mt19937_64 random(3);
    std::normal_distribution<double> noise(0.0, 0.1);
    for (auto& c : take.channels)
        for (std::size_t n = 24'000; n < 72'000; ++n) c[n] += noise(random);
    const Heard h = heard(take, p);
    INFO(h.why);
    CHECK(h.m.valid);
    CHECK(h.why.find("noise: frames lost or inserted while it plays are not looked for") !=
          std::string::npos);
}
