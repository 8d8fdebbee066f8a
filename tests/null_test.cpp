// SPDX-License-Identifier: GPL-3.0-or-later
// The null of two captures whose difference is known in closed form.
#include "rig/null/null.hpp"

#include "rig/align/resample.hpp"
#include "rig/fft/fft.hpp"
#include "rig/null/delay_track.hpp"
#include "rig/null/match.hpp"
#include "rig/null/regression.hpp"
#include "rig/report/null_record.hpp"
#include "rig/units.hpp"
#include "tests/null_pairs.hpp"
#include "tests/shared_data.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

using namespace fourpole;

namespace {

NullOutcome nulled(const Take& a, const Take& b, const Correction& correction = {}, unsigned threads = 2) {
    auto out = null_of(a, b, correction, threads, {});
    REQUIRE(out.has_value());
    return std::move(*out);
}

const Reading& the(const NullOutcome& null, const char* name, std::optional<Side> side = {}) {
    for (const Reading& r : null.readings)
        if (r.name == name && r.side == side) return r;
    FAIL("no reading " << name);
    return null.readings.front();
}

double figure(const NullOutcome& null, const char* key, std::optional<Side> side = {}) {
    return detail<double>(the(null, "null", side), key);
}

bool says(const NullOutcome& null, const std::string& words) {
    return std::any_of(null.reasons.begin(), null.reasons.end(),
                       [&](const std::string& r) { return r.find(words) != std::string::npos; });
}

/// Nothing is said about a null that is none.
void check_void(const NullOutcome& null, const std::string& words) {
    INFO(words);
    CHECK_FALSE(null.valid);
    CHECK(says(null, words));
    for (const Reading& r : null.readings)
        if (r.name != "discontinuity") CHECK_FALSE(r.scalar().value);
    CHECK(null.learned.empty());
}

double db(double power) { return AmplitudeRatio{std::sqrt(power)}.decibels(); }

}  // namespace

TEST_CASE("resampling leaves less than -150 dB up to 0.95 of the lower Nyquist frequency") {
    const std::size_t count = 170000;
    for (const double step : {1.0, 1.0 + 3e-12, 1.0 - 1e-10, 1.0 + 2.75e-6, 1.0 - 5e-4, 1.0 + 2e-3,
                              0.91875 * (1.0 + 2e-5), 48.0 / 44.1, 0.5 * (1.0 - 3e-5), 2.0 * (1.0 + 1e-5)})
        for (const double part : {0.002, 0.3, 0.8333, 0.95}) {
            const double w = std::numbers::pi * part * std::min(1.0, 1.0 / step), first = 3000.37;
            std::vector<double> x(count);
            for (std::size_t n = 0; n < count; ++n) x[n] = std::sin(w * static_cast<double>(n) + 0.3);
            const auto out = resampled(x, first, step, static_cast<std::size_t>((count - 6000.0) / step));
            double error = 0.0;
            for (std::size_t k = 0; k < out.size(); ++k) {
                const double e = out[k] - std::sin(w * (first + step * static_cast<double>(k)) + 0.3);
                error += e * e;
            }
            INFO("step " << step << ", " << part << " of Nyquist");
            CHECK(db(error / (0.5 * static_cast<double>(out.size()))) < -150.0);
        }
}

TEST_CASE(
    "gain, delay and clock of music at a residual of -77 dB are within 3e-5 dB, 5e-5 samples, 6e-4 ppm") {
    const Music music(1);
    const CaptureOf how_a{.seed = 7};
    const Take a = capture(music, how_a);
    struct Pair {
        double ppm, delay, gain;
    };
    for (const auto& [ppm, delay, gain] : {Pair{2.75, 17.3125, 0.98},
                                           {-500.0, 1234.5, -0.5},
                                           {500.0, -20000.25, 1.7},
                                           {0.0, 0.0, 1.0},
                                           {-31.7, 48000.9, -1.0}}) {
        INFO(ppm << " ppm, " << delay << " samples, gain " << gain);
        const NullOutcome null =
            nulled(a, capture(music, {.ppm = ppm, .delay = delay, .gain = gain, .seed = 8}));
        REQUIRE(null.valid);
        CHECK(figure(null, "gain_db") == Approx(AmplitudeRatio{std::abs(gain)}.decibels()).margin(3e-5));
        CHECK(figure(null, "delay_samples") == Approx(delay).margin(5e-5));
        CHECK(figure(null, "ppm") == Approx(ppm).margin(6e-4 + (delay > 40000.0 ? 1e-3 : 0.0)));
        CHECK(detail<std::string>(the(null, "null"), "polarity") == (gain < 0.0 ? "-" : "+"));
    }
}

