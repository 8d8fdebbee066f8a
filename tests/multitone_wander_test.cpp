// SPDX-License-Identifier: GPL-3.0-or-later
// Many lines at once on a clock that wanders, in closed form: what was played is the lines at u + J(u).
#include "rig/measure/telling_line.hpp"
#include "tests/closed_form_take.hpp"

#include <cmath>
#include <numbers>

using namespace fourpole;

namespace {

constexpr double ppm = 20.0, start = 3000.3;
constexpr PerSide<double> gain{{0.7, 0.68}}, leaky{{-0.02, 0.0003}}, one_way{{-0.02, 0.0}};  // by who plays

/// Left and right by turns, one pair 5 Hz apart; the line that turns fastest is the right side's, the louder
/// input the left.
Programme interleaved(bool with_chirps) {
    Tones left{0.6, 4.0, 0.02, {}}, right{0.6, 4.0, 0.02, {}};
    double k = 0.0;
    for (const double hz : {96.375, 732.0, 3083.25, 9750.125, 17338.25})
        left.tones.push_back({hz, 0.05, 0.7 * k * k}), k += 1.0;
    for (const double hz : {106.375, 737.0, 4322.625, 18227.0})
        right.tones.push_back({hz, 0.05, 0.4 * k * k + 1.0}), k += 1.0;
    Programme p;
    p.sample_rate_hz = 48000.0;
    p.length_s = 5.4;
    p.analyses = {"response", "crosstalk", "stream"};
    if (with_chirps)
        for (const double at : {0.1, 4.8}) {
            p.events.push_back(Event{Chirp{at, 0.15, 500.0, 12000.0, 0.25, 0.02}, {{true, false}}});
            p.events.push_back(Event{Chirp{at + 0.2, 0.15, 12000.0, 500.0, 0.25, 0.02}, {{false, true}}});
        }
    p.events.push_back(Event{left, {{true, false}}});
    p.events.push_back(Event{right, {{false, true}}});
    return p;
}

Measurement wandering(const Programme& p, double peak_s, double hz, const PerSide<double>& leak) {
    Formula f;
    f.seconds = 5.6, f.start = start, f.ppm = ppm, f.noise = 1e-5;
    f.at_player_time = [&](Side s, double u) {
        const double at = u + peak_s * std::sin(2.0 * std::numbers::pi * hz * u);
        PerSide<double> played{};
        for (const Event& e : p.events)
            for (const Side side : sides)
                if (e.on[side]) played[side] += value_at(e, at);
        return gain[s] * played[s] + leak[other(s)] * played[other(s)];
    };
    return measured(p, f);
}

void holds(const Measurement& m, const PerSide<double>& leak) {
    REQUIRE(m.valid);
    const Reading* clock = reading_named(m, "clock_offset");
    REQUIRE(clock);
    REQUIRE(clock->scalar().value);
    CHECK(std::abs(*clock->scalar().value - ppm) < 4.0 * *clock->scalar().u);
    CHECK(*clock->scalar().u < 2.0);
    for (const Side from : sides)
        for (const char* name : {"response", "crosstalk"}) {
            const Reading* r = reading_named(m, name, from);
            REQUIRE(r);
            const bool own = r->name == "response";
            const double truth =
                AmplitudeRatio{own ? gain[from] : std::abs(leak[from]) / gain[from]}.decibels();
            CHECK(r->points.size() == (from == Side::left ? 5 : 4));
            for (const Point& q : r->points) {
                INFO(name << " from " << (from == Side::left ? "left" : "right") << " at " << *q.at);
                REQUIRE(q.value);
                if (q.state == State::at_most) {
                    CHECK_FALSE(own);
                    CHECK(*q.value > truth);
                    continue;
                }
                CHECK(std::abs(*q.value - truth) < 4.0 * *q.u);
                if (own) CHECK(*q.u < 0.5);
            }
        }
}

}  // namespace

TEST_CASE("lines of two sides between chirps hold response, crosstalk and clock under 1 us at 0.7 Hz") {
    const Measurement m = wandering(interleaved(true), 1e-6, 0.7, leaky);
    holds(m, leaky);
    for (const auto& [name, value] : reading_named(m, "clock_offset")->details) {
        // 1 us sqrt(1 / 2)
        if (name == "wander_rms_s") CHECK(std::get<double>(value) == Approx(0.707e-6).epsilon(0.15));
        // Each end of the marked stretch comes early by that: 0.034 samples.
        if (name == "start_u") CHECK(std::get<double>(value) == Approx(0.034).epsilon(0.15));
    }
}

TEST_CASE("lines of two sides without a marker hold them under 0.2, 1 and 3 us at 0.3 to 5 Hz") {
    const Programme p = interleaved(false);
    for (const auto& [peak_s, hz] : {std::pair{2e-7, 0.7}, {1e-6, 5.0}, {3e-6, 0.3}}) {
        INFO(peak_s << " s at " << hz << " Hz");
        holds(wandering(p, peak_s, hz, leaky), leaky);
    }
}

TEST_CASE("a clock starts from the line that is there, 9 or 18 kHz, and not from the other side's") {
    ToneSegment segment;
    segment.lines = {{9000.0, {{0.1, 0.0}}}, {18000.0, {{0.0, 0.1}}}};
    for (const Side there : sides) {
        Formula f;
        f.seconds = 1.0, f.ppm = ppm, f.noise = 1e-5;
        const double hz = there == Side::left ? 9000.0 : 18000.0;
        f.at_player_time = [&](Side, double u) { return 0.1 * std::sin(2.0 * std::numbers::pi * hz * u); };
        const auto fit = fit_clock(take_of(f).channels[0], 48000.0, segment, {}, 2500.0);
        REQUIRE(fit);
        CHECK(std::abs(fit->scale - 1.00002) < 4.0 * fit->u_scale);
        CHECK(telling_line(*fit, std::vector{9000.0, 18000.0}, 2) == (there == Side::left ? 0u : 1u));
    }
}

TEST_CASE(
    "the louder input tells the clock by its own lines where the other side's higher ones leak nothing") {
    holds(wandering(interleaved(false), 2e-7, 0.7, one_way), one_way);
}
