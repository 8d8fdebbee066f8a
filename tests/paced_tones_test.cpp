// SPDX-License-Identifier: GPL-3.0-or-later
// Steps of one frequency far from every marker, on a player that is slow or fast, in closed form: the edge
// between two of them is no part of either.
#include "tests/closed_form_take.hpp"

#include <string>
#include <vector>

using namespace fourpole;

namespace {

constexpr double start = 5000.37, first_s = 10.0, tone_s = 0.5;
const std::vector<double> levels{0.1, 0.031622776602, 0.01, 0.00316227766, 0.001};

/// 1 kHz in steps of 10 dB, between chirps that are ten seconds off.
Programme steps() {
    Programme p;
    p.sample_rate_hz = 48000.0;
    const double end_s = first_s + static_cast<double>(levels.size()) * tone_s;
    for (const double at : {0.1, end_s + first_s}) {
        p.events.push_back({Chirp{at, 0.15, 500.0, 12000.0, 0.25, 0.02}, {{true, false}}});
        p.events.push_back({Chirp{at + 0.2, 0.15, 12000.0, 500.0, 0.25, 0.02}, {{false, true}}});
    }
    for (std::size_t i = 0; i < levels.size(); ++i)
        p.events.push_back(
            {Tones{first_s + static_cast<double>(i) * tone_s, tone_s, 0.005, {{1000.0, levels[i], 0.0}}},
             {{true, false}}});
    p.length_s = end_s + first_s + 0.5;
    return p;
}

Take take_at(const Programme& p, double ppm) {
    Formula f;
    f.seconds = p.length_s + 0.3, f.start = start, f.ppm = ppm, f.noise = 1e-4;
    f.at_player_time = [&p](Side s, double u) {
        double sum = 0.0;
        for (const Event& e : p.events)
            if (e.on[s]) sum += value_at(e, u);
        return 0.6 * sum;
    };
    return take_of(f);
}

std::string reasons(const Measurement& m) {
    std::string out;
    for (const std::string& r : m.reasons) out += r + "\n";
    return out;
}

}  // namespace

TEST_CASE("steps 10 s from the chirps of a player 60 to 1500 ppm off are whole, slow or fast", "[repeated]") {
    const Programme p = steps();
    for (const double ppm : {-60.0, -1500.0, 1500.0}) {
        const auto m = measure(take_at(p, ppm), p, false);
        REQUIRE(m.has_value());
        INFO(ppm << " ppm: " << reasons(*m));
        CHECK(m->valid);
    }
}

TEST_CASE("five steps of a player 200 ppm slow are whole, 10 s from the chirps") {
    const Programme p = steps();
    const auto m = measure(take_at(p, -200.0), p, false);
    REQUIRE(m.has_value());
    INFO(reasons(*m));
    CHECK(m->valid);
}

TEST_CASE("a click of 0.02 in the second step of a player 200 or 1500 ppm slow is told at its sample",
          "[repeated]") {
    const Programme p = steps();
    for (const double ppm : {-200.0, -1500.0}) {
        Take take = take_at(p, ppm);
        // 40 ms before the step's end.
        const auto at =
            static_cast<std::size_t>(start + (first_s + 2.0 * tone_s - 0.04) * 48000.0 / (1.0 + 1e-6 * ppm));
        for (auto& c : take.channels) c[at] += 0.02;
        const auto m = measure(take, p, false);
        REQUIRE(m.has_value());
        INFO(ppm << " ppm: " << reasons(*m));
        CHECK_FALSE(m->valid);
        REQUIRE(m->reasons.size() == 1);
        CHECK(m->reasons[0].find("click: the wave is disturbed at sample " + std::to_string(at)) == 0);
    }
}
