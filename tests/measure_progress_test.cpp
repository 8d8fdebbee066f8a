// SPDX-License-Identifier: GPL-3.0-or-later
// Somebody who waits for a measurement is told how far it is, and may end it.
#include "tests/closed_form_take.hpp"

#include <vector>

using namespace fourpole;

TEST_CASE("a measurement that nobody wants any more ends at the next word, at each of four") {
    const Programme p = ladder(1000.0, {-6.0}, 1.0);
    Formula f;
    f.seconds = 1.2, f.start = 2000.0, f.noise = 1e-5;
    f.at_player_time = [&p](Side s, double u) { return s == Side::left ? value_at(p.events[0], u) : 0.0; };
    const Take take = take_of(f);
    std::vector<double> all;
    const auto whole = measure(take, p, false, [&](double part) {
        all.push_back(part);
        return true;
    });
    REQUIRE(whole.has_value());
    REQUIRE(all.size() == 4);
    for (std::size_t words = 1; words <= all.size(); ++words) {
        std::size_t told = 0;
        const auto ended = measure(take, p, false, [&](double) { return ++told < words; });
        CHECK(told == words);
        REQUIRE_FALSE(ended.has_value());
        CHECK(exit_code(ended.error().kind) == 4);
    }
}
