// SPDX-License-Identifier: GPL-3.0-or-later
// Files with pauses, as speech has them, and of single tones one after the other, whose value at any time is
// known: what was lost in them, and what was not.
#include "rig/capture/take_file.hpp"
#include "rig/files/write_atomic.hpp"
#include "rig/measure/recorded_track.hpp"
#include "tests/catch.hpp"
#include "tests/scratch_run.hpp"

#include <cmath>
#include <functional>
#include <numbers>
#include <random>

using namespace fourpole;

namespace {

constexpr double pi = std::numbers::pi, rate = 16000.0, length_s = 4.0, start_s = 0.4, t0 = 3777.3;

using Wave = std::function<double(double)>;

/// Syllables of 0.2 s, each of 14 harmonics of its own pitch, 0.15 s of nothing behind each.
double syllables(double t) {
    const double k = std::floor(t / 0.35), v = t - 0.35 * k;
    if (t < 0.0 || t >= length_s || v >= 0.2) return 0.0;
    const double pitch = 110.0 + 17.0 * std::fmod(7.0 * k, 11.0);
    double sum = 0.0;
    for (int h = 1; h <= 14; ++h) sum += std::sin(2.0 * pi * pitch * h * v + h * h + k) / std::sqrt(h);
    return 0.1 * sum * std::pow(std::sin(pi * v / 0.2), 2);
}

/// Six single tones, one after the other, the highest of a period of 2.7 samples.
double tones(double t) {
    constexpr double hz[] = {431.0, 3301.0, 149.0, 5907.0, 811.0, 2203.0};
    if (t < 0.0 || t >= length_s) return 0.0;
    const auto k = static_cast<std::size_t>(t / (length_s / 6.0));
    const double v = t - static_cast<double>(k) * length_s / 6.0;
    return v < 0.6 ? 0.4 * std::sin(2.0 * pi * hz[k] * v) * std::pow(std::sin(pi * v / 0.6), 2) : 0.0;
}

Recording recorded(const Wave& wave, double ppm, double wander_s = 0.0) {
    std::mt19937 random(3);
    std::normal_distribution<double> noise(0.0, 2e-5);
    const Clock clock{rate, t0, ppm};
    Recording out;
    out.rate_hz = rate;
    for (double n = 0.0; n < 5.0 * rate; ++n) {
        const double u = clock.u_at(n) - start_s;
        const double x = wave(u + wander_s * std::sin(2.0 * pi * 0.5 * u));
        out.samples[Side::left].push_back(0.8 * x + noise(random));
        out.samples[Side::right].push_back(noise(random));
    }
    return out;
}

RecordedTrack track_of(const Scratch& scratch, const Wave& wave, const Recording& recording) {
    Take take;
    take.rate_hz = rate;
    take.bits = 32;
    take.floating_point = true;
    take.channels.resize(1);
    for (double n = 0.0; n < length_s * rate; ++n) take.channels[0].push_back(wave(n / rate));
    const std::string path = (scratch.path() / "file.wav").string();
    REQUIRE(write_atomic(path, *sound_bytes(take, SoundCoding::wav)).has_value());
    Programme programme;
    programme.sample_rate_hz = rate;
    programme.length_s = 5.0;
    programme.events.push_back({FileEvent{start_s, path, 1.0}, {{true, false}}});
    const auto track = track_recorded(recording, programme, false, 1e-7);
    REQUIRE(track.has_value());
    REQUIRE(track->found);
    return *track;
}

void cut(Recording& recording, std::ptrdiff_t at, std::ptrdiff_t count) {
    for (const Side s : sides) {
        auto& x = recording.samples[s];
        x.erase(x.begin() + at, x.begin() + at + count);
    }
}

bool may_be_at(const Discontinuity& d, std::int64_t at) {
    const auto [first, last] = d.between.value_or(std::pair{d.at_sample, d.at_sample});
    return first <= at && at <= last;
}

/// The capture sample of u seconds of the file at 50 ppm.
std::ptrdiff_t sample_of(double u) { return std::lround(Clock{rate, t0, 50.0}.sample_at(u + start_s)); }

}  // namespace

