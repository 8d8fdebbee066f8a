// SPDX-License-Identifier: GPL-3.0-or-later
// Jitter and wander as a displacement of the player's time, put into the stimulus' own closed form.
#include "rig/analysis/sidebands.hpp"
#include "rig/measure/measure.hpp"
#include "rig/stimulus/evaluate.hpp"
#include "tests/shared_data.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <random>

using namespace fourpole;

namespace {

constexpr double pi = std::numbers::pi;
constexpr double rate = 48000.0;
/// Noise of -115 dBFS (0 dBFS: rms of a full-scale sine) in 20 kHz, as rms a sample of 24 kHz.
const double noise_m115 = std::sqrt(0.5) * 1.7782794e-6 * std::sqrt(24.0 / 20.0);

struct Played {
    double seconds = 4.5, start = 0.0, ppm = 0.0, noise = 0.0;
    unsigned seed = 1;
    std::function<double(double)> late = [](double) { return 0.0; };    ///< J(u), seconds
    std::function<double(double)> louder = [](double) { return 0.0; };  ///< m(u)
    double beside_hz = 0.0, beside = 0.0;                               ///< a line of its own
    double gain = 1.0;
};

/// Only the left side plays: x(u + J(u)) (1 + m(u)).
Take take_of(const Programme& programme, const Played& p) {
    Take take;
    take.rate_hz = rate;
    take.bits = 24;
    take.floating_point = true;
    const Clock clock{rate, p.start, p.ppm};
    std::vector<double> out(static_cast<std::size_t>(p.seconds * rate));
    std::mt19937_64 random(p.seed);
    std::normal_distribution<double> noise(0.0, p.noise > 0.0 ? p.noise : 1.0);
    for (std::size_t n = 0; n < out.size(); ++n) {
        const double u = clock.u_at(static_cast<double>(n));
        for (const Event& e : programme.events)
            out[n] += p.gain * (1.0 + p.louder(u)) * value_at(e, u + p.late(u));
        if (p.beside > 0.0) out[n] += p.beside * std::sin(2.0 * pi * p.beside_hz * u);
        if (p.noise > 0.0) out[n] += noise(random);
    }
    take.channels.push_back(std::move(out));
    return take;
}

std::function<double(double)> sine(double size, double hz, double phase = 0.3) {
    return [=](double u) { return size * std::sin(2.0 * pi * hz * u + phase); };
}

Programme jtest(int bits, double seconds = 4.0) {
    Programme p;
    p.sample_rate_hz = rate;
    p.length_s = seconds;
    p.events.push_back({JTest{0.0, seconds, bits, rate}, {{true, false}}});
    return p;
}

Programme tone(double hz, double seconds, std::vector<std::string> analyses) {
    Programme p;
    p.sample_rate_hz = rate;
    p.length_s = seconds;
    p.events.push_back({Tones{0.0, seconds, 0.0, {{hz, 0.5, 0.4}}}, {{true, false}}});
    p.analyses = std::move(analyses);
    return p;
}

Measurement measured(const Programme& programme, const Played& p) {
    auto out = measure(take_of(programme, p), programme, false);
    REQUIRE(out.has_value());
    REQUIRE(out->valid);
    return std::move(*out);
}

double ps(double seconds) { return 1e12 * seconds; }
double ns(double seconds) { return 1e9 * seconds; }

/// Noise, and jitter at 1 kHz.
Played noisy(double peak_ps, double hz = 1000.0) {
    Played p;
    p.start = 4321.6;
    p.ppm = -83.0;
    p.noise = noise_m115;
    if (peak_ps > 0.0) p.late = sine(1e-12 * peak_ps, hz);
    return p;
}

}  // namespace