TEST_CASE("errors of 16 nulls are as large as their stated uncertainty", "[repeated]") {
    const Music music(2, 25);
    double sum_gain = 0.0, sum_delay = 0.0, sum_ppm = 0.0;
    constexpr unsigned runs = 16;
    for (unsigned i = 0; i < runs; ++i) {
        const double ppm = 10.0 * i - 80.0, delay = 3.3 * i;
        const NullOutcome null = nulled(
            capture(music, {.seconds = 2.0, .noise = 1e-4, .seed = 100 + i}),
            capture(music, {.seconds = 2.0, .ppm = ppm, .delay = delay, .noise = 1e-4, .seed = 200 + i}));
        const auto z = [&](const char* key, const char* u, double truth) {
            return std::pow((figure(null, key) - truth) / figure(null, u), 2) / runs;
        };
        sum_gain += z("gain_db", "gain_u_db", 0.0);
        sum_delay += z("delay_samples", "delay_u_samples", delay);
        sum_ppm += z("ppm", "ppm_u", ppm);
    }
    // The rms of 16 normal scores is 0.65 .. 1.35 in 95 of 100 cases; u itself has a tenth more.
    for (const double sum : {sum_gain, sum_delay, sum_ppm}) {
        CHECK(std::sqrt(sum) > 0.5);
        CHECK(std::sqrt(sum) < 1.6);
    }
}

TEST_CASE("a residual of known noise is within 0.05 dB, in B's own units re A") {
    const Music music(3);
    const double gain = 0.5, noise = 1e-4;
    const Take a = capture(music, {.seconds = 4.0, .noise = noise, .seed = 1});
    const NullOutcome null = nulled(
        a,
        capture(music, {.seconds = 4.0, .ppm = 40.0, .delay = 3.3, .gain = gain, .noise = noise, .seed = 2}));
    double power_a = 0.0;
    for (const double x : a.channels[0]) power_a += x * x / static_cast<double>(a.frames());
    // White over 24 kHz, of which 20 Hz to 20 kHz is heard: both noises, A's scaled like A.
    const double expected = db(noise * noise * (1.0 + gain * gain) * 19980.0 / 24000.0 / power_a);
    CHECK(*the(null, "null").scalar().value == Approx(expected).margin(0.05));
    CHECK(figure(null, "residual_db") == *the(null, "null").scalar().value);
    CHECK(figure(null, "depth_db") == Approx(expected + 6.0206).margin(0.05));
    CHECK(*the(null, "null_noise").scalar().value == Approx(expected).margin(0.05));
    CHECK(the(null, "null_linear").scalar().state == State::at_most);
    CHECK(the(null, "null_nonlinear").scalar().state == State::at_most);
    // The spectrum's thirds add up to it, and each holds its share of a white noise.
    double sum = 0.0;
    for (const Point& p : the(null, "null_spectrum").points) sum += std::pow(10.0, *p.value / 10.0);
    CHECK(db(sum) == Approx(expected).margin(0.05));
    const Point& kilohertz = nearest(the(null, "null_spectrum"), 1000.0);
    const double width = 1000.0 * (std::pow(10.0, 0.05) - std::pow(10.0, -0.05));
    CHECK(*kilohertz.value == Approx(expected + db(width / 19980.0)).margin(4.0 * *kilohertz.u));
}

