// SPDX-License-Identifier: GPL-3.0-or-later
// The null of captures whose clocks wander against each other, and of such in which samples were zeroed.
#include "rig/null/null.hpp"
#include "rig/null/wander_track.hpp"
#include "rig/null/zeroed.hpp"
#include "rig/units.hpp"
#include "tests/null_pairs.hpp"
#include "tests/shared_data.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <random>
#include <tuple>

using namespace fourpole;

namespace {

constexpr double turn = 2.0 * std::numbers::pi;
constexpr double rate_hz = 48000.0, noise = 1e-5;

const Reading& the(const NullOutcome& null, const char* name) {
    for (const Reading& r : null.readings)
        if (r.name == name) return r;
    FAIL("no reading " << name);
    return null.readings.front();
}

bool says(const NullOutcome& null, const std::string& words) {
    return std::any_of(null.reasons.begin(), null.reasons.end(),
                       [&](const std::string& r) { return r.find(words) != std::string::npos; });
}

NullOutcome nulled(const Take& a, const Take& b) {
    auto out = null_of(a, b, {}, 2, {});
    REQUIRE(out.has_value());
    return std::move(*out);
}

/// Music whose clock is `late(t)` seconds late.
template <typename Played>
Take played(const Played& music, double seconds, unsigned seed, const std::function<double(double)>& late,
            double cubic = 0.0) {
    std::mt19937_64 random(seed);
    std::normal_distribution<double> hiss(0.0, noise);
    std::vector<double> x(static_cast<std::size_t>(seconds * rate_hz));
    for (std::size_t n = 0; n < x.size(); ++n) {
        const double t = static_cast<double>(n) / rate_hz, y = music.at(t - late(t));
        x[n] = y + cubic * y * y * y + hiss(random);
    }
    return take_of({x}, {.bits = 64});
}

/// What the noise of both leaves, in dB re A: white to 24 kHz, heard to 20 kHz.
double noise_db(const Take& a) {
    double power = 0.0;
    for (const double v : a.channels[0]) power += v * v;
    power /= static_cast<double>(a.frames());
    return AmplitudeRatio{std::sqrt(2.0 * noise * noise * (20.0 - 0.02) / 24.0 / power)}.decibels();
}

Music dense(unsigned seed) { return Music(seed, 24); }

/// Music above 3 kHz that sounds in the first second only, over what is below all the time.
struct HighAtFirst {
    Music low, high;

