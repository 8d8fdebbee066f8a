// SPDX-License-Identifier: GPL-3.0-or-later
// Breaks of the stream while tones play: a known one in each take.
#include "rig/measure/measure.hpp"
#include "tests/made_take.hpp"
#include "tests/shared_data.hpp"

#include <cmath>
#include <numbers>
#include <random>

using namespace fourpole;

namespace {

Programme tones(std::vector<Tone> lines) {
    Programme p;
    p.sample_rate_hz = 48000.0;
    p.length_s = 3.0;
    p.events.push_back({Tones{0.0, 3.0, 0.0, std::move(lines)}, {{true, true}}});
    return p;
}

const std::vector<Tone> several{{301.0, 0.1, 0.3}, {997.0, 0.1, 1.0}, {2503.0, 0.1, 2.0}, {7001.0, 0.1, 0.1}};

Discontinuity only_break(const Take& take, const Programme& p) {
    const auto m = measure(take, p, false);
    REQUIRE(m.has_value());
    CHECK_FALSE(m->valid);
    std::string words;
    for (const auto& reason : m->reasons) words += reason + "; ";
    INFO(words);
    const auto events = detail<std::vector<Discontinuity>>(reading(m->readings, "discontinuity"), "events");
    REQUIRE(events.size() == 1);
    for (const Reading& r : m->readings) CHECK(r.name != "thd_n");
    return events[0];
}

}  // namespace

