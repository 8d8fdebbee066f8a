// SPDX-License-Identifier: GPL-3.0-or-later
// Tones as takes of known content: the player's own formula, a device in closed form, noise of a fixed seed.
#include "rig/analysis/weighting.hpp"
#include "rig/measure/tone_segments.hpp"
#include "rig/units.hpp"
#include "tests/made_take.hpp"
#include "tests/shared_data.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <random>

using namespace fourpole;

namespace {

constexpr double pi = std::numbers::pi;
constexpr Side L = Side::left, R = Side::right;

Event tone_event(double start_s, double duration_s, std::vector<Tone> tones, PerSide<bool> on,
                 double edge_s = 0.0) {
    return {Tones{start_s, duration_s, edge_s, std::move(tones)}, on};
}
constexpr PerSide<bool> on_left{{true, false}}, on_right{{false, true}}, on_both{{true, true}};

/// What the player plays, through `device` on each side, a leak from the other side, noise.
struct Played {
    double rate_hz = 48000.0, start = 0.0, ppm = 0.0, seconds = 6.0;
    double leak = 0.0, noise = 0.0;
    unsigned seed = 1;
    std::function<double(double)> device = [](double x) { return x; };
};

Take take_of(const Programme& programme, const Played& p) {
    Take take;
    take.rate_hz = p.rate_hz;
    take.bits = 24;
    take.floating_point = true;
    const Clock clock{p.rate_hz, p.start, p.ppm};
    const auto frames = static_cast<std::size_t>(p.seconds * p.rate_hz);
    PerSide<std::vector<double>> own;
    for (const Side s : sides) own[s] = render(programme, s, clock, frames);
    std::mt19937_64 random(p.seed);
    std::normal_distribution<double> noise(0.0, p.noise > 0.0 ? p.noise : 1.0);
    for (const Side s : sides) {
        std::vector<double> out(frames);
        for (std::size_t n = 0; n < frames; ++n) {
            out[n] = p.device(own[s][n]) + p.leak * p.device(own[other(s)][n]);
            if (p.noise > 0.0) out[n] += noise(random);
        }
        take.channels.push_back(std::move(out));
    }
    return take;
}

Measurement measured(const Programme& programme, const Played& p) {
    auto out = measure(take_of(programme, p), programme, false);
    REQUIRE(out.has_value());
    return std::move(*out);
}

const Reading& reading_of(const Measurement& m, std::string_view name, Side side,
                          std::string_view definition = "", std::optional<int> order = {},
                          std::string_view weighting = "") {
    for (const Reading& r : m.readings) {
        if (r.name != name || r.side != side || (order && r.order != order)) continue;
        if (!definition.empty() && r.definition != definition) continue;
        if (!weighting.empty() && detail<std::string>(r, "weighting") != weighting) continue;
        return r;
    }
    FAIL("no reading " << name);
    return m.readings.front();
}

double db(double ratio) { return AmplitudeRatio{ratio}.decibels(); }

Measurement truth(const std::string& name) {
    return fourpole::measured(shared("truth/captures/" + name + ".wav"),
                              shared("truth/programmes/" + name + ".json"));
}

}  // namespace

TEST_CASE(
    "segments: tones of both sides at once are one, edges are left out, a sweep in between parts them") {
    Programme p;
    p.sample_rate_hz = 48000.0;
    p.length_s = 10.0;
    p.events.push_back(tone_event(0.0, 2.0, {{1000.0, 0.5, 0.0}}, on_left, 0.1));
    p.events.push_back(tone_event(0.0, 2.0, {{1000.0, 0.25, 0.0}, {300.0, 0.1, 0.0}}, on_right));
    p.events.push_back(tone_event(3.0, 1.0, {{1000.0, 0.5, 0.0}}, on_left));
    p.events.push_back({Chirp{3.5, 0.2, 500.0, 900.0, 0.1, 0.0}, on_both});
    p.events.push_back(tone_event(5.0, 0.04, {{1000.0, 0.5, 0.0}}, on_left));
    const auto segments = tone_segments(p);
    REQUIRE(segments.size() == 3);
    CHECK(segments[0].start_s == Approx(0.1));
    CHECK(segments[0].end_s == Approx(1.9));
    REQUIRE(segments[0].lines.size() == 2);
    CHECK(segments[0].lines[0].hz == 300.0);
    CHECK(std::abs(segments[0].lines[1].played[L]) == Approx(0.5));
    CHECK(std::abs(segments[0].lines[1].played[R]) == Approx(0.25));
    CHECK(segments[0].lines_of(L) == 1);
    CHECK(segments[0].lines_of(R) == 2);
    CHECK(segments[1].end_s == Approx(3.5));
    CHECK(segments[2].start_s == Approx(3.7));
    // A sin at its own start is a cosine of -90 degrees there.
    const auto at_start = segments[1].lines[0].played[L] * std::polar(1.0, 2.0 * pi * 1000.0 * 3.0);
    CHECK(std::arg(at_start) == Approx(-0.5 * pi).margin(1e-9));
}