    explicit HighAtFirst(unsigned seed) : low(dense(seed)), high(low) {
        std::erase_if(low.partials, [](const Music::Partial& p) { return p.hz >= 3000.0; });
        std::erase_if(high.partials, [](const Music::Partial& p) { return p.hz < 3000.0; });
    }
    double at(double t) const {
        const double swell = t > 0.0 && t < 1.0 ? std::sin(0.5 * turn * t) : 0.0;
        return low.at(t) + (swell > 0.0 ? swell * swell * high.at(t) : 0.0);
    }
};

/// PassingNotes at any time.
struct Notes : PassingNotes {
    using PassingNotes::PassingNotes;
    double at(double t) const {
        double sum = 0.0;
        for (const Note& note : notes) {
            const double v = t - note.from_s;
            if (v <= 0.0 || v >= note.for_s) continue;
            const double swell = std::sin(0.5 * turn * v / note.for_s);
            sum += note.amplitude * swell * swell * std::sin(turn * note.hz * v + note.phase);
        }
        return sum;
    }
};

/// A sum of random steps, averaged over `over_s` twice, without its straight line, of `rms_s`.
std::function<double(double)> walk_of(unsigned seed, double seconds, double over_s, double rms_s) {
    std::mt19937_64 random(seed);
    std::normal_distribution<double> step(0.0, 1.0);
    const auto count = static_cast<std::size_t>(seconds * rate_hz) + 1;
    std::vector<double> x(count);
    for (std::size_t n = 1; n < count; ++n) x[n] = x[n - 1] + step(random);
    const auto over = std::max<std::size_t>(1, static_cast<std::size_t>(over_s * rate_hz));
    for (int twice = 0; twice < 2; ++twice) {
        std::vector<double> sums(count + 1, 0.0);
        for (std::size_t n = 0; n < count; ++n) sums[n + 1] = sums[n] + x[n];
        for (std::size_t n = 0; n < count; ++n) {
            const std::size_t from = n - std::min(n, over / 2), to = std::min(count, from + over);
            x[n] = (sums[to] - sums[from]) / static_cast<double>(to - from);
        }
    }
    double sum = 0.0, along = 0.0, square = 0.0, rest = 0.0;
    const double centre = 0.5 * static_cast<double>(count - 1);
    for (std::size_t n = 0; n < count; ++n) {
        const double t = static_cast<double>(n) - centre;
        sum += x[n] / static_cast<double>(count), along += t * x[n], square += t * t;
    }
    for (std::size_t n = 0; n < count; ++n)
        x[n] -= sum + along / square * (static_cast<double>(n) - centre), rest += x[n] * x[n];
    for (double& v : x) v *= rms_s / std::sqrt(rest / static_cast<double>(count));
    return [x](double t) {
        return x[std::min(x.size() - 1, static_cast<std::size_t>(std::max(0.0, t * rate_hz + 0.5)))];
    };
}

double rms_of_sine(double peak) { return peak / std::numbers::sqrt2; }

}  // namespace

TEST_CASE("a spline through a sine of 10 Hz every 10.4 ms misses it by less than 0.1 %, between its ends") {
    constexpr double apart = 500.0, w = turn * 10.0 / rate_hz;
    std::vector<double> delays;
    for (int k = 0; k < 60; ++k) delays.push_back(std::sin(w * (100.0 + apart * k)));
    const WanderTrack track(100.0, apart, delays);
    double most = 0.0;
    for (double m = track.from(); m <= track.to(); m += 7.0)
        most = std::max(most, std::abs(track.at(m) - std::sin(w * m)));
    CHECK(most < 1e-3);
    CHECK(track.at(100.0) == Approx(delays.front()).margin(1e-12));
    CHECK(track.at(-1e6) == Approx(delays.front()).margin(1e-12));
    CHECK(track.at(100.0 + 17.0 * apart) == Approx(delays[17]).margin(1e-12));
}

TEST_CASE("a clock that wanders by 1 us at 10 Hz or 30 us at 2 Hz is followed to 2 %, and leaves the noise") {
    const Music music = dense(31);
    const Take a = played(music, 3.0, 1, [](double) { return 0.0; });
    struct Swing {
        double peak_s, hz;
    };
    for (const Swing& s : {Swing{1e-6, 10.0}, Swing{30e-6, 2.0}}) {
        INFO(s.peak_s << " s at " << s.hz << " Hz");
        const NullOutcome null =
            nulled(a, played(music, 3.0, 2, [&](double t) { return s.peak_s * std::sin(turn * s.hz * t); }));
        for (const std::string& r : null.reasons) UNSCOPED_INFO(r);
        REQUIRE(null.valid);
        CHECK(says(null, "wander"));
        CHECK(*the(null, "null").scalar().value == Approx(noise_db(a)).margin(1.0));
        const Reading& wander = the(null, "null_wander");
        CHECK(wander.scalar().state == State::exact);
        CHECK(detail<double>(wander, "rms_s") == Approx(rms_of_sine(s.peak_s)).epsilon(0.02));
        for (const char* part : {"null_linear", "null_nonlinear"})
            CHECK(the(null, part).scalar().state == State::at_most);
    }
}

