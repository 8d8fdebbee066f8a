// SPDX-License-Identifier: GPL-3.0-or-later
// A player that stops, or a side that goes mute, while a tone plays, in closed form.
#include "tests/closed_form_take.hpp"

#include <algorithm>
#include <string>

using namespace fourpole;

namespace {

constexpr double start = 3000.2;

Programme one_tone() {
    Programme p;
    p.sample_rate_hz = 48000.0;
    p.length_s = 3.0;
    p.events.push_back({Tones{0.3, 2.4, 0.02, {{997.0, 0.5, 0.0}}}, {{true, true}}});
    return p;
}

Take take_of_one(const Programme& p, double ppm) {
    Formula f;
    f.seconds = p.length_s + 0.3, f.start = start, f.ppm = ppm, f.noise = 1e-5;
    f.at_player_time = [&p](Side, double u) { return 0.8 * value_at(p.events[0], u); };
    return take_of(f);
}

/// The first reason; "" where the take is valid.
std::string why_void(const Take& take, const Programme& p) {
    const auto m = measure(take, p, false);
    REQUIRE(m.has_value());
    if (m->valid) return "";
    REQUIRE_FALSE(m->reasons.empty());
    return m->reasons.front();
}

}  // namespace

TEST_CASE("zeros 1.1 s before a tone's end void the take, on both inputs or on the right one alone",
          "[repeated]") {
    const Programme p = one_tone();
    const auto at = static_cast<std::ptrdiff_t>(start + 1.6 * 48000.0);
    for (const std::size_t first : {std::size_t{0}, std::size_t{1}}) {
        Take take = take_of_one(p, 40.0);
        for (std::size_t c = first; c < 2; ++c)
            std::fill(take.channels[c].begin() + at, take.channels[c].end(), 0.0);
        const std::string why = why_void(take, p);
        INFO(why);
        CHECK(why.find(std::string("silence in a tone: the ") + (first == 0 ? "left" : "right")) == 0);
    }
}

TEST_CASE("a tone of 2.4 s that is first heard 1.1 s late voids the take") {
    const Programme p = one_tone();
    Take take = take_of_one(p, 40.0);
    for (auto& c : take.channels)
        std::fill_n(c.begin(), static_cast<std::ptrdiff_t>(start + 1.4 * 48000.0), 0.0);
    CHECK(why_void(take, p).find("silence in a tone: the left") == 0);
}

TEST_CASE("a whole tone 1500 ppm fast or slow is whole, and so is one that the take begins or ends within",
          "[repeated]") {
    const Programme p = one_tone();
    for (const double ppm : {-1500.0, 1500.0}) CHECK(why_void(take_of_one(p, ppm), p).empty());
    Take late = take_of_one(p, 40.0), early = late;
    for (auto& c : late.channels) c.erase(c.begin(), c.begin() + 48'000);
    for (auto& c : early.channels) c.resize(96'000);
    CHECK(why_void(late, p).empty());
    CHECK(why_void(early, p).empty());
}
