// SPDX-License-Identifier: GPL-3.0-or-later
// Breaks wherever they happen: a count is exact, or says how far it is not.
#include "rig/measure/measure.hpp"
#include "tests/made_take.hpp"
#include "tests/shared_data.hpp"

#include <cmath>
#include <random>
#include <string>

using namespace fourpole;

namespace {

using Change = void (*)(Take&, std::size_t, std::size_t);

/// The converter's last value stands for `count` frames: nothing is lost, and nothing is right.
void hold(Take& take, std::size_t at, std::size_t count) {
    for (auto& c : take.channels) std::fill_n(c.begin() + static_cast<std::ptrdiff_t>(at), count, c[at]);
}

/// Noise as loud as the sweep in the place of what should be there.
void drown(Take& take, std::size_t at, std::size_t count) {
    std::mt19937_64 random(4);
    std::uniform_real_distribution<double> noise(-0.4, 0.4);
    for (auto& c : take.channels)
        for (std::size_t n = at; n < at + count; ++n) c[n] = noise(random);
}

/// The block before it once more, in the place of what should be there.
void write_over(Take& take, std::size_t at, std::size_t count) {
    for (auto& c : take.channels)
        std::copy_n(c.begin() + static_cast<std::ptrdiff_t>(at - count), count,
                    c.begin() + static_cast<std::ptrdiff_t>(at));
}

/// A coupling capacitor: first order.
void couple(Take& take, double corner_hz) {
    for (auto& c : take.channels) {
        double low = 0.0;
        for (double& v : c) {
            low += (v - low) * 2.0 * 3.141592653589793 * corner_hz / take.rate_hz;
            v = std::round(std::ldexp(v - low, 23)) / std::ldexp(1.0, 23);
        }
    }
}

struct Broken {
    Measurement measured;
    std::vector<Discontinuity> events;
    std::string why;
};
Broken broken(const Take& whole, const Programme& p, Change change, std::size_t at, std::size_t count) {
    Take take = whole;
    change(take, at, count);
    auto m = measure(take, p, false);
    REQUIRE(m.has_value());
    Broken out{std::move(*m), {}, {}};
    for (const std::string& r : out.measured.reasons) out.why += r + "\n";
    if (const Reading* r = find(out.measured.readings, "discontinuity"))
        out.events = detail<std::vector<Discontinuity>>(*r, "events");
    return out;
}

double later_by(const Discontinuity& d) {
    const auto count = static_cast<double>(d.count);
    return d.kind == Discontinuity::Kind::lost ? -count : d.kind == Discontinuity::Kind::zeroed ? 0.0 : count;
}

bool says(const std::string& text, const std::string& words) { return text.find(words) != std::string::npos; }

}  // namespace

TEST_CASE("40 breaks of any kind, length and place: each count is exact or tells its doubt",
          "[align][repeated]") {
    const Programme p = sweep_pair();
    const Take whole = played(p, 30.0, 7000.25);
    const std::size_t counts[] = {1, 2, 5, 10, 30, 64, 256, 441, 1000, 2048, 4800};
    std::mt19937 random(13);
    int exact = 0;
    for (int k = 0; k < 40; ++k) {
        const Change changes[] = {lose, insert_zeros, repeat, blank};
        const auto kind = random() % 4;
        const std::size_t count = counts[random() % std::size(counts)];
        const std::size_t at = 12'000 + random() % (whole.frames() - 70'000);
        const Broken b = broken(whole, p, changes[kind], at, count);
        INFO("change " << kind << " of " << count << " at " << at << ": " << b.why);
        CHECK_FALSE(says(b.why, "wrong rate"));
        CHECK_FALSE(says(b.why, "another programme"));
        if (b.events.size() != 1 || says(b.why, "click")) continue;
        const Discontinuity& d = b.events[0];
        const double truth = kind == 0   ? -static_cast<double>(count)
                             : kind == 3 ? 0.0
                                         : static_cast<double>(count);
        const double off = later_by(d) - truth;
        // A chirp moves on while it is away: its period is not the same everywhere.
        CHECK(std::abs(d.modulo_samples ? std::remainder(off, *d.modulo_samples) : off) <=
              4.0 * d.u_count + 0.3 * d.modulo_samples.value_or(0.0));
        if (!d.modulo_samples && d.u_count <= 0.0) {
            ++exact;
            CHECK(d.count == static_cast<std::int64_t>(count));
        }
    }
    CHECK(exact >= 15);
}