TEST_CASE("octaves that sound in a third of the time do not take the wander of it for their own") {
    // Half a period in the first second, which is never below 0: its mean there is 20 us 2 / pi.
    const HighAtFirst music(34);
    const Take a = played(music, 3.0, 1, [](double) { return 0.0; });
    const NullOutcome null =
        nulled(a, played(music, 3.0, 2, [](double t) { return 2e-5 * std::sin(turn * 0.5 * t); }));
    for (const std::string& r : null.reasons) UNSCOPED_INFO(r);
    REQUIRE(null.valid);
    CHECK(*the(null, "null").scalar().value == Approx(noise_db(a)).margin(1.0));
}

TEST_CASE("wander of 100 us at 4 Hz is no lost sample, and no distortion", "[repeated]") {
    const Music music = dense(32);
    const Take a = played(music, 4.0, 1, [](double) { return 0.0; });
    const NullOutcome null =
        nulled(a, played(music, 4.0, 2, [](double t) { return 1e-4 * std::sin(turn * 4.0 * t); }));
    for (const std::string& r : null.reasons) UNSCOPED_INFO(r);
    REQUIRE(null.valid);
    CHECK(detail<double>(the(null, "null_wander"), "rms_s") == Approx(rms_of_sine(1e-4)).epsilon(0.02));
    CHECK(*the(null, "null").scalar().value < noise_db(a) + 6.0);
    CHECK(the(null, "null_nonlinear").scalar().state == State::at_most);
}

TEST_CASE("a cubic of 10 % beside wander of 10 us is told to 1 dB, or as a bound above it", "[repeated]") {
    const Music music = dense(33);
    const Take a = played(music, 4.0, 1, [](double) { return 0.0; });
    const auto swing = [](double t) { return 1e-5 * std::sin(turn * 3.0 * t); };
    const NullOutcome null = nulled(a, played(music, 4.0, 2, swing, 0.1));
    for (const std::string& r : null.reasons) UNSCOPED_INFO(r);
    REQUIRE(null.valid);
    // What a gain does not take away of 0.1 x^3, by hand.
    double xx = 0.0, xxxx = 0.0, six = 0.0;
    for (const double x : a.channels[0]) xx += x * x, xxxx += x * x * x * x, six += std::pow(x, 6);
    const double truth = AmplitudeRatio{0.1 * std::sqrt((six - xxxx * xxxx / xx) / xx)}.decibels();
    const Point told = the(null, "null_nonlinear").scalar();
    if (told.state == State::exact)
        CHECK(*told.value == Approx(truth).margin(1.0));
    else
        CHECK(*told.value > truth);
    CHECK(*the(null, "null").scalar().value == Approx(truth).margin(1.0));
}

TEST_CASE("clocks that keep their line are not followed, four seeds of four: wander has a bound") {
    for (unsigned seed = 41; seed < 45; ++seed) {
        INFO(seed);
        const Music music = dense(seed);
        const Take a = played(music, 2.0, seed, [](double) { return 0.0; });
        const NullOutcome null = nulled(a, played(music, 2.0, seed + 100, [](double) { return 3e-4; }));
        for (const std::string& r : null.reasons) UNSCOPED_INFO(r);
        REQUIRE(null.valid);
        CHECK(null.reasons.empty());
        const Point wander = the(null, "null_wander").scalar();
        CHECK(wander.state == State::at_most);
        CHECK(*wander.value < noise_db(a) - 10.0);
    }
}