TEST_CASE("a cubic of 0.004 x^2 + 0.01 x^3 at 0.5 leaves H2 at -60.00 and H3 at -64.1 dB, by closed form") {
    Programme p;
    p.sample_rate_hz = 44100.0;
    p.length_s = 4.0;
    p.events.push_back(tone_event(0.0, 4.0, {{997.0, 0.5, 0.0}}, on_both));
    Played how;
    how.ppm = -83.0;
    how.seconds = 4.5;
    how.start = 9000.3;
    how.noise = 1e-6;
    how.device = [](double x) { return 0.8 * (x + 0.004 * x * x + 0.01 * x * x * x); };
    const Measurement m = measured(p, how);
    REQUIRE(m.valid);
    CHECK(*reading(m.readings, "clock_offset").scalar().value == Approx(-83.0).margin(1e-4));
    const double a = 0.5, h1 = a + 0.01 * 0.75 * a * a * a, h2 = 0.004 * a * a / 2.0,
                 h3 = 0.01 * a * a * a / 4.0;
    for (const Side side : sides) {
        CHECK(*reading_of(m, "level", side).scalar().value == Approx(db(0.8 * h1)).margin(1e-5));
        CHECK(*reading_of(m, "harmonic", side, "", 2).scalar().value == Approx(db(h2 / h1)).margin(2e-3));
        CHECK(*reading_of(m, "harmonic", side, "", 3).scalar().value == Approx(db(h3 / h1)).margin(2e-3));
        // 1e-6 of noise over 4 s: a complex error of 2e-6 / sqrt(176400).
        CHECK(*reading_of(m, "harmonic", side, "", 2).scalar().u ==
              Approx(db_per_relative * 4.76e-9 / std::sqrt(2.0) / (0.8 * h2)).epsilon(0.4));
        CHECK(reading_of(m, "harmonic", side, "", 10).scalar().state == State::at_most);
        CHECK(*reading_of(m, "thd", side).scalar().value == Approx(db(std::hypot(h2, h3) / h1)).margin(2e-3));
        // Noise of 1e-6 rms in 24 kHz beside 0.8 of amplitude: 20 kHz of it.
        const double rest = 0.64 * (h2 * h2 + h3 * h3) + 2.0 * 1e-12 * 19980.0 / 24000.0;
        const double total = 0.64 * h1 * h1 + rest;
        CHECK(*reading_of(m, "thd_n", side, "thd_n.exact_residual@1").scalar().value ==
              Approx(db(std::sqrt(rest / total))).margin(3e-3));
        const double notched = 0.64 * (std::pow(h2 * notch(2, 1, 2), 2) + std::pow(h3 * notch(3, 1, 2), 2)) +
                               2.0 * 1e-12 * 19980.0 / 24000.0;
        CHECK(*reading_of(m, "thd_n", side, "thd_n.notch_q2@1").scalar().value ==
              Approx(db(std::sqrt(notched / total))).margin(3e-3));
    }
}

TEST_CASE("a tone that starts with a thump of 20 ms is measured behind it: THD+N of -104 dB") {
    Programme p;
    p.sample_rate_hz = 48000.0;
    p.length_s = 3.0;
    p.events.push_back(tone_event(0.0, 3.0, {{1000.0, 0.5, 0.0}}, on_both));
    Played how;
    how.seconds = 3.0;
    how.noise = 2.3e-6;
    Take take = take_of(p, how);
    for (auto& c : take.channels)
        for (std::size_t n = 0; n < 960; ++n) c[n] += 0.01 * std::exp(-static_cast<double>(n) / 200.0);
    const auto m = measure(take, p, false);
    REQUIRE(m.has_value());
    const double noise = std::sqrt(2.0 * 19980.0 / 24000.0) * 2.3e-6 / 0.5;
    CHECK(*reading_of(*m, "thd_n", L, "thd_n.exact_residual@1").scalar().value ==
          Approx(db(noise)).margin(0.06));
}

