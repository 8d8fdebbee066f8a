// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/align/breaks.hpp"
#include "rig/align/clock.hpp"
#include "rig/measure/measure.hpp"
#include "tests/made_take.hpp"
#include "tests/shared_data.hpp"

#include <cmath>
#include <random>

using namespace fourpole;

namespace {

std::vector<Discontinuity> events_of(const Take& take, const Programme& programme) {
    const auto m = measure(take, programme, false);
    REQUIRE(m.has_value());
    std::string why;
    for (const auto& r : m->reasons) why += r + "\n";
    INFO(why);
    CHECK(m->valid == (find(m->readings, "discontinuity") == nullptr));
    if (m->valid) return {};
    return detail<std::vector<Discontinuity>>(reading(m->readings, "discontinuity"), "events");
}

}  // namespace

TEST_CASE("a clean take has no break, and its clock is within 1e-4 ppm of the truth", "[align]") {
    const Programme p = sweep_pair();
    for (const double ppm : {-150.0, 0.0, 42.5}) {
        const Take take = played(p, ppm, 7000.25);
        const auto m = measure(take, p, false);
        REQUIRE(m.has_value());
        CHECK(m->valid);
        const Reading& clock = reading(m->readings, "clock_offset");
        CHECK(*clock.scalar().value == Approx(ppm).margin(1e-4));
        CHECK(std::abs(*clock.scalar().value - ppm) < 4.0 * *clock.scalar().u);
        CHECK(detail<double>(clock, "start") == Approx(7000.25).margin(1e-3));
    }
}

TEST_CASE("one break in a sweep: place exact, signed count exact, kind told apart", "[align][repeated]") {
    const Programme p = sweep_pair();
    struct Case {
        void (*change)(Take&, std::size_t, std::size_t);
        Discontinuity::Kind kind;
    };
    const Case cases[] = {{lose, Discontinuity::Kind::lost},
                          {insert_zeros, Discontinuity::Kind::inserted},
                          {blank, Discontinuity::Kind::zeroed},
                          {repeat, Discontinuity::Kind::repeated}};
    const Take whole = played(p, 30.0, 7000.25);
    for (const std::size_t count : {std::size_t{64}, std::size_t{441}, std::size_t{1}})
        for (const std::size_t at : {std::size_t{80017}, std::size_t{120011}})
            for (const auto& c : cases) {
                if (count == 1 && c.kind != Discontinuity::Kind::lost) continue;
                Take take = whole;
                c.change(take, at, count);
                INFO(name(c.kind) << " " << count << " at " << at);
                const auto found = events_of(take, p);
                for (const auto& d : found)
                    UNSCOPED_INFO(name(d.kind) << " " << d.count << " at " << d.at_sample);
                REQUIRE(found.size() == 1);
                CHECK(found[0].kind == c.kind);
                CHECK(found[0].count == static_cast<std::int64_t>(count));
                CHECK(found[0].at_sample == static_cast<std::int64_t>(at));
            }
}