TEST_CASE("60 or 5 zeroed frames of B or of A void the null, with index, count and kind") {
    const Music music = dense(51);
    const Take whole = played(music, 2.0, 1, [](double) { return 0.0; });
    const Take later = played(music, 2.0, 2, [](double) { return 100.0 / rate_hz; });
    struct Hole {
        std::size_t at, count;
        bool in_a;
    };
    for (const Hole& hole : {Hole{40001, 60, false}, Hole{50007, 5, false}, Hole{30000, 60, true}}) {
        INFO(hole.at << " " << hole.count << " " << hole.in_a);
        Take a = whole, b = later;
        auto& x = (hole.in_a ? a : b).channels[0];
        std::fill_n(x.begin() + static_cast<std::ptrdiff_t>(hole.at), hole.count, 0.0);
        const NullOutcome null = nulled(a, b);
        CHECK_FALSE(null.valid);
        CHECK(says(null, hole.in_a ? "zeroed in A" : "zeroed in B"));
        CHECK_FALSE(the(null, "null").scalar().value);
        const auto events = detail<std::vector<Discontinuity>>(the(null, "discontinuity"), "events");
        REQUIRE(events.size() == 1);
        CHECK(events[0].kind == Discontinuity::Kind::zeroed);
        CHECK(events[0].count == static_cast<std::int64_t>(hole.count));
        CHECK(events[0].at_sample == static_cast<std::int64_t>(hole.at + (hole.in_a ? 100 : 0)));
    }
}

TEST_CASE("one second zeroed is one hole, and 700 zeros put in are inserted") {
    const Music music = dense(52);
    const Take a = played(music, 4.0, 1, [](double) { return 0.0; });
    Take b = played(music, 4.0, 2, [](double) { return 100.0 / rate_hz; });
    auto& x = b.channels[0];
    Take longer = b;
    std::fill_n(x.begin() + 70000, 48000, 0.0);
    const NullOutcome zeroed = nulled(a, b);
    CHECK_FALSE(zeroed.valid);
    CHECK(says(zeroed, "B holds 48000 zeros at sample 70000 of B"));
    CHECK(zeroed.reasons.size() == 1);
    longer.channels[0].insert(longer.channels[0].begin() + 90000, 700, 0.0);
    const NullOutcome inserted = nulled(a, longer);
    CHECK_FALSE(inserted.valid);
    CHECK(says(inserted, "B has 700 samples more than A, at sample 90000"));
}

TEST_CASE("zeros where the other capture is quieter than what is left beside them are no hole") {
    const Music music = dense(53);
    const auto silenced = [](double) { return 0.0; };
    Take a = played(music, 2.0, 1, silenced), b = played(music, 2.0, 2, silenced);
    std::mt19937_64 random(7);
    std::normal_distribution<double> hiss(0.0, noise);
    for (std::size_t n = 30000; n < 60000; ++n) {
        a.channels[0][n] = hiss(random);
        b.channels[0][n] = n < 40000 || n >= 50000 ? hiss(random) : 0.0;
    }
    const NullOutcome null = nulled(a, b);
    CHECK(null.valid);
    CHECK_FALSE(says(null, "zeros"));
}

TEST_CASE("runs of 4 zeros and more are found across pieces, and those at either end are none") {
    ZeroRuns zeros;
    for (const std::vector<double>& piece : {std::vector<double>{0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0},
                                             {0, 0, 1, -0.0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0}})
        zeros.add(piece);
    const auto runs = zeros.runs();
    REQUIRE(runs.size() == 2);
    CHECK(runs[0].at == 10);
    CHECK(runs[0].count == 4);
    CHECK(runs[1].at == 15);
    CHECK(runs[1].count == 5);
}

TEST_CASE("300 us at 2 Hz among passing notes are followed by their course, and the parts have bounds",
          "[repeated]") {
    const Notes notes(64, 4.0);
    const Take a = played(notes, 4.0, 1, [](double) { return 0.0; });
    const NullOutcome null =
        nulled(a, played(notes, 4.0, 2, [](double t) { return 3e-4 * std::sin(turn * 2.0 * t); }));
    for (const std::string& r : null.reasons) UNSCOPED_INFO(r);
    REQUIRE(null.valid);
    CHECK(*the(null, "null").scalar().value < -40.0);
    for (const char* part : {"null_linear", "null_nonlinear", "null_noise"})
        CHECK(the(null, part).scalar().state == State::at_most);
}

