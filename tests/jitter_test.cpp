// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/analysis/sidebands.hpp"
#include "rig/measure/tone_segments.hpp"
#include "tests/displaced_take.hpp"

#include <algorithm>

using namespace fourpole;

TEST_CASE("phase and amplitude of 1e-3 and 2e-3 at 321.07 and 87.13 Hz are told apart to 2e-8") {
    std::vector<double> rest(96'000);
    const double w = 2.0 * pi * 11'987.3 / rate, centre = 0.5 * (96'000 - 1.0);
    const std::complex<double> phasor = std::polar(0.4, 1.1);
    for (std::size_t n = 0; n < rest.size(); ++n) {
        const double t = static_cast<double>(n) - centre, at = w * t + 1.1;
        const double phi = 1e-3 * std::cos(2.0 * pi * 321.07 * t / rate + 0.7),
                     m = 2e-3 * std::cos(2.0 * pi * 87.13 * t / rate - 2.0);
        rest[n] = 0.4 * (m * std::cos(at) - phi * std::sin(at));  // to first order, as the formula has it
    }
    SidebandSearch search;
    search.rate_hz = rate;
    search.from_hz = 10.0;
    search.to_hz = 5000.0;
    const Sidebands s = find_sidebands(modulation_of(rest, phasor, w), search);
    const auto near = [&](double hz) {
        return *std::min_element(s.pairs.begin(), s.pairs.end(), [&](const auto& a, const auto& b) {
            return std::abs(a.offset_hz - hz) < std::abs(b.offset_hz - hz);
        });
    };
    REQUIRE(s.pairs.size() >= 2);
    const SidebandPair m = near(87.13), phi = near(321.07);
    CHECK(m.offset_hz == Approx(87.13).margin(1e-5));
    CHECK(std::abs(m.amplitude - std::polar(2e-3, -2.0)) < 2e-8);
    CHECK(std::abs(m.phase) < 2e-8);
    CHECK(phi.offset_hz == Approx(321.07).margin(1e-5));
    CHECK(std::abs(phi.phase - std::polar(1e-3, 0.7)) < 2e-8);
    CHECK(std::abs(phi.amplitude) < 2e-8);
    // c+ = j P / 2: a cosine of phase is a sine of voltage.
    CHECK(std::abs(phi.upper() - std::polar(0.5e-3, 0.7 + 0.5 * pi)) < 2e-8);
}

TEST_CASE("20 ps of jitter at 1 kHz on a J-test of 24 bits, 4 s at -115 dBFS, reads 14.14 ps rms within 0.25",
          "[repeated]") {
    const auto samples = clean(jtest(24), noisy(20.0));
    double squares = 0.0, u = 0.0;
    constexpr unsigned takes = 12;
    for (unsigned seed = 1; seed <= takes; ++seed) {
        const Measurement m = measured(jtest(24), samples, noise_m115, seed);
        const Reading& r = reading(m.readings, "jitter");
        REQUIRE(r.scalar().state == State::exact);
        CHECK(r.definition == "jitter.sidebands@2");
        CHECK(*r.scalar().at == 12000.0);
        const double error = ps(*r.scalar().value) - 20.0 / std::sqrt(2.0);
        CHECK(std::abs(error) < 0.25);
        squares += error * error;
        u = ps(*r.scalar().u);
        CHECK(detail<std::int64_t>(r, "lines") == 1);
        CHECK(detail<double>(r, "line_1/offset_hz") == Approx(1000.0).margin(0.1 + 83e-6 * 1000.0));
        CHECK(*reading(m.readings, "clock_offset").scalar().value == Approx(-83.0).margin(1e-4));
    }
    // sqrt(S / T) / (2 pi f A) with S = (1.257e-6)^2 / 20 kHz, 4 s, 12 kHz, 0.7071: 0.0834 ps.
    CHECK(u == Approx(0.0834).epsilon(0.1));
    CHECK(std::sqrt(squares / takes) == Approx(0.0834).epsilon(0.5));
}

