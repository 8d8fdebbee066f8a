// SPDX-License-Identifier: GPL-3.0-or-later
// A file of tones, whose value at any time is known, played by a clock that differs and through a pole.
#include "rig/measure/recorded_track.hpp"
#include "rig/capture/take_file.hpp"
#include "rig/files/write_atomic.hpp"
#include "rig/measure/measure.hpp"
#include "rig/units.hpp"
#include "tests/catch.hpp"
#include "tests/scratch_run.hpp"

#include <cmath>
#include <complex>
#include <numbers>
#include <random>

using namespace fourpole;

namespace {

constexpr double pi = std::numbers::pi, rate = 16000.0, length_s = 4.0, start_s = 0.4, t0 = 3777.3;
constexpr double pole_hz = 1500.0, noise_rms = 3e-5;

struct Swell {
    double hz, amplitude, phase, from_s;
};

/// Tones that swell up and die away in 0.8 s each: music whose pace can be told.
std::vector<Swell> lines() {
    std::mt19937 random(5);
    std::uniform_real_distribution<double> any(0.0, 1.0);
    std::vector<Swell> out;
    for (int i = 0; i < 300; ++i)
        out.push_back({60.0 * std::exp2(6.6 * any(random)), 0.02, 2.0 * pi * any(random),
                       (length_s - 0.8) * any(random)});
    return out;
}

/// The file at v seconds of its own, each tone as the pole passes it.
double value(const std::vector<Swell>& all, double v, bool through_pole) {
    double sum = 0.0;
    for (const Swell& l : all) {
        const double t = v - l.from_s;
        if (t <= 0.0 || t >= 0.8) continue;
        // sin^2 of the swell is three lines; so slow that the pole passes them alike to 1e-3, and that is
        // what it is evaluated by.
        const std::complex<double> low(0.0, 2.0 * pi / 0.8);
        const auto h = [&](double hz) {
            return through_pole ? 1.0 / std::complex<double>(1.0, hz / pole_hz) : std::complex<double>(1.0);
        };
        const std::complex<double> wave = std::polar(l.amplitude, 2.0 * pi * l.hz * t + l.phase);
        const double beside = 1.0 / 0.8;
        sum += (0.5 * h(l.hz) * wave - 0.25 * h(l.hz + beside) * wave * std::exp(low * t) -
                0.25 * h(l.hz - beside) * wave * std::exp(-low * t))
                   .imag();
    }
    return sum;
}

std::string file_of(const Scratch& scratch) {
    const auto all = lines();
    Take take;
    take.rate_hz = rate;
    take.bits = 32;
    take.floating_point = true;
    take.channels.resize(1);
    for (double n = 0.0; n < length_s * rate; ++n) take.channels[0].push_back(value(all, n / rate, false));
    const std::string path = (scratch.path() / "tones.wav").string();
    REQUIRE(write_atomic(path, *sound_bytes(take, SoundCoding::wav)).has_value());
    return path;
}

Programme programme_of(const std::string& path) {
    Programme out;
    out.sample_rate_hz = rate;
    out.length_s = 5.0;
    out.events.push_back({FileEvent{start_s, path, 1.0}, {{true, false}}});
    return out;
}

Recording recorded(double ppm, unsigned seed = 1) {
    const auto all = lines();
    std::mt19937 random(seed);
    std::normal_distribution<double> noise(0.0, noise_rms);
    const Clock clock{rate, t0, ppm};
    Recording out;
    out.rate_hz = rate;
    for (double n = 0.0; n < 5.5 * rate; ++n) {
        out.samples[Side::left].push_back(0.8 * value(all, clock.u_at(n) - start_s, true) + noise(random));
        out.samples[Side::right].push_back(noise(random));
    }
    return out;
}

Discontinuity only_break(const Scratch& scratch, const Recording& recording) {
    const auto track = track_recorded(recording, programme_of(file_of(scratch)), false, 1e-7);
    REQUIRE(track.has_value());
    REQUIRE(track->breaks.events.size() == 1);
    return track->breaks.events.front();
}

void cut(Recording& recording, std::ptrdiff_t at, std::ptrdiff_t count) {
    for (const Side s : sides) {
        auto& x = recording.samples[s];
        x.erase(x.begin() + at, x.begin() + at + count);
    }
}

}  // namespace