TEST_CASE("a cubic of 1 % is told as nonlinear, within 0.3 dB, and not as linear") {
    const Music music(4, 30);
    const CaptureOf clean{.seconds = 4.0, .noise = 1e-6, .seed = 1};
    CaptureOf bent = clean;
    bent.cubic = 0.01, bent.seed = 2, bent.ppm = -7.0, bent.delay = 100.1;
    const Take a = capture(music, clean);
    const NullOutcome null = nulled(a, capture(music, bent));
    // What a gain does not take away of 0.01 x^3, by hand.
    double xx = 0.0, xxxx = 0.0, six = 0.0;
    for (const double x : a.channels[0]) xx += x * x, xxxx += x * x * x * x, six += std::pow(x, 6);
    const double expected = db(1e-4 * (six - xxxx * xxxx / xx) / xx);
    CHECK(*the(null, "null_nonlinear").scalar().value == Approx(expected).margin(0.5));
    CHECK(the(null, "null_nonlinear").scalar().state == State::exact);
    CHECK(*the(null, "null_linear").scalar().value < expected - 10.0);
    CHECK(*the(null, "null_noise").scalar().value < expected - 10.0);
}

namespace {

/// The music after a shelf of 1 dB around 2 kHz: each partial by the shelf's own gain and phase.
Music shelved(Music music) {
    for (Music::Partial& p : music.partials) {
        const std::complex<double> s(0.0, p.hz / 2000.0), h = (1.0 + 1.122 * s) / (1.0 + s);
        p.amplitude *= std::abs(h);
        p.phase += std::arg(h);
    }
    return music;
}

}  // namespace

TEST_CASE("what B's square makes where A is silent is nonlinear: two tones of 0.2 and 1 % leave -53.01 dB") {
    std::vector<double> a, b;
    for (int n = 0; n < 8 * 48000; ++n) {
        const double t = n / 48000.0, two_pi = 2.0 * std::numbers::pi;
        const double x = 0.2 * std::sin(two_pi * 440.0 * t) + 0.2 * std::sin(two_pi * 1333.0 * t);
        a.push_back(x);
        b.push_back(x + 0.01 * x * x);
    }
    const NullOutcome null = nulled(take_of({a}, {}), take_of({b}, {}));
    // x^2 holds two lines of 0.2^2 / 2 and two of 0.2^2: 1.25 * 0.2^4 of power, A has 0.2^2.
    const double expected = 10.0 * std::log10(1e-4 * 1.25 * 0.04);
    for (const Reading& r : null.readings) {
        if (r.name == "null_nonlinear") {
            CHECK(r.scalar().state == State::exact);
            CHECK(r.scalar().value.value() == Approx(expected).margin(0.01));
        }
        if (r.name == "null_noise") CHECK(r.scalar().value.value() < -75.0);
    }
    CHECK(std::any_of(null.readings.begin(), null.readings.end(),
                      [](const Reading& r) { return r.name == "null_nonlinear"; }));
}

TEST_CASE("a shelf of 1 dB is told as linear, and once learned on one programme it is gone from another",
          "[repeated]") {
    const CaptureOf how{.seconds = 4.0, .noise = 1e-6, .seed = 1};
    CaptureOf other_clock = how;
    other_clock.seed = 2, other_clock.ppm = 12.0, other_clock.delay = 55.5, other_clock.gain = 0.7;
    const Music one(5, 60), two(6, 60);
    const NullOutcome learning = nulled(capture(one, how), capture(shelved(one), other_clock));
    REQUIRE(learning.valid);
    const double depth = figure(learning, "depth_db");
    CHECK(depth > -45.0);
    CHECK(depth < -25.0);
    CHECK(*the(learning, "null_linear").scalar().value ==
          Approx(*the(learning, "null").scalar().value).margin(0.1));
    CHECK(*the(learning, "null_noise").scalar().value < *the(learning, "null").scalar().value - 20.0);
    CHECK(*the(learning, "null_nonlinear").scalar().value < *the(learning, "null").scalar().value - 20.0);

    other_clock.ppm = -90.0, other_clock.gain = -1.1, other_clock.delay = -700.2;
    const Take a = capture(two, how), b = capture(shelved(two), other_clock);
    const double before = figure(nulled(a, b), "depth_db");
    const double after = figure(nulled(a, b, learning.learned), "depth_db");
    CHECK(after < before - 25.0);
}