TEST_CASE("noise alone is at most 1.3 ps of jitter in any line, in 40 takes of 40", "[repeated]") {
    const auto samples = clean(jtest(24), noisy(0.0));
    for (unsigned seed = 100; seed < 140; ++seed) {
        const Measurement m = measured(jtest(24), samples, noise_m115, seed);
        const Reading& r = reading(m.readings, "jitter");
        CHECK(r.scalar().state == State::at_most);
        CHECK(detail<std::int64_t>(r, "lines") == 0);
        // Complex rms 0.118 ps, 0.145 in a Hann window. At 10 Hz 256 cells tell the noise, worth 31.6 bins:
        // of 40,000 cells seen from sqrt(31.6 (1.6e8^(1 / 31.6) - 1)) = 5.1 on, and 1.4 for two sd: 0.98 ps.
        CHECK(ps(*r.scalar().value) > 0.5);
        CHECK(ps(*r.scalar().value) < 1.3);
        CHECK_FALSE(r.scalar().u.has_value());
    }
}

TEST_CASE("a J-test of 16 bits holds 8.08 ps rms of its own at odd lines and is not called jitter for it") {
    const Measurement m = measured(jtest(16), noisy(20.0));
    const Reading& r = reading(m.readings, "jitter");
    CHECK(ps(*r.scalar().value) == Approx(14.142).margin(0.3));
    CHECK(detail<std::string>(r, "stimulus") == "its own lines are taken out");
    CHECK(detail<double>(r, "with_the_data_s") == 0.0);
    // By hand: lines of a(k) = LSB / (96 sin(pi k / 192)), mirrored about the carrier of sqrt(1/2): their
    // difference is phase.
    const auto a = [](int k) {
        return std::ldexp(1.0, -15) / (96.0 * std::sin(pi * k / 192.0)) / std::sqrt(0.5);
    };
    double squares = 0.0;
    for (int o = 1; o <= 19; o += 2) squares += std::pow(a(48 - o) - a(48 + o), 2);
    const double rms = std::sqrt(0.5 * squares) / (2.0 * pi * 12000.0);
    CHECK(ps(rms) == Approx(8.08).margin(0.01));
    CHECK(ps(detail<double>(r, "stimulus_s")) == Approx(ps(rms)).epsilon(1e-3));
}

TEST_CASE(
    "50 ps that move with the data of a 16-bit J-test at 750 Hz are read to 0.3 ps beside its own 8.08") {
    Played p = noisy(0.0);
    // The player's own clock: sample n of the words is u times 48 kHz.
    p.late = sine(50e-12, 750.0, 1.0);
    const Measurement m = measured(jtest(16), p);
    const Reading& r = reading(m.readings, "jitter");
    CHECK(ps(*r.scalar().value) == Approx(50.0 / std::sqrt(2.0)).margin(0.3));
    CHECK(ps(detail<double>(r, "with_the_data_s")) == Approx(50.0 / std::sqrt(2.0)).margin(0.3));
    CHECK(detail<std::string>(r, "line_1/kind") == "with the data");
    CHECK(detail<double>(r, "line_1/offset_hz") == Approx(750.0 * (1.0 - 83e-6)).margin(1e-6));
}

TEST_CASE("a device that falls by 1 dB from 7 to 17 kHz makes no jitter of a 16-bit J-test's square") {
    // y[n] = 0.9 x[n] + 0.1 y[n - 1]: 1 / (1 - 0.1 cos w) to first order, cos w = +-0.58 at 7.25 and 16.75
    // kHz.
    auto samples = clean(jtest(16), noisy(20.0));
    double y = 0.0;
    for (double& x : samples) x = y = 0.9 * x + 0.1 * y;
    const Measurement m = measured(jtest(16), samples, noise_m115, 1);
    const Reading& r = reading(m.readings, "jitter");
    CHECK(detail<std::string>(r, "stimulus") == "its own lines are taken out");
    CHECK(detail<std::int64_t>(r, "lines") == 1);
    CHECK(detail<double>(r, "with_the_data_s") == 0.0);
    CHECK(ps(*r.scalar().value) == Approx(14.142).margin(0.3));
}