TEST_CASE("a file's own pace is known to 1e-2 ppm and 4 u at 0, 64, -300 and 1500 ppm, behind a pole",
          "[repeated]") {
    const Scratch scratch;
    const Programme programme = programme_of(file_of(scratch));
    for (const double ppm : {0.0, 64.0, -300.0, 1500.0}) {
        const auto track = track_recorded(recorded(ppm), programme, false, 1e-7);
        REQUIRE(track.has_value());
        INFO(ppm << " ppm");
        CHECK(track->breaks.events.empty());
        REQUIRE(track->knows_pace());
        CHECK(track->pace->u_ppm < 1e-2);
        CHECK(std::abs(track->pace->ppm - ppm) < 4.0 * track->pace->u_ppm);
        CHECK(track->clock.ppm == track->pace->ppm);
        CHECK(std::abs(track->clock.start - t0) < 3.0);
    }
}

TEST_CASE(
    "the response of a pole by a file played 64 ppm fast is within 5 u and 0.2 dB, and the take valid") {
    const Scratch scratch;
    const Recording recording = recorded(64.0);
    Take take;
    take.rate_hz = rate;
    take.bits = 32;
    take.floating_point = true;
    for (const Side s : sides) take.channels.push_back(recording.samples[s]);
    const auto read = measure(take, programme_of(file_of(scratch)), false);
    REQUIRE(read.has_value());
    CHECK(read->valid);
    std::size_t points = 0;
    double worst = 0.0, worst_u = 0.0;
    for (const Reading& r : read->readings)
        if (r.name == "response" && r.side == Side::left)
            for (const Point& p : r.points)
                if (p.state == State::exact && *p.at > 80.0 && *p.at < 5000.0) {
                    const double truth =
                        AmplitudeRatio{0.8 / std::abs(std::complex<double>(1.0, *p.at / pole_hz))}.decibels();
                    ++points;
                    worst = std::max(worst, std::abs(*p.value - truth));
                    worst_u = std::max(worst_u, std::abs(*p.value - truth) / *p.u);
                }
    CHECK(points > 50);
    CHECK(worst < 0.2);
    CHECK(worst_u < 5.0);
}

TEST_CASE("37 frames lost in a file at -64 ppm are 37 frames at their sample, as one frame is",
          "[repeated]") {
    const Scratch scratch;
    for (const std::ptrdiff_t count : {37, 1}) {
        Recording recording = recorded(-64.0);
        cut(recording, 40001, count);
        const Discontinuity d = only_break(scratch, recording);
        CHECK(d.kind == Discontinuity::Kind::lost);
        CHECK(d.count == count);
        const auto [first, last] = d.between.value_or(std::pair{d.at_sample, d.at_sample});
        CHECK((first <= 40001 && 40001 <= last && last - first <= 4));
    }
}

TEST_CASE("in a file a block that stands twice is repeated, zeros are inserted or stand for what they hide",
          "[repeated]") {
    const Scratch scratch;
    Recording twice = recorded(30.0), more = twice, hidden = twice;
    for (const Side s : sides) {
        auto &x = twice.samples[s], &y = more.samples[s], &z = hidden.samples[s];
        const std::vector<double> block(x.begin() + 39937, x.begin() + 40001);
        x.insert(x.begin() + 40001, block.begin(), block.end());
        y.insert(y.begin() + 40001, 200, 0.0);
        std::fill(z.begin() + 40001, z.begin() + 40201, 0.0);
    }
    const Discontinuity a = only_break(scratch, twice), b = only_break(scratch, more),
                        c = only_break(scratch, hidden);
    CHECK(a.kind == Discontinuity::Kind::repeated);
    CHECK((a.count == 64 && a.at_sample == 40001));
    CHECK(b.kind == Discontinuity::Kind::inserted);
    CHECK((b.count == 200 && b.at_sample == 40001));
    CHECK(c.kind == Discontinuity::Kind::zeroed);
    CHECK((c.count == 200 && c.at_sample == 40001));
}

TEST_CASE("a single sweep in a file tells no pace: its delay may be the device's") {
    std::vector<double> x;
    for (double n = 0.0; n < 3.0 * rate; ++n)
        x.push_back(0.5 * std::sin(2.0 * pi * 40.0 * 0.6 * std::exp(n / rate / 0.6)));
    x.resize(x.size() + 16000, 0.0);
    const RecordedPath path{x, x};
    const auto pace = recorded_pace({&path, 1}, Clock{rate, 0.0, 0.0});
    REQUIRE(pace.has_value());
    CHECK_FALSE(pace->known());
}