TEST_CASE("a tone of 2 s somewhere in a take of 8 s is measured where it is") {
    Programme p;
    p.sample_rate_hz = 48000.0;
    p.length_s = 2.0;
    p.events.push_back(tone_event(0.0, 2.0, {{1000.0, 0.5, 0.0}}, on_both, 0.01));
    Played how;
    how.seconds = 8.0;
    how.start = 150'000.0;
    how.ppm = 20.0;
    how.noise = 1e-5;
    const Measurement m = measured(p, how);
    REQUIRE(m.valid);
    CHECK(std::abs(*reading_of(m, "level", L).scalar().value - db(0.5)) < 2e-6 * 8.7);
    CHECK(*reading(m.readings, "clock_offset").scalar().value == Approx(20.0).margin(2e-3));
}

TEST_CASE("lines of a 5 Hz comb agree every 200 ms: the start nearest to the take's own is told") {
    Programme p;
    p.sample_rate_hz = 48000.0;
    p.length_s = 2.0;
    std::vector<Tone> lines;
    for (int k = 0; k < 10; ++k)
        lines.push_back({5.0 * std::round(20.0 * std::pow(1.8, k)), 0.05, 1.3 * k * k});
    p.events.push_back(tone_event(0.0, 2.0, lines, on_left));
    Played how;
    how.seconds = 2.0;
    how.start = -2400.0;  // the take begins 50 ms into the tones
    how.noise = 1e-6;
    const Measurement m = measured(p, how);
    CHECK(detail<double>(reading(m.readings, "clock_offset"), "start") == Approx(-2400.0).margin(0.01));
}