TEST_CASE("an inverted player of half the level has the same square, and the same 14.14 ps") {
    Played p = noisy(20.0);
    p.gain = -0.5;
    const Measurement m = measured(jtest(16), p);
    const Reading& r = reading(m.readings, "jitter");
    CHECK(ps(*r.scalar().value) == Approx(14.142).margin(0.5));
    CHECK(detail<double>(r, "with_the_data_s") == 0.0);
    CHECK(detail<std::string>(r, "stimulus") == "its own lines are taken out");
}

TEST_CASE("amplitude that moves by 1e-3 at 100 Hz and a line of -100 dBFS at 13.3 kHz are no jitter") {
    Played p = noisy(0.0);
    p.louder = sine(1e-3, 100.0);
    p.beside_hz = 13300.0;
    p.beside = 1e-5;
    const Measurement m = measured(jtest(24), p);
    const Reading& r = reading(m.readings, "jitter");
    CHECK(r.scalar().state == State::at_most);
    CHECK(ps(*r.scalar().value) < 1.3);
    CHECK(detail<std::int64_t>(r, "lines") == 0);
    // Listed by their phase: half of the line beside is phase, none of the amplitude is.
    CHECK(detail<std::string>(r, "line_1/kind") == "one side only");
    CHECK(detail<double>(r, "line_1/offset_hz") == Approx(1300.0).margin(0.5));
    CHECK(detail<double>(r, "line_2/am_ratio") == Approx(1e-3).epsilon(1e-4));
}

TEST_CASE(
    "lines of 40, 30 and 3 ps at 60, 2200 and 2203 Hz add up to 35.42 ps rms on a plain tone of 10 kHz") {
    Played p;
    p.noise = 1e-6;
    p.start = 1000.0;
    p.late = [](double u) {
        return sine(40e-12, 60.0)(u) + sine(30e-12, 2200.0)(u) + sine(3e-12, 2203.0)(u);
    };
    const Measurement m = measured(tone(10000.0, 4.0, {"jitter"}), p);
    const Reading& r = reading(m.readings, "jitter");
    CHECK(detail<std::int64_t>(r, "lines") == 3);
    CHECK(ps(*r.scalar().value) == Approx(35.420).margin(0.3));  // sqrt((1600 + 900 + 9) / 2)
    CHECK(ps(detail<double>(r, "line_3/value_s")) == Approx(3.0 / std::sqrt(2.0)).margin(0.3));
    CHECK(find(m.readings, "wander") == nullptr);
}

TEST_CASE("a J-test is a segment of one line, its carrier of -3.01 dBFS at 12 kHz, from its first word on") {
    Programme programme = jtest(24);
    std::get<JTest>(programme.events[0].what).start_s = 1.3;
    const auto segments = tone_segments(programme);
    REQUIRE(segments.size() == 1);
    CHECK(segments[0].start_s == Approx(1.3));
    CHECK(segments[0].end_s == Approx(5.3));
    REQUIRE(segments[0].jtest.has_value());
    REQUIRE(segments[0].lines.size() == 1);
    const PlayedLine& line = segments[0].lines[0];
    CHECK(line.hz == 12000.0);
    CHECK(line.played[Side::right] == 0.0);
    // The words are -1/2 -1/2 1/2 1/2; a least significant bit of 24 is 1.2e-7.
    for (const auto& [n, word] : {std::pair{0, -0.5}, {1, -0.5}, {2, 0.5}, {3, 0.5}, {4, -0.5}}) {
        const auto turn = std::polar(1.0, 2.0 * pi * 12000.0 * (1.3 + n / rate));
        CHECK((line.played[Side::left] * turn).real() == Approx(word).margin(1e-7));
    }
}

/// Of noise of 1e-5 and these samples, valid or not.
static Measurement whatever(const Programme& programme, std::vector<double> samples) {
    std::mt19937_64 random(1);
    std::normal_distribution<double> noise(0.0, 1e-5);
    for (double& x : samples) x += noise(random);
    Take take;
    take.rate_hz = rate;
    take.bits = 24;
    take.floating_point = true;
    take.channels.push_back(std::move(samples));
    return *measure(take, programme, false);
}

