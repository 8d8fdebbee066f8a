// SPDX-License-Identifier: GPL-3.0-or-later
// What the plug did, told by tones: known 2x2 matrices, in words.
#include "rig/measure/measure.hpp"
#include "rig/units.hpp"
#include "tests/catch.hpp"
#include "tests/made_take.hpp"
#include "tests/shared_data.hpp"

#include <array>

using namespace fourpole;

namespace {

constexpr PerSide<bool> on_left{{true, false}}, on_right{{false, true}}, on_both{{true, true}};
constexpr Side L = Side::left, R = Side::right;

/// [input][player's side]
using Matrix = std::array<std::array<double, 2>, 2>;

Event tones(double start_s, double duration_s, std::vector<Tone> lines, PerSide<bool> on) {
    return {Tones{start_s, duration_s, 0.01, std::move(lines)}, on};
}

/// One tone a side in turn.
Programme in_turn(double hz_first, double hz_second) {
    Programme p;
    p.sample_rate_hz = 48000.0;
    p.length_s = 3.5;
    p.events.push_back(tones(0.5, 1.0, {{hz_first, 0.5, 0.3}}, on_left));
    p.events.push_back(tones(2.0, 1.0, {{hz_second, 0.25, 1.1}}, on_right));
    return p;
}

Programme with_chirps(Programme p) {
    for (Event& e : p.events) std::get<Tones>(e.what).start_s += 0.5;
    p.length_s += 1.0;
    p.events.push_back({Chirp{0.1, 0.15, 500.0, 12000.0, 0.25, 0.02}, on_left});
    p.events.push_back({Chirp{0.3, 0.15, 12000.0, 500.0, 0.25, 0.02}, on_right});
    p.events.push_back({Chirp{p.length_s - 0.6, 0.15, 500.0, 12000.0, 0.25, 0.02}, on_left});
    p.events.push_back({Chirp{p.length_s - 0.4, 0.15, 12000.0, 500.0, 0.25, 0.02}, on_right});
    return p;
}

/// 12 lines a side, interleaved on frequencies that share no short period.
Programme interleaved() {
    Programme p;
    p.sample_rate_hz = 48000.0;
    p.length_s = 3.0;
    for (const Side s : sides) {
        std::vector<Tone> lines;
        for (int k = 0; k < 12; ++k)
            lines.push_back({141.37 * std::pow(1.4142, k) * (s == L ? 1.0 : 1.1), 0.03, 0.7 * k * k});
        p.events.push_back(tones(0.5, 2.0, lines, s == L ? on_left : on_right));
    }
    return p;
}

Measurement through(const Matrix& m, const Programme& programme, double start = 7000.5, double ppm = 12.0) {
    Take take;
    take.rate_hz = 48000.0;
    take.bits = 24;
    take.floating_point = true;
    const Clock clock{take.rate_hz, start, ppm};
    const auto frames = static_cast<std::size_t>((programme.length_s + 0.4) * take.rate_hz);
    PerSide<std::vector<double>> own;
    for (const Side s : sides) own[s] = render(programme, s, clock, frames);
    std::mt19937_64 random(3);
    std::normal_distribution<double> noise(0.0, 1e-5);
    for (const auto& row : m) {
        std::vector<double> out(frames);
        for (std::size_t n = 0; n < frames; ++n)
            out[n] = row[0] * own[L][n] + row[1] * own[R][n] + noise(random);
        take.channels.push_back(std::move(out));
    }
    auto measured = measure(take, programme, false);
    REQUIRE(measured.has_value());
    INFO((measured->reasons.empty() ? "" : measured->reasons.front()));
    REQUIRE(measured->valid);
    return std::move(*measured);
}

const Reading& wiring_of(const Measurement& m) {
    for (const Reading& r : m.readings)
        if (r.name == "wiring") return r;
    FAIL("no wiring");
    return m.readings.front();
}

std::string outcome(const Matrix& m, const Programme& programme) {
    return detail<std::string>(wiring_of(through(m, programme)), "outcome");
}

}  // namespace

TEST_CASE("tones in turn behind chirps tell every wiring in the words of the model") {
    const Programme p = with_chirps(in_turn(997.0, 997.0));
    CHECK(outcome({{{0.8, 0.0}, {0.0, 0.8}}}, p) == "stereo");
    CHECK(outcome({{{-0.8, 0.0}, {0.0, -0.8}}}, p) == "stereo, both inverted");
    CHECK(outcome({{{0.0, 0.8}, {0.8, 0.0}}}, p) == "channels swapped");
    CHECK(outcome({{{0.0, 0.5}, {0.5, 0.0}}}, with_chirps(in_turn(990.0, 1010.0))) == "channels swapped");
    CHECK(outcome({{{0.0, 0.0}, {-0.4, 0.4}}}, p) == "right side only: difference signal");
    CHECK(outcome({{{0.4, -0.4}, {-0.4, 0.4}}}, p) == "difference signal in both, sides in antiphase");
}

TEST_CASE("without a marker one line on both sides in turn tells one side re the other, two lines neither") {
    const Matrix one_inverted{{{0.8, 0.01}, {0.01, -0.8}}};
    CHECK(outcome(one_inverted, in_turn(997.0, 997.0)) ==
          "stereo, one side inverted; polarity of both together not told");
    CHECK(outcome(one_inverted, in_turn(990.0, 1010.0)) == "stereo; polarity not told");
    CHECK(outcome({{{0.4, -0.4}, {0.0, 0.0}}}, in_turn(990.0, 1010.0)) ==
          "both channels in one driver; sum or difference not told");
    CHECK(outcome({{{0.4, -0.4}, {0.0, 0.0}}}, in_turn(997.0, 997.0)) ==
          "left side only: difference signal; polarity of both together not told");
}

TEST_CASE(
    "interleaved lines tell swapped sides, one of them inverted, and the readings follow the player's") {
    const Measurement m = through({{{0.002, -0.5}, {0.8, 0.001}}}, interleaved());
    const Reading& wiring = wiring_of(m);
    CHECK(detail<std::string>(wiring, "outcome") == "channels swapped, polarity -+");
    CHECK(detail<std::string>(wiring, "polarity") == "told");
    CHECK(wiring.definition == "wiring.tones@2");
    const auto cross = detail<std::complex<double>>(wiring, "left/from_right");
    CHECK(cross.real() == Approx(-0.625).margin(1e-4));  // 0.5 / 0.8
    CHECK(cross.imag() == Approx(0.0).margin(2e-2));     // what is left of the mean delay
    REQUIRE_FALSE(m.reasons.empty());
    CHECK(m.reasons.back().find("swapped") != std::string::npos);
    for (const Reading& r : m.readings) {
        if (r.name == "response" && r.side == L)
            for (const Point& p : r.points)
                CHECK(*p.value == Approx(AmplitudeRatio{0.8}.decibels()).margin(0.01));
        if (r.name == "crosstalk" && r.from == R)  // 0.001 / 0.5
            for (const Point& p : r.points)
                CHECK(*p.value == Approx(AmplitudeRatio{0.002}.decibels()).margin(0.5));
    }
}

TEST_CASE("a side alone, or lines an octave and a half from 1 kHz or from each other, are no wiring") {
    Programme alone = in_turn(997.0, 997.0);
    alone.events.pop_back();
    for (const Programme& p : {alone, in_turn(2900.0, 2900.0), in_turn(600.0, 1900.0)})
        for (const Reading& r : through({{{0.8, 0.0}, {0.0, 0.8}}}, p).readings) CHECK(r.name != "wiring");
}