TEST_CASE("walks of 166 us rms with steps of 50 ms are followed to 6 dB of the noise, no sample is lost",
          "[repeated]") {
    struct Walk {
        unsigned music, walk;
        double seconds;
    };
    for (const Walk& w : {Walk{62, 7, 4.0}, Walk{68, 6, 3.0}}) {
        INFO(w.music);
        const Music music = dense(w.music);
        const Take a = played(music, w.seconds, 1, [](double) { return 0.0; });
        const auto walk = walk_of(w.walk, w.seconds, 0.05, 166e-6);
        const NullOutcome null = nulled(a, played(music, w.seconds, 2, walk));
        for (const std::string& r : null.reasons) UNSCOPED_INFO(r);
        REQUIRE(null.valid);
        CHECK(*the(null, "null").scalar().value < noise_db(a) + 6.0);
        CHECK(the(null, "null_nonlinear").scalar().state == State::at_most);
        CHECK(detail<double>(the(null, "null_wander"), "rms_s") == Approx(166e-6).epsilon(0.05));
    }
}

TEST_CASE(
    "a walk that steps with every sample is said to swing too fast, and what it leaves is no exact noise") {
    const Music music = dense(63);
    const Take a = played(music, 4.0, 1, [](double) { return 0.0; });
    const NullOutcome null = nulled(a, played(music, 4.0, 2, walk_of(8, 4.0, 0.0, 166e-6)));
    for (const std::string& r : null.reasons) UNSCOPED_INFO(r);
    REQUIRE(null.valid);
    CHECK(says(null, "faster than blocks"));
    for (const char* part : {"null_linear", "null_nonlinear", "null_noise"})
        CHECK(the(null, part).scalar().state == State::at_most);
}

TEST_CASE("a clock of 10 us of wander that jumps by 0.8 samples is said to leap there, which is no break") {
    const Music music = dense(64);
    const Take a = played(music, 4.0, 1, [](double) { return 0.0; });
    const auto late = [](double t) {
        return 1e-5 * std::sin(turn * 1.5 * t) + (t > 2.0 ? 0.8 / rate_hz : 0.0);
    };
    const NullOutcome null = nulled(a, played(music, 4.0, 2, late));
    for (const std::string& r : null.reasons) UNSCOPED_INFO(r);
    REQUIRE(null.valid);
    CHECK(says(null, "leaps by 0."));
    CHECK(says(null, "(2.0"));
}

TEST_CASE("under 100 us of wander 37 and 400 lost samples are a count with its u, without it an exact one",
          "[repeated]") {
    for (const auto& [lost, late_us, hz] :
         {std::tuple{37, 100.0, 3.0}, std::tuple{400, 100.0, 2.0}, std::tuple{400, 0.0, 2.0}}) {
        INFO(lost << " lost, " << late_us << " us");
        const Music music = dense(65);
        const Take a = played(music, 4.0, 1, [](double) { return 0.0; });
        Take b = played(music, 4.0, 2, [late = 1e-6 * late_us, f = hz](double t) {
            return late * std::sin(turn * f * t + 0.6);
        });
        auto& x = b.channels[0];
        x.erase(x.begin() + 90000, x.begin() + 90000 + lost);
        const NullOutcome null = nulled(a, b);
        for (const std::string& r : null.reasons) UNSCOPED_INFO(r);
        REQUIRE_FALSE(null.valid);
        const auto events = detail<std::vector<Discontinuity>>(the(null, "discontinuity"), "events");
        REQUIRE(events.size() == 1);
        CHECK(events[0].kind == Discontinuity::Kind::lost);
        CHECK(std::abs(static_cast<double>(events[0].at_sample) - 90000.0) < 10.0);
        if (late_us > 0.0) {
            CHECK(events[0].u_count > 0.5);
            CHECK(std::abs(static_cast<double>(events[0].count) - lost) < 3.0 * events[0].u_count);
            CHECK(says(null, "B lacks about"));
        } else {
            CHECK(events[0].u_count == 0.0);
            CHECK(events[0].count == lost);
        }
    }
}