TEST_CASE("phase and amplitude of 1e-3 and 2e-3 at 321 and 87 Hz are told apart to 2e-8") {
    std::vector<double> rest(96'000);
    const double w = 2.0 * pi * 11'987.3 / rate, centre = 0.5 * (96'000 - 1.0);
    const std::complex<double> phasor = std::polar(0.4, 1.1);
    for (std::size_t n = 0; n < rest.size(); ++n) {
        const double t = static_cast<double>(n) - centre, at = w * t + 1.1;
        const double phi = 1e-3 * std::cos(2.0 * pi * 321.0 * t / rate + 0.7),
                     m = 2e-3 * std::cos(2.0 * pi * 87.0 * t / rate - 2.0);
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
    const SidebandPair m = near(87.0), phi = near(321.0);
    CHECK(m.offset_hz == Approx(87.0).margin(1e-5));
    CHECK(std::abs(m.amplitude - std::polar(2e-3, -2.0)) < 2e-8);
    CHECK(std::abs(m.phase) < 2e-8);
    CHECK(phi.offset_hz == Approx(321.0).margin(1e-5));
    CHECK(std::abs(phi.phase - std::polar(1e-3, 0.7)) < 2e-8);
    CHECK(std::abs(phi.amplitude) < 2e-8);
    // c+ = j P / 2: a cosine of phase is a sine of voltage.
    CHECK(std::abs(phi.upper() - std::polar(0.5e-3, 0.7 + 0.5 * pi)) < 2e-8);
}

TEST_CASE(
    "20 ps of jitter at 1 kHz on a J-test of 24 bits, 4 s at -115 dBFS, reads 14.14 ps rms within 0.25") {
    double squares = 0.0, u = 0.0;
    constexpr unsigned takes = 12;
    for (unsigned seed = 1; seed <= takes; ++seed) {
        Played p = noisy(20.0);
        p.seed = seed;
        const Measurement m = measured(jtest(24), p);
        const Reading& r = reading(m.readings, "jitter");
        REQUIRE(r.scalar().state == State::exact);
        CHECK(r.definition == "jitter.sidebands@1");
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

TEST_CASE("noise alone is at most 1.3 ps of jitter in any line, in 40 takes of 40") {
    for (unsigned seed = 100; seed < 140; ++seed) {
        Played p = noisy(0.0);
        p.seed = seed;
        const Measurement m = measured(jtest(24), p);
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

TEST_CASE("a wander of 50 ns at 0.7 Hz is tracked within 1.2 ns rms at 61 dB, and is no jitter") {
    Played p;
    p.seconds = 10.0;
    p.ppm = 37.31;
    p.noise = 0.5 / std::sqrt(2.0) * 8.9125e-4;  // 61 dB below the tone in 24 kHz
    p.late = sine(50e-9, 0.7, 1.0);
    const Measurement m = measured(tone(10000.0, 10.0, {"wander", "jitter"}), p);
    const Reading& r = reading(m.readings, "wander");
    CHECK(r.definition == "wander.blocks@1");
    CHECK(r.axis == "time_s");
    REQUIRE(r.points.size() > 990);
    // The fit takes the straight line that is in the truth for the clock's own.
    const double from = (1.0 + 37.31e-6) * static_cast<double>(detail<std::int64_t>(r, "from_sample")) / rate;
    const double middle = 0.5 * (*r.points.front().at + *r.points.back().at);
    const auto truth = [&](double t) { return 50.0 * std::sin(2.0 * pi * 0.7 * (from + t) + 1.0); };
    double sum = 0.0, slope = 0.0, energy = 0.0;
    for (const Point& q : r.points) {
        const double t = *q.at - middle;
        sum += truth(*q.at), slope += truth(*q.at) * t, energy += t * t;
    }
    double squares = 0.0;
    const auto count = static_cast<double>(r.points.size());
    for (const Point& q : r.points) {
        const double error = ns(*q.value) - (truth(*q.at) - sum / count - slope / energy * (*q.at - middle));
        squares += error * error;
        CHECK(ns(*q.u) == Approx(0.6474).epsilon(0.1));  // sqrt(2 / 480) 3.151e-4 / 0.5 / (2 pi 10 kHz)
    }
    CHECK(std::sqrt(squares / count) < 1.2);
    CHECK(std::sqrt(squares / count) == Approx(0.6474).epsilon(0.1));
    CHECK(ns(detail<double>(r, "beyond_noise_s")) == Approx(50.0 / std::sqrt(2.0)).epsilon(0.1));
    CHECK(ns(detail<double>(r, "peak_to_peak_s")) == Approx(100.0).epsilon(0.15));
    CHECK(detail<std::string>(r, "says") == "the clock wanders");
    const Reading& j = reading(m.readings, "jitter");
    CHECK(j.scalar().state == State::at_most);
    CHECK(detail<std::string>(j, "line_1/kind") == "wander");
}

TEST_CASE("a player that runs 1 us ahead from 5 s on shows a step up, in seconds of the capture") {
    Played p;
    p.seconds = 10.0;
    p.noise = 3e-3;
    p.late = [](double u) { return u < 5.0 ? 0.0 : 1e-6; };
    const Measurement m = measured(tone(1000.0, 10.0, {"wander"}), p);
    const Reading& r = reading(m.readings, "wander");
    double step = 0.0;
    for (std::size_t b = 0; b < 100; ++b)
        step += (*r.points[500 + b].value - *r.points[400 + b].value) / 100.0;
    // The pace that is fitted takes 3/2 of the step over 10 s, 0.15 us a second. Noise: 61 ns in a block.
    CHECK(1e6 * step == Approx(0.85).margin(0.03));
    CHECK(1e9 * *r.points[0].u == Approx(61.6).epsilon(0.1));
}

TEST_CASE("tones of less than 1 s or below 500 Hz tell no wander, and the record says so") {
    for (const Programme& programme : {tone(1000.0, 0.8, {"wander"}), tone(300.0, 3.0, {"wander"})}) {
        Played p;
        p.seconds = programme.length_s;
        p.noise = 1e-5;
        const Measurement m = measured(programme, p);
        CHECK(reading(m.readings, "wander").scalar().state == State::not_measured);
    }
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
        if (other.name == "thd_n") CHECK(*other.scalar().at != 12000.0);
}

TEST_CASE("the 10 kHz pilot at 60 dB shows the 0.73 ns rms of its noise in blocks of 10 ms and no wander",
          "[truth]") {
    const auto capture = shared("truth/captures/pilot_10s_60db.wav");
    if (absent(capture)) return;
    auto programme = load_programme(shared("truth/programmes/pilot_10s_60db.json"));
    REQUIRE(programme.has_value());
    programme->analyses = {"wander"};
    const auto take = read_take(capture);
    REQUIRE(take.has_value());
    const auto m = measure(*take, *programme, false);
    REQUIRE(m.has_value());
    const Reading& r = reading(m->readings, "wander");
    // sqrt(2 / 480) 3.5355e-4 / 0.5 / (2 pi 10 kHz) = 0.7264 ns
    CHECK(ns(*r.points[0].u) == Approx(0.7264).epsilon(0.1));
    CHECK(ns(detail<double>(r, "rms_s")) == Approx(0.7264).epsilon(0.1));
    CHECK(detail<double>(r, "beyond_noise_s") == 0.0);
    CHECK(detail<std::string>(r, "says") == "noise explains it");
}