TEST_CASE("a loss over which a sweep moves on by periods is counted to the frame", "[align][repeated]") {
    const Programme p = sweep_pair();
    const Take whole = played(p, 0.0, 7000.25);
    for (const std::size_t count :
         {std::size_t{512}, std::size_t{1024}, std::size_t{1500}, std::size_t{2000}})
        for (const std::size_t at : {std::size_t{72'000}, std::size_t{80'017}, std::size_t{88'000}}) {
            Take take = whole;
            lose(take, at, count);
            INFO(count << " at " << at);
            const auto found = events_of(take, p);
            REQUIRE(found.size() == 1);
            CHECK(found[0].count == static_cast<std::int64_t>(count));
            CHECK(found[0].at_sample == static_cast<std::int64_t>(at));
        }
}

TEST_CASE("a break in a pause is noticed though no sample shows it", "[align]") {
    const Programme p = sweep_pair();
    Take take = played(p, 30.0, 7000.25);
    lose(take, 32000, 20);  // between the chirps and the first sweep
    const auto m = measure(take, p, false);
    REQUIRE(m.has_value());
    CHECK_FALSE(m->valid);
    INFO(m->reasons.front());
    REQUIRE(m->reasons.size() == 1);
    CHECK(m->reasons.front().find("the stream broke in a pause") != std::string::npos);
    CHECK(m->reasons.front().find("samples or more apart from each other's time") != std::string::npos);
    CHECK(find(m->readings, "response") == nullptr);
}

TEST_CASE("3000 ppm is a wrong rate and not a clock", "[align]") {
    const Programme p = sweep_pair();
    const auto m = measure(played(p, 3000.0, 7000.25), p, false);
    REQUIRE(m.has_value());
    CHECK_FALSE(m->valid);
    REQUIRE_FALSE(m->reasons.empty());
    CHECK(m->reasons.front().find("wrong rate") != std::string::npos);
    CHECK(reading(m->readings, "clock_offset").scalar().state == State::not_measured);
}

TEST_CASE("a programme that is not there makes an invalid take, never a figure", "[align]") {
    const Programme p = sweep_pair();
    Take take = played(p, 0.0, 7000.0);
    std::mt19937_64 random(3);
    std::normal_distribution<double> noise(0.0, 1e-3);
    for (auto& c : take.channels)
        for (double& v : c) v = noise(random);
    const auto m = measure(take, p, false);
    REQUIRE(m.has_value());
    CHECK_FALSE(m->valid);
    CHECK(find(m->readings, "response") == nullptr);
}

TEST_CASE("a difference-wired plug still gives a clock: each side has a chirp of its own", "[align]") {
    const Programme p = sweep_pair();
    const Take both = played(p, 25.0, 7000.5);
    Take take = both;
    for (std::size_t n = 0; n < take.frames(); ++n) {
        take.channels[1][n] = both.channels[1][n] - both.channels[0][n];
        take.channels[0][n] = 0.0;
    }
    std::mt19937_64 random(9);
    std::normal_distribution<double> noise(0.0, 2e-5);
    // A silent driver still has 3e-4 of its own side, by the leakage of whatever is around it.
    for (std::size_t n = 0; n < take.frames(); ++n)
        take.channels[0][n] = 3e-4 * both.channels[0][n] + noise(random);
    const auto m = measure(take, p, false);
    REQUIRE(m.has_value());
    REQUIRE(m->valid);
    CHECK(*reading(m->readings, "clock_offset").scalar().value == Approx(25.0).margin(1e-3));
    CHECK(detail<std::string>(reading(m->readings, "wiring"), "outcome") ==
          "right side only: difference signal");
    // Nothing can be said of what a silent side leaks.
    for (const Point& point : reading(m->readings, "crosstalk", Side::left).points)
        CHECK(point.state == State::not_measured);
}

TEST_CASE("437, -900 and 1900 ppm are clocks, not broken streams", "[align][repeated]") {
    const Programme p = sweep_pair();
    for (const double ppm : {437.3, -900.0, 1900.0}) {
        INFO(ppm << " ppm");
        // The left side louder: its rising chirps, which a foreign pace moves by 8 samples a 1000 ppm.
        const auto m = measure(played(p, ppm, 7000.25, 0.5), p, false);
        REQUIRE(m.has_value());
        INFO((m->reasons.empty() ? "" : m->reasons.front()));
        REQUIRE(m->valid);
        CHECK(*reading(m->readings, "clock_offset").scalar().value == Approx(ppm).margin(1e-3));
        CHECK(detail<double>(reading(m->readings, "clock_offset"), "start") == Approx(7000.25).margin(1e-2));
    }
}

TEST_CASE("what is lost or inserted in a pause is no clock and no wrong rate, however much it is",
          "[align][repeated]") {
    const Programme p = sweep_pair();
    const Take whole = played(p, 0.0, 7000.25);
    for (const std::size_t count : {std::size_t{256}, std::size_t{600}, std::size_t{2048}, std::size_t{4096}})
        for (const auto change : {lose, insert_zeros}) {
            Take take = whole;
            change(take, 32000, count);  // between the chirps and the first sweep
            const auto m = measure(take, p, false);
            REQUIRE(m.has_value());
            CHECK_FALSE(m->valid);
            INFO(m->reasons.front());
            REQUIRE(m->reasons.size() == 1);
            const bool lost = change == lose;
            CHECK(m->reasons.front().rfind(lost ? "lost frames" : "inserted frames", 0) == 0);
            CHECK(m->reasons.front().find("stand " + std::to_string(count) + " samples") !=
                  std::string::npos);
        }
}

TEST_CASE("one clock is not believed where the markers tell of two", "[align]") {
    const Programme p = sweep_pair();
    const auto m = measure(played(p, 37.3, 7000.25), p, true);
    REQUIRE(m.has_value());
    CHECK_FALSE(m->valid);
    CHECK(m->reasons.front().find("two clocks: the markers stand +37.30 ppm") == 0);
    CHECK(measure(played(p, 0.0, 7000.25), p, true)->valid);
    CHECK_FALSE(measure(played(p, 0.05, 7000.25), p, true)->valid);
}

TEST_CASE("a clock that drifts by a sixth of a sample is no lost frame", "[align]") {
    const Programme p = sweep_pair();
    Programme later = p;
    for (Event& e : later.events)
        if (auto* chirp = std::get_if<Chirp>(&e.what); chirp && chirp->start_s > 3.0)
            chirp->start_s += 0.2 / 48'000.0;
    const auto m = measure(played(later, 0.0, 7000.25), p, false);
    REQUIRE(m.has_value());
    REQUIRE_FALSE(m->reasons.empty());
    INFO(m->reasons.front());
    CHECK(m->reasons.front().find("the time wanders: a chirp stands") == 0);
}