TEST_CASE("two captures without any difference have a bound of -150 dB, never an infinite null") {
    const Music music(7);
    const CaptureOf how{.seconds = 2.0, .noise = 0.0, .bits = 64};
    CaptureOf later = how;
    later.ppm = 21.5, later.delay = 333.3, later.gain = -0.8;
    const Take a = capture(music, how);
    for (const double gain : {1.0, 0.8}) {
        const NullOutcome null = nulled(a, gain == 1.0 ? a : capture(music, later));
        REQUIRE(null.valid);
        CHECK(says(null, "nothing remains"));
        CHECK(the(null, "null").scalar().state == State::at_most);
        CHECK(figure(null, "depth_db") == Approx(-150.0).margin(0.5));
        for (const Reading& r : null.readings)
            for (const Point& p : r.points) CHECK(std::isfinite(p.value.value_or(0.0)));
        CHECK(figure(null, "gain_db") == Approx(AmplitudeRatio{gain}.decibels()).margin(2e-6));
    }
    const NullOutcome shifted = nulled(a, capture(music, later));
    CHECK(figure(shifted, "delay_samples") == Approx(333.3).margin(1e-6));
    CHECK(figure(shifted, "ppm") == Approx(21.5).margin(1e-5));
}

TEST_CASE("37 lost, 1 lost, 5 inserted and 9000 lost samples in B void the null, with count and place",
          "[repeated]") {
    const Music music(8);
    const Take a = capture(music, {.seconds = 6.0, .seed = 1});
    struct Case {
        std::ptrdiff_t count;
        double count_margin, place_margin;
    };
    for (const auto& [count, count_margin, place_margin] :
         {Case{-37, 0.1, 8.0}, {-1, 0.1, 40.0}, {5, 0.1, 40.0}, {-9000, 0.1, 8.0}}) {
        INFO(count << " samples");
        Take b = capture(music, {.seconds = 6.0, .ppm = 30.0, .delay = 200.0, .seed = 2});
        auto& x = b.channels[0];
        const std::ptrdiff_t at = 150000;
        if (count < 0)
            x.erase(x.begin() + at, x.begin() + at - count);
        else
            x.insert(x.begin() + at, static_cast<std::size_t>(count), 0.0);
        const NullOutcome null = nulled(a, b);
        check_void(null, count < 0 ? "B lacks" : "more than A");
        const auto events = detail<std::vector<Discontinuity>>(the(null, "discontinuity"), "events");
        REQUIRE(events.size() == 1);
        CHECK(static_cast<double>(events[0].count) ==
              Approx(std::abs(static_cast<double>(count))).margin(count_margin));
        CHECK(events[0].kind == (count < 0 ? Discontinuity::Kind::lost : Discontinuity::Kind::inserted));
        CHECK(static_cast<double>(events[0].at_sample) == Approx(150000.0).margin(place_margin));
    }
}

TEST_CASE("blocks of a band of 1 kHz around 13 kHz that is 17.5 samples late are all found there, to 0.01") {
    // In Fourier series: 997 lines of one second, moved by their phases.
    std::mt19937_64 random(4);
    std::uniform_real_distribution<double> any(0.0, 2.0 * std::numbers::pi);
    constexpr std::size_t count = 48000;
    RealFft fft(count);
    Pair pair;
    pair.rate_a_hz = pair.rate_b_hz = 48000.0;
    std::vector<std::complex<double>> lines(fft.bins());
    for (std::size_t k = 12502; k < 13499; ++k) lines[k] = std::polar(100.0, any(random));
    const auto late_by = [&](double samples) {
        for (std::size_t k = 0; k < lines.size(); ++k)
            fft.spectrum()[k] = lines[k] * std::polar(1.0, -2.0 * std::numbers::pi * static_cast<double>(k) *
                                                               samples / count);
        fft.inverse();
        return std::vector<double>(fft.signal(), fft.signal() + count);
    };
    const std::vector<double> a = late_by(0.0), b = late_by(17.5);
    pair.a = Samples(a), pair.b = Samples(b);
    const auto track = delay_track(pair, {}, 1, {});
    REQUIRE(track.size() >= 4);
    for (const BlockDelay& block : track) CHECK(block.delay == Approx(17.5).margin(0.01));
}

