// SPDX-License-Identifier: GPL-3.0-or-later
// The pace of a player by two sweeps alone, and what was lost between them.
#include "tests/closed_form_take.hpp"

#include <random>
#include <string>

using namespace fourpole;

namespace {

/// Left plays a sweep, then right; `lost` samples of the capture are missing between them.
struct Pair {
    double ppm = 0.0, rate_s = 0.3, rate_hz = 48000.0, gap_s = 0.5, lost = 0.0;
};

Programme programme_of(const Pair& pair) {
    Programme p;
    p.sample_rate_hz = pair.rate_hz;
    const double length_s = pair.rate_s * std::log(1000.0);
    for (const Side side : sides) {
        const double start_s = 0.3 + (side == Side::left ? 0.0 : length_s + pair.gap_s);
        Event event{Sweep{start_s, 20.0, 20000.0, pair.rate_s, 0.5, 0.02, 0.005, Sweep::Law::synchronised},
                    {}};
        event.on[side] = true;
        p.events.push_back(event);
    }
    p.length_s = 0.3 + 2.0 * (length_s + pair.gap_s);
    p.analyses = {"response", "stream"};
    return p;
}

Take take_of(const Pair& pair, const Programme& p) {
    Formula f;
    f.rate_hz = pair.rate_hz;
    f.seconds = p.length_s + 0.6;
    f.start = 0.2137 * pair.rate_hz;
    f.ppm = pair.ppm;
    f.noise = 1e-5;
    f.at_player_time = [&](Side side, double u) {
        const double later = side == Side::right ? pair.lost * (1.0 + 1e-6 * pair.ppm) / pair.rate_hz : 0.0;
        return value_at(p.events[side == Side::left ? 0 : 1], u + later);
    };
    return take_of(f);
}

Measurement measured(const Pair& pair) {
    const Programme p = programme_of(pair);
    auto out = measure(take_of(pair, p), p, false);
    REQUIRE(out.has_value());
    return std::move(*out);
}

}  // namespace

TEST_CASE("of two sweeps without chirps -1900, -600, 900 and 1900 ppm are told within 0.001 ppm",
          "[repeated]") {
    for (const double ppm : {-1900.0, -600.0, 900.0, 1900.0})
        for (const double rate_s : {0.2, 0.7}) {
            INFO(ppm << " ppm, " << rate_s << " s");
            const Measurement m = measured({.ppm = ppm, .rate_s = rate_s});
            REQUIRE(m.valid);
            const Reading* const clock = reading_named(m, "clock_offset");
            REQUIRE(clock != nullptr);
            CHECK(*clock->scalar().value == Approx(ppm).margin(1e-3));
        }
}

TEST_CASE("37, 500 and 3000 samples lost or inserted between two sweeps of 3.5 s are told within 4 u",
          "[repeated]") {
    for (const double lost : {37.0, -37.0, 500.0, -500.0, 3000.0, -3000.0})
        for (const double ppm : {20.0, -300.0}) {
            INFO(lost << " lost, " << ppm << " ppm");
            const Measurement m = measured({.ppm = ppm, .rate_s = 0.5, .lost = lost});
            REQUIRE_FALSE(m.valid);
            CHECK(reading_named(m, "clock_offset")->scalar().state == State::not_measured);
            const Reading* const r = reading_named(m, "discontinuity");
            REQUIRE(r != nullptr);
            const auto& events = std::get<std::vector<Discontinuity>>(*r->detail("events"));
            REQUIRE(events.size() == 1);
            const Discontinuity& d = events[0];
            CHECK(d.kind == (lost > 0.0 ? Discontinuity::Kind::lost : Discontinuity::Kind::inserted));
            CHECK(d.unseen);
            CHECK(d.u_count > 0.5);
            CHECK(d.u_count < 8.0);
            CHECK(std::abs(static_cast<double>(d.count) - std::abs(lost)) < 4.0 * d.u_count);
            // 0.3 s and 3.454 s, and 0.5 s of pause.
            REQUIRE(d.between.has_value());
            const double ends = (0.2137 + (0.3 + 0.5 * std::log(1000.0)) / (1.0 + 1e-6 * ppm)) * 48000.0;
            CHECK(static_cast<double>(d.between->first) == Approx(ends).margin(10.0));
            CHECK(static_cast<double>(d.between->second) ==
                  Approx(ends + 24000.0 / (1.0 + 1e-6 * ppm) - lost).margin(12.0));
        }
}

TEST_CASE("a sample lost between two sweeps is within what the clock says it would not tell") {
    const Measurement m = measured({.ppm = 20.0, .rate_s = 0.5, .lost = 1.0});
    REQUIRE(m.valid);
    const Reading* const clock = reading_named(m, "clock_offset");
    const auto words = std::get<std::string>(*clock->detail("unseen_breaks"));
    CHECK(words.find("fewer than about") == 0);
    CHECK(std::stod(words.substr(17)) > 1.0);
    CHECK(std::stod(words.substr(17)) < 20.0);
}

TEST_CASE("an all-pass of 2 kHz, of Q 0.7 or 5, is neither a break nor a pace, at 35 ppm and at 700 ppm") {
    for (const double q : {std::sqrt(0.5), 5.0})
        for (const double ppm : {35.0, 700.0}) {
            INFO(q << ", " << ppm << " ppm");
            const Pair pair{.ppm = ppm, .rate_s = 0.35};
            const Programme p = programme_of(pair);
            Take take = take_of(pair, p);
            for (auto& x : take.channels) all_pass(x, q, pair.rate_hz);
            const auto m = measure(take, p, false);
            REQUIRE(m.has_value());
            REQUIRE(m->valid);
            CHECK(*reading_named(*m, "clock_offset")->scalar().value == Approx(ppm).margin(1e-3));
        }
}

TEST_CASE(
    "of two sweeps one on a dead side is a silent side, whichever it is: no break, no pace, no short take") {
    for (const Side dead : sides) {
        INFO(name(dead));
        const Pair pair{.ppm = -66.0, .rate_s = 0.3};
        const Programme p = programme_of(pair);
        Take take = take_of(pair, p);
        std::mt19937_64 random(3);
        std::normal_distribution<double> noise(0.0, 3e-5);
        for (double& x : take.channels[dead == Side::left ? 0 : 1]) x = noise(random);
        const auto m = measure(take, p, false);
        REQUIRE(m.has_value());
        for (const std::string& r : m->reasons) UNSCOPED_INFO(r);
        CHECK(m->valid);
        REQUIRE_FALSE(m->reasons.empty());
        CHECK(m->reasons.front().find("silent side") == 0);
        CHECK(reading_named(*m, "clock_offset")->scalar().state == State::not_measured);
    }
}
