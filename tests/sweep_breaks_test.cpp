// SPDX-License-Identifier: GPL-3.0-or-later
// Breaks while a sweep or a chirp sounds: kind, place and count are exact, with chirps to tell a clock or
// without.
#include "rig/measure/measure.hpp"
#include "tests/made_take.hpp"
#include "tests/shared_data.hpp"

#include <cmath>
#include <random>
#include <string>

using namespace fourpole;

namespace {

using Kind = Discontinuity::Kind;

/// Two sweeps, 0.6 s and 3.5 s in, and nothing else.
Programme two_sweeps() {
    Programme p = sweep_pair();
    std::erase_if(p.events, [](const Event& e) { return std::holds_alternative<Chirp>(e.what); });
    return p;
}

/// What a recorder puts in while nothing arrives: the noise of its inputs.
void insert_noise(Take& take, std::size_t at, std::size_t count) {
    std::mt19937_64 random(11);
    std::normal_distribution<double> noise(0.0, 2.2e-5);
    for (auto& c : take.channels) {
        std::vector<double> more(count);
        for (double& v : more) v = std::round(std::ldexp(noise(random), 23)) / std::ldexp(1.0, 23);
        c.insert(c.begin() + static_cast<std::ptrdiff_t>(at), more.begin(), more.end());
    }
}

struct Case {
    Kind kind;
    std::size_t count, at;
};

/// As many of the cases as are told to the frame, and nothing beside them.
void check_exact(const Programme& p, const Take& whole, const std::vector<Case>& cases) {
    for (const Case& c : cases) {
        Take take = whole;
        switch (c.kind) {
            case Kind::lost: lose(take, c.at, c.count); break;
            case Kind::inserted: insert_noise(take, c.at, c.count); break;
            case Kind::repeated: repeat(take, c.at, c.count); break;
            case Kind::zeroed: blank(take, c.at, c.count); break;
        }
        const auto m = measure(take, p, false);
        REQUIRE(m.has_value());
        std::string why;
        for (const std::string& r : m->reasons) why += r + "\n";
        INFO(name(c.kind) << " " << c.count << " at " << c.at << ": " << why);
        const Reading* r = find(m->readings, "discontinuity");
        REQUIRE(r != nullptr);
        const auto events = detail<std::vector<Discontinuity>>(*r, "events");
        REQUIRE(events.size() == 1);
        CHECK(events[0].kind == c.kind);
        CHECK(events[0].count == static_cast<std::int64_t>(c.count));
        CHECK(events[0].at_sample == static_cast<std::int64_t>(c.at));
        CHECK(events[0].u_count <= 0.0);
        CHECK_FALSE(events[0].modulo_samples.has_value());
    }
}

}  // namespace

TEST_CASE("a break in one of two sweeps without chirps is told to the frame", "[align][repeated]") {
    const Programme p = two_sweeps();
    // 0.75 s into a sweep it stands at 20 e^(0.75 / 0.35) = 170 Hz, 1.5 s into it at 1453 Hz.
    check_exact(p, played(p, 50.0, 7000.25),
                {{Kind::zeroed, 1500, 71'800},
                 {Kind::lost, 372, 107'800},
                 {Kind::lost, 2000, 112'000},
                 {Kind::inserted, 39, 74'000},
                 {Kind::inserted, 763, 90'000},
                 {Kind::repeated, 2605, 75'000},
                 {Kind::lost, 2892, 90'000},
                 {Kind::lost, 844, 223'000}});
}

TEST_CASE("inserted noise stands at its first frame", "[align][repeated]") {
    const Programme p = sweep_pair();
    check_exact(p, played(p, -150.0, 7000.25),
                {{Kind::inserted, 1, 80'011},
                 {Kind::inserted, 15, 120'003},
                 {Kind::inserted, 1588, 90'017},
                 {Kind::inserted, 94, 138'000}});
}

TEST_CASE("a break in a chirp is told to the frame, and its marker tells no other", "[align][repeated]") {
    const Programme p = sweep_pair();
    // The chirps begin 0.1, 0.3, 6.4 and 6.6 s behind the start and last 7200 samples.
    check_exact(p, played(p, 80.0, 7000.25),
                {{Kind::inserted, 84, 15'000},
                 {Kind::inserted, 30, 317'000},
                 {Kind::lost, 8, 24'000},
                 {Kind::repeated, 117, 326'000}});
}

TEST_CASE("a break in a chirp of a multitone is one break of 117 frames and not three", "[align]") {
    auto p = load_programme(std::filesystem::path(FOURPOLE_SOURCE) /
                            "profiles/programmes/interleaved_multitone.json");
    REQUIRE(p.has_value());
    // The last chirp begins 9.1 s behind the start.
    check_exact(*p, played(*p, 80.0, 7000.25), {{Kind::repeated, 117, 446'210}});
}

TEST_CASE("under hum of -58 dBFS 1142 inserted frames are counted within 4, and within 4 u", "[align]") {
    const Programme p = two_sweeps();
    Take take = played(p, 20.0, 7000.25);
    for (auto& c : take.channels)
        for (std::size_t n = 0; n < c.size(); ++n)
            c[n] += 1.2e-3 * std::sin(2.0 * 3.141592653589793 * 50.01 * static_cast<double>(n) / 48'000.0);
    insert_noise(take, 62'993, 1142);
    const auto m = measure(take, p, false);
    REQUIRE(m.has_value());
    const auto events = detail<std::vector<Discontinuity>>(reading(m->readings, "discontinuity"), "events");
    REQUIRE(events.size() == 1);
    const double off = std::abs(static_cast<double>(events[0].count) - 1142.0);
    INFO(events[0].count << " with u " << events[0].u_count);
    CHECK(off <= 4.0 * events[0].u_count);
    CHECK(off <= 4.0);
}