TEST_CASE("37 lost and 3000 inserted samples among passing notes are counted and placed, five seeds of five",
          "[repeated]") {
    for (unsigned seed = 0; seed < 5; ++seed) {
        INFO("seed " << seed);
        const std::vector<double> x = PassingNotes(seed).samples(48000.0, 480000);
        std::mt19937_64 random(seed);
        std::normal_distribution<double> noise(0.0, 1e-5);
        std::vector<double> a = x, b = x;
        const auto at = static_cast<std::ptrdiff_t>(200000);
        const bool lost = seed % 5 != 4;
        if (lost)
            b.erase(b.begin() + at, b.begin() + at + 37);
        else
            b.insert(b.begin() + at, 3000, 0.0);
        for (double& v : a) v += noise(random);
        for (double& v : b) v = 0.9 * v + noise(random);
        const CaptureOf how{.bits = 64};
        const NullOutcome null = nulled(take_of({a}, how), take_of({b}, how));
        check_void(null, lost ? "B lacks" : "more than A");
        const auto events = detail<std::vector<Discontinuity>>(the(null, "discontinuity"), "events");
        REQUIRE(events.size() == 1);
        CHECK(events[0].count == (lost ? 37u : 3000u));
        CHECK(static_cast<double>(events[0].at_sample) == Approx(200000.0).margin(4.0));
    }
}

TEST_CASE("what has nothing in common gets no figure, and is told why") {
    const Take a = capture(Music(9), {.seed = 1});
    check_void(nulled(a, capture(Music(10), {.seed = 2})), "");
    Take noise = a, silent = a;
    noise.channels[0] = channel_of(Music(9, 0), {.noise = 0.1, .seed = 3});
    check_void(nulled(a, noise), "");
    check_void(nulled(noise, a), "");
    std::fill(silent.channels[0].begin(), silent.channels[0].end(), 0.25);
    // A seventh of B is A: it may be found, and still B is not A.
    Take mixed = a;
    const auto other_music = channel_of(Music(10), {.noise = 0.0, .bits = 64, .seed = 4});
    for (std::size_t n = 0; n < mixed.frames(); ++n)
        mixed.channels[0][n] = 0.4 * a.channels[0][n] + other_music[n];
    check_void(nulled(a, mixed), "");
    check_void(nulled(a, silent), "B is silent, A is not");
    check_void(nulled(silent, a), "A is silent, B is not");
    check_void(nulled(silent, silent), "silent in both");
}

TEST_CASE("a programme 3000 ppm fast is another speed, one of 1900 ppm is a clock") {
    const Music music(11);
    const Take a = capture(music, {.seed = 1});
    check_void(nulled(a, capture(music, {.ppm = 3000.0, .delay = 400.0, .seed = 2})), "3000 ppm fast");
    check_void(nulled(a, capture(music, {.ppm = -2600.0, .seed = 2})), "2600 ppm slow");
    const NullOutcome null = nulled(a, capture(music, {.ppm = 1900.0, .delay = 60.25, .seed = 2}));
    CHECK(null.valid);
    CHECK(figure(null, "ppm") == Approx(1900.0).margin(1e-3));
    CHECK(figure(null, "delay_samples") == Approx(60.25).margin(1e-4));
}