TEST_CASE("a ladder that starts 0.7 s into a take of another level is found, and its levels are read to u") {
    Programme p;
    p.sample_rate_hz = 48000.0;
    p.length_s = 4.0;
    const std::vector<double> levels{-1.0, -20.0, -60.0, -90.0, -100.0};
    for (std::size_t i = 0; i < levels.size(); ++i)
        p.events.push_back(tone_event(0.8 * static_cast<double>(i), 0.8,
                                      {{997.0, AmplitudeRatio::from_decibels(levels[i]).count, 0.0}},
                                      on_left));
    Played how;
    how.start = 33'600.4;
    how.ppm = 250.0;
    how.seconds = 5.5;
    how.noise = 3e-7;
    // 10 dB down, inverted; below 1e-5 it loses half a dB.
    how.device = [](double x) { return -0.316227766 * x; };
    const Measurement m = measured(p, how);
    REQUIRE(m.valid);
    const Reading& clock = reading(m.readings, "clock_offset");
    CHECK(*clock.scalar().value == Approx(250.0).margin(1e-4));
    CHECK(detail<double>(clock, "start") == Approx(33'600.4).margin(100.0));
    const Reading& r = reading_of(m, "linearity", L);
    REQUIRE(r.points.size() == levels.size());
    for (std::size_t i = 0; i < levels.size(); ++i) {
        CHECK(*r.points[i].at == Approx(levels[i]).margin(1e-9));
        CHECK(std::abs(*r.points[i].value - (levels[i] - 10.0)) < 4.0 * *r.points[i].u);
    }
    CHECK(*r.points[0].u < 1e-5);
}

TEST_CASE("noise of 14 bits beside a tone of -60 dBFS: 83.7 dB of range unweighted, at a gain of -6 dB too") {
    Programme p;
    p.sample_rate_hz = 48000.0;
    p.length_s = 5.0;
    p.events.push_back(tone_event(0.0, 5.0, {{997.0, 1e-3, 0.0}}, on_both));
    for (const double gain : {1.0, 0.5}) {
        Played how;
        how.seconds = 5.0;
        how.device = [gain](double x) { return gain * x; };
        how.noise = gain * 5e-5;
        how.seed = 4;
        const Measurement m = measured(p, how);
        REQUIRE(m.valid);
        // rms of a full-scale sine over the noise from 20 Hz to 20 kHz.
        double by_a = 0.0, by_ccir = 0.0;
        for (double f = 20.5; f < 20000.0; f += 1.0) {
            by_a += std::pow(weight(Weighting::a, f), 2) / 24000.0;
            by_ccir += std::pow(weight(Weighting::ccir_rms, f), 2) / 24000.0;
        }
        const auto range = [&](double share) { return -10.0 * std::log10(2.0 * 25e-10 * share); };
        for (const auto& [word, truth] : {std::pair{"none", range(19980.0 / 24000.0)},
                                          {"A", range(by_a)},
                                          {"ccir_rms", range(by_ccir)}}) {
            const Reading& r = reading_of(m, "dynamic_range", R, "dynamic_range.exact_residual@1", {}, word);
            CHECK(std::abs(*r.scalar().value - truth) < 4.0 * *r.scalar().u);
            CHECK(*r.scalar().u < 0.03);
            const Reading& n = reading_of(m, "noise", R, "", {}, word);
            CHECK(*n.scalar().value == Approx(-*r.scalar().value + db(gain)).margin(0.01));
        }
        const Reading& bits = reading_of(m, "effective_bits", R);
        CHECK(*bits.scalar().value == Approx((range(19980.0 / 24000.0) - 1.7609) / 6.0206).margin(0.01));
    }
}

TEST_CASE("a silence of 2 s behind a tone is the idle noise: -100 dBFS of it, and not the tone's decay") {
    Programme p;
    p.sample_rate_hz = 48000.0;
    p.length_s = 4.0;
    p.events.push_back(tone_event(0.0, 2.0, {{997.0, 0.5, 0.0}}, on_both));
    p.events.push_back({Silence{2.0, 2.0}, on_both});
    p.analyses = {"noise", "dc"};
    Played how;
    how.seconds = 4.5;
    how.start = 19'000.0;
    // rms of a full-scale sine over 1e5 is 7.07e-6; 24 kHz hold 1.2012 times the power of 20 Hz - 20 kHz.
    how.noise = 7.0711e-6 * std::sqrt(24000.0 / 19980.0);
    how.device = [](double x) { return x + 0.002; };
    const Measurement m = measured(p, how);
    for (const Side side : sides) {
        const Reading& r = reading_of(m, "noise", side, "noise.idle@1", {}, "none");
        CHECK(std::abs(*r.scalar().value + 100.0) < 4.0 * *r.scalar().u);
        CHECK(*r.scalar().u < 0.06);
        CHECK(detail<double>(r, "seconds") == Approx(1.85).margin(0.1));
        const Reading& dc = reading_of(m, "dc", side);
        CHECK(std::abs(*dc.scalar().value - 0.002) < 5.0 * *dc.scalar().u);
        CHECK(*dc.scalar().u < 1e-6);
    }
}

TEST_CASE("a take that is all tone gives its DC beside it, and says how sure") {
    Programme p;
    p.sample_rate_hz = 48000.0;
    p.length_s = 2.0;
    p.events.push_back(tone_event(0.0, 2.0, {{997.0, 0.5, 0.0}}, on_both));
    Played how;
    how.seconds = 2.0;
    how.noise = 1e-5;
    how.device = [](double x) { return x - 0.01; };
    const Measurement m = measured(p, how);
    const Reading& dc = reading_of(m, "dc", R, "dc.beside_tones@1");
    CHECK(std::abs(*dc.scalar().value + 0.01) < 5.0 * *dc.scalar().u);
    // 1e-5 over 96,000 samples: 3.2e-8.
    CHECK(*dc.scalar().u == Approx(3.2e-8).epsilon(0.5));
}

TEST_CASE("left and right lines beside each other give response and crosstalk of -40 dB in antiphase") {
    Programme p;
    p.sample_rate_hz = 48000.0;
    p.length_s = 3.0;
    std::vector<Tone> left, right;
    for (int k = 0; k < 12; ++k) {
        left.push_back({41.0 * std::pow(1.6, k), 0.03, 0.7 * k * k});
        right.push_back({51.3 * std::pow(1.6, k), 0.03, 0.4 * k * k + 1.0});
    }
    p.events.push_back(tone_event(0.0, 3.0, left, on_left));
    p.events.push_back(tone_event(0.0, 3.0, right, on_right));
    Played how;
    how.seconds = 3.0;
    how.start = 1201.7;  // within the first second
    how.ppm = -112.6;
    how.leak = -0.01;
    how.noise = 1e-6;
    how.device = [](double x) { return 0.5 * x; };
    const Measurement m = measured(p, how);
    REQUIRE(m.valid);
    CHECK(*reading(m.readings, "clock_offset").scalar().value == Approx(-112.6).margin(1e-3));
    CHECK(detail<double>(reading(m.readings, "clock_offset"), "start") == Approx(1201.7).margin(0.01));
    for (const Side from : sides) {
        const Reading& own = reading(m.readings, "response", from, from);
        REQUIRE(own.points.size() == 12);
        for (const Point& q : own.points) {
            CHECK(*q.value == Approx(db(0.5)).margin(2e-3));
            CHECK(std::abs(std::remainder(*q.phase_deg, 360.0)) < 0.2);
        }
        const Reading& leak = reading(m.readings, "crosstalk", from, other(from));
        REQUIRE(leak.points.size() == 12);
        for (const Point& q : leak.points) {
            CHECK(std::abs(*q.value + 40.0) < 4.0 * *q.u + 1e-9);
            CHECK(std::abs(std::remainder(*q.phase_deg - 180.0, 360.0)) < 1.0);
        }
    }
}

TEST_CASE("two tones of 19 and 20 kHz through 0.01 x^2 + 0.02 x^3 leave the products of the closed form") {
    Programme p;
    p.sample_rate_hz = 96000.0;
    p.length_s = 3.0;
    p.events.push_back(tone_event(0.0, 3.0, {{19000.0, 0.4, 0.0}, {20000.0, 0.4, 1.0}}, on_right));
    Played how;
    how.rate_hz = 96000.0;
    how.seconds = 3.2;
    how.start = 4000.0;
    how.ppm = 12.0;
    how.noise = 1e-6;
    how.device = [](double x) { return x + 0.01 * x * x + 0.02 * x * x * x; };
    const Measurement m = measured(p, how);
    REQUIRE(m.valid);
    const double a = 0.4, one = a + 0.02 * (0.75 + 1.5) * a * a * a;
    const double d2 = 0.01 * a * a, d3 = 0.02 * 0.75 * a * a * a;
    CHECK(*reading_of(m, "imd_ccif", R, "", 2).scalar().value == Approx(db(d2 / one)).margin(2e-3));
    CHECK(*reading_of(m, "imd_ccif", R, "", 3).scalar().value ==
          Approx(db(std::sqrt(2.0) * d3 / one)).margin(2e-3));
}

TEST_CASE("60 Hz and 7 kHz at 4:1 leave sidebands at 60 and 120 Hz, each pair of the closed form") {
    Programme p;
    p.sample_rate_hz = 48000.0;
    p.length_s = 4.0;
    p.events.push_back(tone_event(0.0, 4.0, {{60.0, 0.64, 0.0}, {7000.0, 0.16, 1.0}}, on_left));
    Played how;
    how.seconds = 4.0;
    how.ppm = 12.0;
    how.noise = 1e-6;
    how.device = [](double x) { return x + 0.001 * x * x + 0.002 * x * x * x; };
    const Measurement m = measured(p, how);
    const double a = 0.64, b = 0.16, top = b + 0.002 * (0.75 * b * b * b + 1.5 * a * a * b);
    const double first = 0.001 * a * b, second = 0.002 * 0.75 * a * a * b;
    CHECK(*reading_of(m, "imd_smpte", L).scalar().value ==
          Approx(db(std::sqrt(2.0) * std::hypot(first, second) / top)).margin(2e-3));
}

TEST_CASE("truth: THD of -119.87 dB within 1e-3 dB, the level within 1e-8 dB", "[truth]") {
    if (absent(shared("truth/captures/thd_coherent_m120.wav"))) return;
    const Measurement m = truth("thd_coherent_m120");
    REQUIRE(m.valid);
    CHECK(*reading_of(m, "level", L).scalar().value == Approx(-0.9151498112135024).margin(1e-8));
    CHECK(*reading_of(m, "thd", L).scalar().value == Approx(-119.87116929477301).margin(1e-3));
    const std::vector<double> harmonics{-123.0, -126.0, -128.0, -131.0, -134.0};
    for (int order = 2; order <= 6; ++order) {
        const Point& h = reading_of(m, "harmonic", L, "", order).scalar();
        CHECK(*h.value == Approx(harmonics[static_cast<std::size_t>(order - 2)]).margin(5e-3));
        CHECK(*h.u < 5e-3);
    }
    CHECK(reading_of(m, "harmonic", L, "", 7).scalar().state == State::at_most);
    CHECK(std::abs(*reading(m.readings, "clock_offset").scalar().value) < 1e-6);
}

TEST_CASE("truth: a pilot 60 dB over its noise gives the clock within 3e-5 ppm", "[truth]") {
    if (absent(shared("truth/captures/pilot_10s_60db.wav"))) return;
    const Measurement m = truth("pilot_10s_60db");
    const Point& ppm = reading(m.readings, "clock_offset").scalar();
    CHECK(*ppm.value == Approx(37.31).margin(3e-5));
    // Cramer-Rao: 7.96e-6.
    CHECK(*ppm.u == Approx(7.96e-6).epsilon(0.05));
    CHECK(*reading_of(m, "level", L).scalar().value == Approx(db(0.5)).margin(6e-5));
}

TEST_CASE("truth: SMPTE -66.854 and AES17 difference-frequency -74.025 dB within 3e-3 dB", "[truth]") {
    if (absent(shared("truth/captures/imd_smpte.wav"))) return;
    const Measurement smpte = truth("imd_smpte"), dfd = truth("imd_aes17_dfd");
    CHECK(*reading_of(smpte, "imd_smpte", L).scalar().value == Approx(-66.85449082227981).margin(3e-3));
    CHECK(*reading_of(dfd, "imd_dfd", L).scalar().value == Approx(-74.02470228280282).margin(3e-3));
    CHECK(*reading(smpte.readings, "clock_offset").scalar().value == Approx(-20.5).margin(1e-4));
    CHECK(*reading(dfd.readings, "clock_offset").scalar().value == Approx(37.31).margin(1e-5));
}

TEST_CASE("truth: dynamic range within 3e-4 dB of the noise that was there, three weightings", "[truth]") {
    if (absent(shared("truth/captures/dr_minus60.wav"))) return;
    const Measurement m = truth("dr_minus60");
    const auto check = [&](Side side, const char* word, double truth) {
        const Reading& r = reading_of(m, "dynamic_range", side, "dynamic_range.exact_residual@1", {}, word);
        CHECK(*r.scalar().value == Approx(truth).margin(3e-4));
    };
    check(L, "none", 83.6942445002885);
    check(L, "A", 85.64623536844928);
    check(L, "ccir_rms", 82.01069429621981);
    check(R, "none", 95.10659015340923);
    check(R, "A", 95.80698674082495);
    check(R, "ccir_rms", 92.96118720604349);
}

TEST_CASE("truth: thirteen levels down to -117 dBFS within 6e-3 dB", "[truth]") {
    if (absent(shared("truth/captures/linearity.wav"))) return;
    const Measurement m = truth("linearity");
    const Reading& r = reading_of(m, "linearity", L);
    const std::vector<double> truth{-0.1,   -10.0,  -20.0,  -30.0, -40.0,  -49.99, -60.02,
                                    -69.97, -79.95, -89.85, -99.6, -108.9, -117.0};
    REQUIRE(r.points.size() == truth.size());
    for (std::size_t i = 0; i < truth.size(); ++i) {
        CHECK(std::abs(*r.points[i].value - truth[i]) < std::max(1e-8, 4.0 * *r.points[i].u));
        CHECK(std::abs(*r.points[i].value - truth[i]) < 6e-3);
    }
}

TEST_CASE("truth: 62 interleaved lines give crosstalk of -36 and -35 dB within 0.01 dB and 0.05 degrees",
          "[truth]") {
    if (absent(shared("truth/captures/multitone_m112.wav"))) return;
    const Measurement m = truth("multitone_m112");
    CHECK(*reading(m.readings, "clock_offset").scalar().value == Approx(-112.6).margin(1e-5));
    for (const Side from : sides) {
        const Reading& r = reading(m.readings, "crosstalk", from, other(from));
        REQUIRE(r.points.size() == 31);
        for (const Point& q : r.points) {
            const std::complex<double> j(0.0, 1.0);
            const auto leak =
                from == L ? -0.015848931924611134 * (1.0 + j * *q.at / 15000.0) / (1.0 + j * *q.at / 90000.0)
                          : -0.01778279410038923 * (1.0 + j * *q.at / 18000.0) / (1.0 + j * *q.at / 90000.0);
            CHECK(*q.value == Approx(db(std::abs(leak))).margin(0.01));
            CHECK(std::abs(std::remainder(*q.phase_deg - std::arg(leak) * degrees_per_radian, 360.0)) < 0.05);
        }
    }
}