TEST_CASE("a J-test that is not there makes the take invalid, behind a chirp it is a sentence") {
    Programme programme = jtest(16);
    const std::vector<double> nothing(200'000, 0.0);
    const Measurement alone = whatever(programme, nothing);
    CHECK_FALSE(alone.valid);
    REQUIRE_FALSE(alone.reasons.empty());
    CHECK(alone.reasons[0].find("no input holds them steadily") != std::string::npos);
    Programme marked = jtest(16);
    std::get<JTest>(marked.events[0].what).start_s = 0.5;
    Event chirp{Chirp{0.1, 0.15, 500.0, 12000.0, 0.25, 0.02}, {}};
    chirp.on[Side::left] = true;
    marked.events.insert(marked.events.begin(), chirp);
    marked.length_s = 5.0;
    std::vector<double> only_chirp(260'000, 0.0);
    for (std::size_t n = 0; n < only_chirp.size(); ++n) {
        const double v = static_cast<double>(n) / rate - 0.35;
        if (v < 0.0 || v > 0.15) continue;
        const double edge = std::min({1.0, v / 0.02, (0.15 - v) / 0.02});
        only_chirp[n] = 0.25 * 0.5 * (1.0 - std::cos(pi * edge)) *
                        std::sin(2.0 * pi * (500.0 * v + 0.5 * 11500.0 / 0.15 * v * v));
    }
    const Measurement m = whatever(marked, only_chirp);
    CHECK(m.valid);
    REQUIRE_FALSE(m.reasons.empty());
    CHECK(m.reasons[0].find("the J-test from 0.5 s to 4.5 s of the programme is not in this take") !=
          std::string::npos);
}

TEST_CASE("a J-test of 96 or 192 kHz has its carrier beyond a capture of 48 kHz, and is not read") {
    for (const double player_hz : {96000.0, 192000.0}) {
        Programme programme = jtest(16);
        programme.sample_rate_hz = player_hz;
        std::get<JTest>(programme.events[0].what).rate_hz = player_hz;
        programme.analyses = {"jitter"};
        const Measurement m = measured(programme, std::vector<double>(200'000, 0.0), 1e-3, 1);
        CHECK(reading(m.readings, "jitter").scalar().state == State::not_measured);
    }
}

TEST_CASE(
    "a J-test of 44.1 kHz in a capture of 48 kHz has its own lines 229.7 Hz apart, and reads 14.14 ps") {
    Programme programme = jtest(16);
    programme.sample_rate_hz = 44100.0;
    std::get<JTest>(programme.events[0].what).rate_hz = 44100.0;
    const Measurement m = measured(programme, noisy(20.0));
    const Reading& r = reading(m.readings, "jitter");
    CHECK(*r.scalar().at == 11025.0);
    CHECK(detail<double>(r, "jtest_line_hz") == Approx(229.6875));
    CHECK(ps(*r.scalar().value) == Approx(14.142).margin(0.3));
    CHECK(detail<std::int64_t>(r, "lines") == 1);
    CHECK(detail<std::string>(r, "stimulus") == "its own lines are taken out");
}

TEST_CASE("the J-test between two tones is found by the levels of all three") {
    Programme programme;
    programme.sample_rate_hz = rate;
    programme.length_s = 8.0;
    programme.events.push_back({Tones{0.0, 1.0, 0.0, {{1000.0, 0.5, 0.0}}}, {{true, false}}});
    programme.events.push_back({JTest{2.0, 4.0, 16, rate}, {{true, false}}});
    programme.events.push_back({Tones{7.0, 1.0, 0.0, {{3000.0, 0.25, 0.0}}}, {{true, false}}});
    Played p = noisy(20.0);
    p.seconds = 9.0;
    const Measurement m = measured(programme, p);
    CHECK(detail<double>(reading(m.readings, "clock_offset"), "start") == Approx(4321.6).margin(48.0));
    const Reading& r = reading(m.readings, "jitter");
    CHECK(detail<std::string>(r, "from") == "J-test");
    CHECK(ps(*r.scalar().value) == Approx(14.142).margin(0.3));
    CHECK(detail<std::string>(r, "stimulus") == "its own lines are taken out");
    CHECK(find(m.readings, "thd_n") != nullptr);
    for (const Reading& other : m.readings)
        if (other.name == "thd_n")
            for (const Point& step : other.points) CHECK(*step.at != 12000.0);
}

TEST_CASE("jitter of 0.5 and 1 rad at 313 Hz is one line within 1e-4, its second order told as its own") {
    for (const double b : {0.05, 0.5, 1.0}) {
        const double seconds = b / (2.0 * pi * 6000.0);
        Played p;
        p.seconds = 2.2;
        p.start = 2000.0;
        p.noise = 2e-5;
        p.late = sine(seconds, 313.0);
        const Measurement m = measured(tone(6000.0, 2.0, {"jitter"}), p);
        const Reading& r = reading(m.readings, "jitter");
        CHECK(*r.scalar().value == Approx(seconds / std::sqrt(2.0)).epsilon(1e-4));
        CHECK(detail<std::int64_t>(r, "lines") == 1);
        if (r.detail("line_2/kind")) CHECK(std::abs(detail<double>(r, "line_2/offset_hz") - 626.0) > 2.0);
        CHECK(detail<double>(r, "line_1/pm_rad") == Approx(b).epsilon(1e-4));
        CHECK(detail<double>(r, "line_1/second_order_at_hz") == Approx(626.0).margin(1e-3));
        // J2 / J0 of 0.05, 0.5 and 1 (Abramowitz and Stegun, table 9.1).
        const double ratio = b < 0.1   ? 3.12435e-4 / 0.99937510
                             : b < 0.6 ? 0.03060402 / 0.93846981
                                       : 0.11490348 / 0.76519769;
        CHECK(detail<double>(r, "line_1/second_order_ratio") == Approx(ratio).epsilon(1e-3));
    }
}

TEST_CASE("two lines of 0.3 and 0.2 rad at 313 and 700 Hz are two lines of jitter, their products none") {
    Played p;
    p.seconds = 2.2;
    p.start = 2000.0;
    p.noise = 1e-6;
    const double w = 2.0 * pi * 6000.0;
    p.late = [=](double u) {
        return (0.3 * std::sin(2.0 * pi * 313.0 * u) + 0.2 * std::sin(2.0 * pi * 700.0 * u + 1.0)) / w;
    };
    const Measurement m = measured(tone(6000.0, 2.0, {"jitter"}), p);
    const Reading& r = reading(m.readings, "jitter");
    CHECK(detail<std::int64_t>(r, "lines") == 2);
    CHECK(r.detail("line_3/kind") == nullptr);
    CHECK(*r.scalar().value == Approx(std::hypot(0.3, 0.2) / w / std::sqrt(2.0)).epsilon(1e-4));
}

TEST_CASE("beside a wander of 10 us at 0.5 Hz 2 ns of jitter at 300 Hz read within 1 %, and are alone") {
    for (const double jitter : {2e-9, 0.0}) {
        Played p;
        p.noise = 1e-5, p.ppm = -44.0, p.start = 2000.0;
        p.late = [=](double u) {
            return 10e-6 * std::sin(2.0 * pi * 0.5 * u + 1.0) + jitter * std::sin(2.0 * pi * 300.0 * u);
        };
        const Measurement m = measured(tone(3000.0, 4.0, {"jitter"}), p);
        const Reading& r = reading(m.readings, "jitter");
        if (jitter <= 0.0) {
            CHECK(r.scalar().state == State::at_most);
            CHECK(*r.scalar().value < 2e-10);
            continue;
        }
        REQUIRE(r.scalar().state == State::exact);
        CHECK(*r.scalar().value == Approx(jitter / std::sqrt(2.0)).epsilon(0.01));
        CHECK(detail<std::int64_t>(r, "lines") == 1);
        CHECK(detail<double>(r, "slow_wander_taken_out_s") == Approx(10e-6 / std::sqrt(2.0)).epsilon(0.1));
    }
}