TEST_CASE("1, 12 and 47 samples lost under one tone of 997 Hz: place exact, count exact modulo 48.1") {
    const Programme p = tones({{997.0, 0.5, 0.0}});
    for (const std::size_t count : {1UL, 12UL, 47UL}) {
        Take take = played(p, 37.0, 0.0);
        lose(take, 60'123, count);
        const Discontinuity d = only_break(take, p);
        CHECK(d.kind == Discontinuity::Kind::lost);
        CHECK(d.count == static_cast<std::int64_t>(count));
        CHECK(std::abs(d.at_sample - 60'123) <= 1);
        REQUIRE(d.modulo_samples.has_value());
        CHECK(*d.modulo_samples == Approx(48.14).margin(0.01));
    }
}

TEST_CASE("one sample lost under 100 Hz, 50 dB over its noise, is counted by its phase alone") {
    const Programme p = tones({{100.0, 0.5, 0.0}});
    Take take = played(p, 37.0, 0.0);
    std::mt19937_64 random(3);
    std::normal_distribution<double> noise(0.0, 0.4 * 0.7 * 3e-3);
    for (auto& c : take.channels)
        for (double& v : c) v += noise(random);
    lose(take, 60'123, 1);
    const Discontinuity d = only_break(take, p);
    CHECK(d.kind == Discontinuity::Kind::lost);
    CHECK(d.count == 1);
    // A sample is worth 0.013 of the amplitude at most, three times the noise: its place is known to some.
    CHECK(std::abs(d.at_sample - 60'123) < 480);
}

TEST_CASE("four tones know a loss of 500 samples for itself, without a period") {
    const Programme p = tones(several);
    for (const std::size_t count : {1UL, 500UL, 4000UL}) {
        Take take = played(p, -12.0, 0.0);
        lose(take, 70'001, count);
        const Discontinuity d = only_break(take, p);
        CHECK(d.kind == Discontinuity::Kind::lost);
        CHECK(d.count == static_cast<std::int64_t>(count));
        CHECK(d.at_sample == 70'001);
        CHECK_FALSE(d.modulo_samples.has_value());
    }
}

TEST_CASE("37 zeros inserted, 20 samples zeroed and 64 repeated are told apart under tones") {
    for (const Programme& p : {tones({{997.0, 0.5, 0.0}}), tones(several)}) {
        Take inserted = played(p, 5.0, 0.0), zeroed = inserted, repeated = inserted;
        insert_zeros(inserted, 60'123, 37);
        blank(zeroed, 60'123, 20);
        repeat(repeated, 60'123, 64);
        const Discontinuity a = only_break(inserted, p), b = only_break(zeroed, p),
                            c = only_break(repeated, p);
        CHECK(a.kind == Discontinuity::Kind::inserted);
        CHECK(a.count == 37);
        CHECK(std::abs(a.at_sample - 60'123) <= 1);
        CHECK(b.kind == Discontinuity::Kind::zeroed);
        CHECK(b.count == 20);
        CHECK(std::abs(b.at_sample - 60'123) <= 1);
        CHECK(c.kind == Discontinuity::Kind::repeated);
        CHECK(c.count == 64);
        CHECK(std::abs(c.at_sample - 60'123) <= 1);
    }
}

TEST_CASE("tones 2200 ppm fast are a wrong rate, and silence holds no tones: no figure of either") {
    const Programme p = tones(several);
    Programme fast = p;
    for (Tone& t : std::get<Tones>(fast.events[0].what).tones) t.frequency_hz *= 1.0019;
    const auto good = measure(played(fast, 0.0, 0.0), p, false);
    REQUIRE(good.has_value());
    CHECK(good->valid);
    for (Tone& t : std::get<Tones>(fast.events[0].what).tones) t.frequency_hz *= 1.0003;
    const auto m = measure(played(fast, 0.0, 0.0), p, false);
    REQUIRE(m.has_value());
    CHECK_FALSE(m->valid);
    CHECK(m->reasons.back().find("wrong rate: the tones run +2") == 0);
    Take silent = played(p, 0.0, 0.0);
    std::mt19937_64 random(1);
    std::normal_distribution<double> noise(0.0, 1e-4);
    for (auto& c : silent.channels)
        for (double& v : c) v = noise(random);
    const auto none = measure(silent, p, false);
    REQUIRE(none.has_value());
    CHECK_FALSE(none->valid);
    CHECK(none->reasons.back().find("the programme's tones are not in this take") == 0);
}

TEST_CASE("lines 1.5 Hz apart beat in no window: 14 of them are one whole stream, and not when it breaks") {
    std::vector<Tone> lines;
    for (int k = 0; k < 14; ++k) lines.push_back({10.0 + 1.5 * k * (1.0 + 3.0 * k * k), 0.03, 0.9 * k * k});
    const Programme p = tones(lines);
    const auto m = measure(played(p, 15.0, 0.0), p, false);
    REQUIRE(m.has_value());
    CHECK(m->valid);
    Take broken = played(p, 15.0, 0.0);
    lose(broken, 60'000, 30);
    const auto bad = measure(broken, p, false);
    REQUIRE(bad.has_value());
    CHECK_FALSE(bad->valid);
}

TEST_CASE("a click of 0.1 in a tone voids the take, and noise 40 dB under a tone of -60 dBFS does not",
          "[repeated]") {
    const Programme p = tones({{997.0, 0.5, 0.0}});
    Take clicked = played(p, 5.0, 0.0);
    for (auto& c : clicked.channels)
        for (std::size_t n = 60'123; n < 60'163; ++n) c[n] += 0.1;
    const auto m = measure(clicked, p, false);
    REQUIRE(m.has_value());
    CHECK_FALSE(m->valid);
    REQUIRE_FALSE(m->reasons.empty());
    CHECK(m->reasons.back().find("click: the wave is disturbed at sample 601") == 0);
    for (unsigned seed = 1; seed <= 8; ++seed) {
        const Programme quiet = tones({{997.0, 1e-3, 0.0}});
        Take take = played(quiet, 5.0, 0.0);
        std::mt19937_64 random(seed);
        std::normal_distribution<double> noise(0.0, 1e-5);
        for (auto& c : take.channels)
            for (double& v : c) v += noise(random);
        const auto good = measure(take, quiet, false);
        REQUIRE(good.has_value());
        CHECK(good->valid);
    }
}