TEST_CASE("44.1, 48 and 96 kHz and 16 bits null against each other like captures of one rate", "[repeated]") {
    const Music music(12);
    for (const double rate_a : {44100.0, 48000.0, 96000.0})
        for (const double rate_b : {44100.0, 96000.0}) {
            INFO(rate_a << " and " << rate_b << " Hz");
            const NullOutcome null = nulled(capture(music, {.rate_hz = rate_a, .seconds = 2.0, .seed = 1}),
                                            capture(music, {.rate_hz = rate_b,
                                                            .seconds = 2.5,
                                                            .ppm = 15.0,
                                                            .delay = 512.75,
                                                            .gain = 0.9,
                                                            .bits = 16,
                                                            .seed = 2}));
            REQUIRE(null.valid);
            CHECK(figure(null, "gain_db") == Approx(-0.915150).margin(1e-4));
            CHECK(figure(null, "delay_samples") == Approx(512.75).margin(2e-4));
            CHECK(figure(null, "ppm") == Approx(15.0).margin(5e-3));
            CHECK(figure(null, "depth_db") < -60.0);
        }
}

TEST_CASE("files of 2 and 9 s are aligned wherever they overlap, 3.7 s late or early", "[repeated]") {
    const Music music(13);
    const Take longer = capture(music, {.seconds = 9.0, .seed = 1});
    const Take piece = capture(music, {.seconds = 2.0, .ppm = -45.0, .delay = -3.7 * 48000.0, .seed = 2});
    const NullOutcome late = nulled(longer, piece);
    REQUIRE(late.valid);
    CHECK(figure(late, "delay_samples") == Approx(-3.7 * 48000.0).margin(3e-3));
    const NullOutcome early = nulled(piece, longer);
    REQUIRE(early.valid);
    CHECK(figure(early, "ppm") == Approx(1e6 * (1.0 / (1.0 - 45e-6) - 1.0)).margin(2e-3));
}

TEST_CASE("half a second to a second of ten partials is enough, and finds its own place") {
    const Music music(3, 10);
    for (const double seconds : {0.5, 0.6, 0.75, 0.9, 1.0}) {
        INFO(seconds << " s");
        const NullOutcome null = nulled(capture(music, {.seconds = seconds, .seed = 1}),
                                        capture(music, {.seconds = seconds, .delay = 3.3, .seed = 5}));
        REQUIRE(null.valid);
        CHECK(figure(null, "delay_samples") == Approx(3.3).margin(2e-3));
        CHECK(figure(null, "depth_db") < -60.0);
    }
}

TEST_CASE("a constant of 5 % in B changes no figure by more than 1e-6 dB or samples") {
    const Music music(14);
    const Take a = capture(music, {.bits = 64, .seed = 1});
    const NullOutcome plain = nulled(a, capture(music, {.delay = 9.5, .bits = 64, .seed = 2}));
    const NullOutcome offset =
        nulled(a, capture(music, {.delay = 9.5, .offset = 0.05, .bits = 64, .seed = 2}));
    for (const char* key : {"gain_db", "delay_samples"})
        CHECK(figure(offset, key) == Approx(figure(plain, key)).margin(1e-6));
    CHECK(*the(offset, "null").scalar().value == Approx(*the(plain, "null").scalar().value).margin(1e-4));
}

TEST_CASE("swapped channels are said, and nulled as what they are", "[repeated]") {
    const Music one(15), two(16);
    const CaptureOf how{.seconds = 2.0, .seed = 1}, later{.seconds = 2.0, .delay = 40.5, .seed = 2};
    const Take a = take_of({channel_of(one, how), channel_of(two, how)}, how);
    const Take b = take_of({channel_of(two, later), channel_of(one, later)}, later);
    const NullOutcome null = nulled(a, b);
    CHECK(null.valid);
    CHECK(says(null, "swapped"));
    for (const Side side : sides) {
        CHECK(figure(null, "delay_samples", side) == Approx(40.5).margin(1e-3));
        CHECK(detail<std::string>(the(null, "null", side), "channel_of_b") == name(other(side)));
    }
    const NullOutcome straight = nulled(a, take_of({channel_of(one, later), channel_of(two, later)}, later));
    CHECK(straight.valid);
    CHECK_FALSE(says(straight, "swapped"));
}