TEST_CASE("a wave that is held or written over is a disturbed sweep, not lost frames", "[align]") {
    const Programme p = sweep_pair();
    const Take whole = played(p, 30.0, 7000.25);
    struct Case {
        Change change;
        std::size_t at, count;
    };
    // Held where it is fast and where it is slow; noise in its place.
    for (const Case& c : {Case{hold, 110'000, 30}, Case{hold, 110'000, 1000}, Case{hold, 43'100, 128},
                          Case{drown, 110'000, 64}}) {
        const Broken b = broken(whole, p, c.change, c.at, c.count);
        INFO(c.count << " at " << c.at << ": " << b.why);
        CHECK_FALSE(b.measured.valid);
        CHECK(b.events.empty());
        CHECK(says(b.why, "click: the wave is disturbed"));
    }
}

TEST_CASE("a run of zeros over a chirp's onset is counted from where it begins", "[align]") {
    const Programme p = sweep_pair();
    const Take whole = played(p, 30.0, 7000.25);
    for (const auto& [at, count] : {std::pair{314'210, 441}, std::pair{313'478, 2048}}) {
        const Broken b =
            broken(whole, p, blank, static_cast<std::size_t>(at), static_cast<std::size_t>(count));
        INFO(b.why);
        REQUIRE(b.events.size() == 1);
        CHECK(b.events[0].kind == Discontinuity::Kind::zeroed);
        CHECK(b.events[0].count == count);
        CHECK(b.events[0].at_sample == at);
    }
}

TEST_CASE("a loss next to the end of a sweep is told modulo the period there", "[align]") {
    const Programme p = sweep_pair();
    const Take whole = played(p, 30.0, 7000.25);
    // The first sweep ends 0.6 + 0.35 ln 1000 s behind the start. 2000 samples before that it still rises by
    // 1 kHz, which tells whole periods of 2.7 samples; 520 before, where the fade-out is near, nothing does.
    const auto end = static_cast<std::size_t>(7000.25 + (0.6 + 0.35 * std::log(1000.0)) * 48000.0);
    const Broken told = broken(whole, p, lose, end - 2000, 3);
    INFO(told.why);
    REQUIRE(told.events.size() == 1);
    CHECK(told.events[0].count == 3);
    CHECK_FALSE(told.events[0].modulo_samples.has_value());
    const Broken b = broken(whole, p, lose, end - 520, 3);
    INFO(b.why);
    REQUIRE(b.events.size() == 1);
    REQUIRE(b.events[0].modulo_samples.has_value());
    CHECK(std::abs(std::remainder(static_cast<double>(b.events[0].count) - 3.0,
                                  *b.events[0].modulo_samples)) < 1.0);
    CHECK(says(b.why, "or more or fewer by whole periods of"));
}

TEST_CASE("frames lost in front of a sweep or in a chirp do not make it another programme", "[align]") {
    const Programme p = sweep_pair();
    const Take whole = played(p, 30.0, 7000.25);
    // Within the sweep's first 4 ms, where its onset hides the break; in the last chirp.
    for (const auto& [at, count] : {std::pair{35'850, 2048}, std::pair{325'200, 512}}) {
        const Broken b =
            broken(whole, p, lose, static_cast<std::size_t>(at), static_cast<std::size_t>(count));
        INFO(b.why);
        CHECK_FALSE(b.measured.valid);
        CHECK_FALSE(says(b.why, "another programme"));
    }
}

TEST_CASE("at 25 Hz 64 lost frames are counted exactly, and behind a coupling capacitor with their doubt",
          "[align]") {
    const Programme p = sweep_pair();
    const Take whole = played(p, 30.0, 7000.25);
    Take coupled = whole;
    couple(coupled, 40.0);
    int in_doubt = 0;
    for (const std::size_t at : {std::size_t{41'000}, std::size_t{43'000}, std::size_t{46'000}}) {
        const Broken b = broken(whole, p, lose, at, 64);
        INFO(b.why);
        REQUIRE(b.events.size() == 1);
        CHECK(b.events[0].count == 64);
        CHECK(b.events[0].u_count <= 0.0);
        const Broken c = broken(coupled, p, lose, at, 64);
        INFO(c.why);
        REQUIRE(c.events.size() == 1);
        const Discontinuity& d = c.events[0];
        const double off = static_cast<double>(d.count) - 64.0;
        CHECK(std::abs(d.modulo_samples ? std::remainder(off, *d.modulo_samples) : off) <= 4.0 * d.u_count);
        in_doubt += d.u_count > 0.0 && says(c.why, "about ");
    }
    CHECK(in_doubt >= 1);
}

TEST_CASE("a block written over by the one before it is repeated, and as many are lost behind it",
          "[align]") {
    const Programme p = sweep_pair();
    const Broken b = broken(played(p, 30.0, 7000.25), p, write_over, 77'000, 512);
    INFO(b.why);
    REQUIRE(b.events.size() == 2);
    CHECK(b.events[0].kind == Discontinuity::Kind::repeated);
    CHECK(b.events[0].count == 512);
    CHECK(b.events[1].kind == Discontinuity::Kind::lost);
    CHECK(std::abs(static_cast<double>(b.events[1].count) - 512.0) <= 4.0 * b.events[1].u_count);
}

TEST_CASE("of a break whose sign is in doubt no kind is told", "[align]") {
    const Programme p = sweep_pair();
    Take take = played(p, 30.0, 7000.25);
    couple(take, 20.0);
    lose(take, 50'000, 64);
    // Between 25 and 45 Hz there is only a phase to tell what is lost here.
    const Broken b = broken(take, p, lose, 41'000, 3);
    INFO(b.why);
    CHECK_FALSE(b.measured.valid);
    for (const Discontinuity& d : b.events) CHECK(d.kind == Discontinuity::Kind::lost);
}

TEST_CASE("frames lost between the chirps are no wrong rate", "[align]") {
    const Programme p = sweep_pair();
    const Take whole = played(p, 30.0, 7000.25);
    // At 22.05 kHz three weak arrivals would be in place.
    const Broken b = broken(whole, p, lose, 221'011, 751);
    INFO(b.why);
    CHECK_FALSE(says(b.why, "wrong rate"));
    CHECK(says(b.why, "lost frames"));
}

TEST_CASE("behind a coupling capacitor of 20 Hz a blank of 4800 is zeroed and a loss of 4800 is exact",
          "[align]") {
    const Programme p = sweep_pair();
    Take whole = played(p, 30.0, 7000.25);
    couple(whole, 20.0);
    const Broken zeros = broken(whole, p, blank, 65'000, 4800);
    INFO(zeros.why);
    REQUIRE(zeros.events.size() == 1);
    CHECK(zeros.events[0].kind == Discontinuity::Kind::zeroed);
    CHECK(zeros.events[0].count == 4800);
    const Broken loss = broken(whole, p, lose, 65'000, 4800);
    INFO(loss.why);
    REQUIRE(loss.events.size() == 1);
    CHECK(loss.events[0].count == 4800);
    CHECK(loss.events[0].u_count <= 0.0);
}