TEST_CASE("441 frames lost in a syllable are 441 at their sample, in a pause within 0.3 s") {
    const Scratch scratch;
    const std::ptrdiff_t syllable = sample_of(4 * 0.35 + 0.1), pause = sample_of(6 * 0.35 + 0.21);
    for (const std::ptrdiff_t at : {syllable, pause}) {
        Recording recording = recorded(syllables, 50.0);
        cut(recording, at, 441);
        const auto track = track_of(scratch, syllables, recording);
        REQUIRE(track.breaks.events.size() == 1);
        const Discontinuity& d = track.breaks.events[0];
        CHECK(d.kind == Discontinuity::Kind::lost);
        CHECK((d.count == 441 && d.u_count == 0.0 && !d.modulo_samples));
        CHECK(may_be_at(d, at));
        if (at == syllable)
            CHECK((!d.between || d.between->second - d.between->first < 8));
        else
            CHECK((d.between && d.between->second - d.between->first < 4800));
    }
}

TEST_CASE("0.3 s lost in a file of syllables are counted exactly, and so are 13,000 frames inserted",
          "[repeated]") {
    const Scratch scratch;
    const std::ptrdiff_t at = sample_of(5 * 0.35 + 0.08);
    Recording less = recorded(syllables, 50.0), more = less;
    cut(less, at, 4800);
    for (const Side s : sides) more.samples[s].insert(more.samples[s].begin() + at, 13000, 1e-3);
    const auto lost = track_of(scratch, syllables, less), inserted = track_of(scratch, syllables, more);
    REQUIRE(lost.breaks.events.size() == 1);
    CHECK((lost.breaks.events[0].kind == Discontinuity::Kind::lost && lost.breaks.events[0].count == 4800));
    CHECK(may_be_at(lost.breaks.events[0], at));
    REQUIRE(inserted.breaks.events.size() == 1);
    CHECK(inserted.breaks.events[0].kind == Discontinuity::Kind::inserted);
    CHECK(inserted.breaks.events[0].count == 13000);
    CHECK(may_be_at(inserted.breaks.events[0], at));
}

TEST_CASE("tones one after the other at 50 ppm have no break and no clock that is off by more than 4 u") {
    const Scratch scratch;
    const auto track = track_of(scratch, tones, recorded(tones, 50.0));
    CHECK(track.breaks.events.empty());
    CHECK(track.breaks.torn == 0);
    CHECK(std::abs(track.clock.ppm - 50.0) < 200.0);
    if (track.knows_pace()) CHECK(std::abs(track.pace->ppm - 50.0) < 4.0 * track.pace->u_ppm);
}

TEST_CASE("a clock that wanders by 30 us loses no frame in a file of syllables, and one frame lost is one",
          "[repeated]") {
    const Scratch scratch;
    Recording recording = recorded(syllables, 50.0, 3e-5);
    CHECK(track_of(scratch, syllables, recording).breaks.events.empty());
    recording = recorded(syllables, 50.0);
    cut(recording, sample_of(4 * 0.35 + 0.1), 1);
    const auto track = track_of(scratch, syllables, recording);
    REQUIRE(track.breaks.events.size() == 1);
    CHECK(track.breaks.events[0].count == 1);
    CHECK(may_be_at(track.breaks.events[0], sample_of(4 * 0.35 + 0.1)));
}

TEST_CASE("20 ms of a syllable that are something else are told, though nothing is missing") {
    const Scratch scratch;
    Recording recording = recorded(syllables, 50.0);
    const auto at = static_cast<std::size_t>(sample_of(4 * 0.35 + 0.08));
    for (std::size_t i = 0; i < 320; ++i)
        recording.samples[Side::left][at + i] = 0.05 * std::sin(1.1 * static_cast<double>(i));
    const auto track = track_of(scratch, syllables, recording);
    CHECK(track.breaks.events.empty());
    CHECK(track.breaks.torn > 0);
}