TEST_CASE("37 samples lost on one side void both, and no figure of either is told", "[repeated]") {
    const CaptureOf how{.seconds = 4.0, .seed = 1}, later{.seconds = 4.0, .delay = 40.5, .seed = 2};
    const Music one(23), two(24);
    const Take a = take_of({channel_of(one, how), channel_of(two, how)}, how);
    Take b = take_of({channel_of(one, later), channel_of(two, later)}, later);
    auto& x = b.channels[1];
    x.erase(x.begin() + 100000, x.begin() + 100037);
    x.resize(a.frames(), 0.0);
    check_void(nulled(a, b), "B lacks 37 samples");
}

TEST_CASE("a side that is silent in both is not measured, and the other one is") {
    const Music music(17);
    const CaptureOf how{.seconds = 2.0, .seed = 1};
    const auto sound = channel_of(music, how);
    const Take a = take_of({sound, std::vector<double>(sound.size(), 0.0)}, how);
    const NullOutcome null = nulled(a, a);
    CHECK(null.valid);
    CHECK(says(null, "silent in both"));
    CHECK(the(null, "null", Side::left).scalar().value);
    CHECK(the(null, "null", Side::right).scalar().state == State::not_measured);
}

TEST_CASE("mono against stereo, three channels and 0.1 s of sound are bad input") {
    const CaptureOf how{.seconds = 1.0};
    const auto sound = channel_of(Music(18, 5), how);
    const Take mono = take_of({sound}, how), stereo = take_of({sound, sound}, how);
    const Take three = take_of({sound, sound, sound}, how);
    const Take brief = take_of({std::vector<double>(sound.begin(), sound.begin() + 4800)}, how);
    for (const auto& [a, b] : {std::pair{mono, stereo}, {three, three}, {brief, mono}, {mono, brief}}) {
        const auto null = null_of(a, b, {}, 1, {});
        REQUIRE_FALSE(null.has_value());
        CHECK(null.error().kind == Fault::Kind::bad_input);
    }
}

TEST_CASE("a click of 5 samples in B is pointed at to the sample", "[repeated]") {
    const Music music(19);
    const Take a = capture(music, {.seconds = 12.0, .seed = 1});
    Take b = capture(music, {.seconds = 12.0, .delay = 100.0, .seed = 2});
    for (std::size_t n = 0; n < 5; ++n) b.channels[0][300000 + n] += 0.5;
    const NullOutcome null = nulled(a, b);
    CHECK(null.valid);
    CHECK(says(null, "5 samples of B at sample 300000 of B"));
}

namespace {

/// A sweep from 20 Hz to 18 kHz in 3 s behind a first-order high-pass: at rest 0.3 s before and after.
double swept(double t, double corner_hz) {
    constexpr double duration = 3.0, rate = duration / 6.8024;  // ln(18000 / 20) = 6.8024
    if (t < 0.0 || t > duration) return 0.0;
    const double f = 20.0 * std::exp(t / rate);
    const std::complex<double> s(0.0, f / corner_hz), h = s / (1.0 + s);
    const double fade = std::min({1.0, t / 0.1, (duration - t) / 0.02});
    return 0.3 * fade * std::abs(h) *
           std::sin(2.0 * std::numbers::pi * 20.0 * rate * std::exp(t / rate) + std::arg(h));
}

/// The same sweep from this side, and 3.5 s later 40 dB below it from the other one.
Take sweeps(double corner_hz, double delay, unsigned seed) {
    Take out = capture(Music(22, 0), {.seconds = 7.5, .seed = seed});
    for (std::size_t n = 0; n < out.frames(); ++n) {
        const double t = (static_cast<double>(n) - delay) / 48000.0;
        out.channels[0][n] += swept(t - 0.3, corner_hz) + 0.01 * swept(t - 3.8, corner_hz);
    }
    return out;
}

}  // namespace

TEST_CASE("a corner at 20 instead of 5 Hz turns a sweep's phase by 40 degrees, and is no lost sample") {
    const NullOutcome null = nulled(sweeps(5.0, 0.0, 1), sweeps(20.0, 601.5, 2));
    REQUIRE(null.valid);
    CHECK(figure(null, "delay_samples") == Approx(601.5).margin(0.5));
    CHECK(*the(null, "null_linear").scalar().value == Approx(*the(null, "null").scalar().value).margin(0.5));
}

TEST_CASE("a steady tone repeats itself, so that its delay is one of several") {
    Take a = take_of({std::vector<double>(96000)}, {}), b = a;
    for (std::size_t n = 0; n < 96000; ++n) {
        a.channels[0][n] = 0.3 * std::sin(2.0 * std::numbers::pi * 997.0 / 48000.0 * static_cast<double>(n));
        b.channels[0][n] =
            0.2 * std::sin(2.0 * std::numbers::pi * 997.0 / 48000.0 * (static_cast<double>(n) - 5.0));
    }
    const NullOutcome null = nulled(a, b);
    CHECK(null.valid);
    CHECK(says(null, "repeats itself"));
    CHECK(figure(null, "gain_db") == Approx(AmplitudeRatio{2.0 / 3.0}.decibels()).margin(1e-5));
}

TEST_CASE("noise that four regressors explain by chance in 40 bins is told as 0, within its u, 400 times") {
    std::mt19937_64 random(3);
    std::normal_distribution<double> one(0.0, 1.0);
    double sum = 0.0, squares = 0.0, variance = 0.0;
    constexpr int times = 400;
    for (int run = 0; run < times; ++run) {
        std::array<BandProducts, 2> halves;
        for (BandProducts& half : halves)
            for (int bin = 0; bin < 40; ++bin) {
                std::array<std::complex<double>, 5> q;
                for (auto& v : q) v = {one(random), one(random)};
                const std::complex<double> r(one(random), one(random));
                for (std::size_t i = 0; i < 5; ++i) {
                    for (std::size_t k = i; k < 5; ++k) half.gram[i][k] += std::conj(q[i]) * q[k];
                    half.with[i] += std::conj(q[i]) * r;
                }
                half.residual += std::norm(r);
                ++half.count;
            }
        const Explained e = explained(halves[0], halves[1], {1, 2, 3, 4});
        sum += e.power / times, squares += e.power * e.power / times, variance += e.variance / times;
    }
    // 160 of noise in 80 bins; one half about itself would take 8 of it.
    CHECK(sum == Approx(0.0).margin(4.0 * std::sqrt(squares / times)));
    CHECK(std::sqrt(squares) == Approx(std::sqrt(variance)).epsilon(0.25));
}

TEST_CASE("the null is the same to the last bit on one thread and on three") {
    const Music music(20);
    const Take a = capture(music, {.seconds = 5.0, .seed = 1});
    const Take b = capture(music, {.seconds = 5.0, .ppm = 3.0, .delay = 7.7, .cubic = 0.01, .seed = 2});
    std::vector<std::string> texts;
    for (const unsigned threads : {1U, 3U}) {
        NullRecord record;
        record.readings = nulled(a, b, {}, threads).readings;
        texts.push_back(to_json(record));
    }
    CHECK(texts[0] == texts[1]);
}

TEST_CASE("the null pair of the truth kit: 1e-5 dB, 3e-5 samples, 2e-4 ppm, 0.03 dB of residual") {
    const auto folder = shared("truth/captures");
    if (absent(folder)) return;
    const auto a = read_take(folder / "null_a.wav"), b = read_take(folder / "null_b.wav");
    REQUIRE(a.has_value());
    REQUIRE(b.has_value());
    const NullOutcome null = nulled(*a, *b);
    REQUIRE(null.valid);
    // From its manifest.
    CHECK(figure(null, "gain_db") == Approx(-0.13655089442536156).margin(1e-5));
    CHECK(figure(null, "delay_samples") == Approx(17.3125).margin(3e-5));
    CHECK(figure(null, "ppm") == Approx(2.75).margin(2e-4));
    CHECK(figure(null, "residual_db") == Approx(-76.96280874451432).margin(0.03));
}
