// SPDX-License-Identifier: GPL-3.0-or-later
// Captures that are longer than what is held at once: the same figures as of the part that matters.
#include "rig/capture/take_file.hpp"
#include "rig/files/scratch_file.hpp"
#include "rig/flow/conclude.hpp"
#include "rig/flow/read_capture.hpp"
#include "rig/measure/whereabouts.hpp"
#include "rig/null/null.hpp"
#include "rig/report/null_record.hpp"
#include "tests/made_take.hpp"
#include "tests/null_pairs.hpp"
#include "tests/scratch_run.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

using namespace fourpole;

namespace {

/// Some seconds before and behind a take, noise of -90 dBFS as in it.
Take surrounded(const Take& take, double before_s, double behind_s) {
    Take out = take;
    std::mt19937_64 random(9);
    std::normal_distribution<double> noise(0.0, 2.2e-5);
    const auto quiet = [&](double seconds) {
        std::vector<double> x(static_cast<std::size_t>(seconds * take.rate_hz));
        for (double& v : x) v = std::round(std::ldexp(noise(random), 23)) / std::ldexp(1.0, 23);
        return x;
    };
    for (auto& channel : out.channels) {
        const auto first = quiet(before_s), last = quiet(behind_s);
        channel.insert(channel.begin(), first.begin(), first.end());
        channel.insert(channel.end(), last.begin(), last.end());
    }
    return out;
}

/// What is read of a file where no more than `most_frames` are read whole.
Take needed_of(const fs::path& file, const Programme& programme, std::size_t most_frames) {
    auto reader = TakeReader::open(file);
    REQUIRE(reader.has_value());
    auto take = reader->described();
    REQUIRE(take.has_value());
    const auto read = read_needed(
        *reader, programme, nullptr, [](double, const std::string&) {}, *take, most_frames);
    INFO((read ? "" : read.error().what));
    REQUIRE(read.has_value());
    return std::move(*take);
}

constexpr std::size_t short_frames = std::size_t{1} << 18U;

Programme only_tone(double hz, double start_s, double seconds, double length_s) {
    Programme p;
    p.id = "tone";
    p.sample_rate_hz = 48000.0;
    p.length_s = length_s;
    Event e;
    e.what = Tones{start_s, seconds, 0.01, {{hz, 0.5, 0.0}}};
    e.on = {{true, false}};
    p.events.push_back(e);
    return p;
}

/// Peak resident memory of this program so far, MB.
double peak_mb() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024.0;
}

}  // namespace

TEST_CASE("of a capture of 28 s a programme of 7.5 s that begins at 13 s reads as alone, 12 s later") {
    const Scratch scratch;
    const Programme programme = sweep_pair();
    // A second of 48000 samples before the programme and a chirp at 0.1 s: all of it stands on whole samples.
    Take file = surrounded(played(programme, 0.0, 48000.0), 12.0, 8.0);
    REQUIRE(write_take(file, scratch.path() / "long.wav").has_value());
    const Take piece = needed_of(scratch.path() / "long.wav", programme, short_frames);
    CHECK(piece.frames_of_file == 28 * 48000);
    CHECK(piece.frames() == 463200);  // 2 s + 1.02 * 7.5 s
    CHECK(std::abs(static_cast<double>(piece.first_frame) - 12.0 * 48000.0) <= 1.0);
    Take alone = file;
    for (std::size_t c = 0; c < 2; ++c) {
        const auto first = file.channels[c].begin() + static_cast<std::ptrdiff_t>(piece.first_frame);
        alone.channels[c].assign(first, first + 463200);
        CHECK(alone.channels[c] == piece.channels[c]);
    }
    std::vector<double> told;
    const auto of_long = record_of(piece, programme, false, {}, [&](double part) {
        told.push_back(part);
        return true;
    });
    const auto of_short = record_of(alone, programme, false);
    CHECK(told.size() >= 3);
    CHECK(std::is_sorted(told.begin(), told.end()));
    REQUIRE(of_long.has_value());
    REQUIRE(of_short.has_value());
    CHECK(of_long->valid);
    CHECK(of_long->frames == 28 * 48000);
    CHECK(of_long->reasons.front().find("of its 28.0 s the 9.65 s from 12.00 s on were read") !=
          std::string::npos);
    CHECK(detail<double>(reading(of_long->readings, "clock_offset"), "start") ==
          Approx(13.0 * 48000.0).margin(0.01));
    REQUIRE(of_long->readings.size() == of_short->readings.size());
    for (std::size_t i = 0; i < of_long->readings.size(); ++i) {
        const Reading &x = of_long->readings[i], &y = of_short->readings[i];
        REQUIRE(x.points.size() == y.points.size());
        for (std::size_t k = 0; k < x.points.size(); ++k) CHECK(x.points[k].value == y.points[k].value);
    }
}

TEST_CASE("37 samples lost in a long capture are named by their place in the file, 12 s and 230000") {
    const Scratch scratch;
    const Programme programme = sweep_pair();
    Take take = played(programme, 0.0, 48000.0);
    lose(take, 230000, 37);
    Take file = surrounded(take, 12.0, 8.0);
    REQUIRE(write_take(file, scratch.path() / "long.wav").has_value());
    const auto record =
        record_of(needed_of(scratch.path() / "long.wav", programme, short_frames), programme, false);
    REQUIRE(record.has_value());
    CHECK_FALSE(record->valid);
    const auto& broken = reading(record->readings, "discontinuity");
    CHECK(*broken.scalar().value == 37.0);
    const auto events = detail<std::vector<Discontinuity>>(broken, "events");
    REQUIRE(events.size() == 1);
    CHECK(std::abs(events.front().at_sample - (12 * 48000 + 230000)) <= 1);
    CHECK(std::any_of(record->reasons.begin(), record->reasons.end(), [&](const std::string& r) {
        return r.find("at sample " + std::to_string(events.front().at_sample)) != std::string::npos;
    }));
}

TEST_CASE("a tone of 2 s without a marker is found at 9 s of 20, by its level") {
    const Scratch scratch;
    const Programme programme = only_tone(997.0, 0.5, 2.0, 3.0);
    Take take;
    take.rate_hz = 48000.0;
    take.bits = 24;
    take.channels.push_back(render(programme, Side::left, {48000.0, 0.0, 0.0}, 3 * 48000));
    Take file = surrounded(take, 8.5, 8.5);
    REQUIRE(write_take(file, scratch.path() / "tone.wav").has_value());
    const Take piece = needed_of(scratch.path() / "tone.wav", programme, short_frames);
    CHECK(std::abs(static_cast<double>(piece.first_frame) / 48000.0 - 7.5) <= 0.06);
    CHECK(piece.frames() == 242880);  // 2 s + 1.02 * 3 s
    const auto record = record_of(piece, programme, false);
    REQUIRE(record.has_value());
    CHECK(record->valid);
    CHECK(reading(record->readings, "level").points.front().value.has_value());
}

TEST_CASE("what is nowhere in a long capture makes it invalid, and neither markers nor tones is bad input") {
    const Scratch scratch;
    Take quiet;
    quiet.rate_hz = 48000.0;
    quiet.bits = 24;
    quiet.channels.assign(2, {});
    Take file = surrounded(quiet, 22.0, 0.0);
    REQUIRE(write_take(file, scratch.path() / "quiet.wav").has_value());
    const Programme programme = sweep_pair();
    const auto record =
        record_of(needed_of(scratch.path() / "quiet.wav", programme, short_frames), programme, false);
    REQUIRE(record.has_value());
    CHECK_FALSE(record->valid);
    Programme silence = only_tone(997.0, 0.0, 1.0, 2.0);
    silence.events.front().what = Silence{0.0, 2.0};
    auto reader = TakeReader::open(scratch.path() / "quiet.wav");
    REQUIRE(reader.has_value());
    auto take = reader->described();
    REQUIRE(take.has_value());
    const auto refused = read_needed(
        *reader, silence, nullptr, [](double, const std::string&) {}, *take, short_frames);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().kind == Fault::Kind::bad_input);
}

TEST_CASE("of 32 channels only the two that are sides are kept") {
    const Scratch scratch;
    Take take;
    take.rate_hz = 8000.0;
    take.bits = 16;
    take.channels.assign(32, std::vector<double>(8000, 0.0));
    take.channels[29][7] = 0.5, take.channels[3][7] = -0.25;
    take.facts.channels.assign(32, "");
    // Names come in the order of the channels; a list may end before they do.
    take.facts.channels = {"right", "left"};
    REQUIRE(write_take(take, scratch.path() / "many.wav").has_value());
    const Take read = needed_of(scratch.path() / "many.wav", only_tone(997.0, 0.0, 1.0, 1.0), short_frames);
    CHECK(read.channels.size() == 32);
    CHECK(read.frames() == 8000);
    for (std::size_t c = 0; c < 32; ++c) CHECK(read.channels[c].empty() == (c > 1));
}

TEST_CASE("ten minutes of stereo, 460 MB as numbers, are searched within 200 MB more than before",
          "[repeated]") {
    const Scratch scratch;
    const Programme programme = sweep_pair();
    const fs::path file = scratch.path() / "silent.wav";
    {
        // Silence that the disk does not hold: a file of 115 MB with 44 bytes in it.
        Take head;
        head.rate_hz = 48000.0;
        head.bits = 16;
        head.channels.assign(2, std::vector<double>(1, 0.0));
        auto bytes = sound_bytes(head, SoundCoding::wav);
        REQUIRE(bytes.has_value());
        const std::uint32_t data = 600U * 48000U * 4U;
        for (std::size_t i = 0; i < 4; ++i) {
            (*bytes)[4 + i] = static_cast<char>(((data + 36) >> (8 * i)) & 0xff);
            (*bytes)[40 + i] = static_cast<char>((data >> (8 * i)) & 0xff);
        }
        REQUIRE(write_atomic(file, *bytes).has_value());
        fs::resize_file(file, 44 + std::uintmax_t{data});
    }
    const double before = peak_mb();
    const Take piece = needed_of(file, programme, most_frames_whole);
    CHECK(piece.frames_of_file == 28800000);
    CHECK(piece.frames() == 463200);
    CHECK(peak_mb() - before < 200.0);
}

TEST_CASE("a null read from disk piece by piece is that of memory bit for bit") {
    const Scratch scratch;
    const Music music(31, 20);
    Take a = capture(music, {.seconds = 2.0, .seed = 1});
    Take b = capture(music, {.seconds = 2.0, .ppm = 20.0, .delay = 100.25, .gain = -0.5, .seed = 2});
    const CorrectionCurve shelf{std::nullopt, {{100.0, 0.0, 0.0}, {10000.0, 0.1, 0.0}}};
    std::vector<std::string> texts;
    const auto write = [&](const NullCapture& of_a, const NullCapture& of_b) {
        const auto outcome = null_of(of_a, of_b, {shelf}, 2, {});
        REQUIRE(outcome.has_value());
        NullRecord record;
        record.valid = outcome->valid, record.reasons = outcome->reasons, record.readings = outcome->readings;
        texts.push_back(to_json(record));
    };
    write(in_memory(a), in_memory(b));
    std::vector<NullCapture> filed;
    for (Take* take : {&a, &b}) {
        const fs::path file = scratch.path() / (take == &a ? "a.wav" : "b.wav");
        REQUIRE(write_take(*take, file).has_value());
        auto reader = TakeReader::open(file);
        REQUIRE(reader.has_value());
        const auto described = reader->described();
        REQUIRE(described.has_value());
        filed.push_back(on_disk(std::move(*reader), *described));
    }
    write(filed[0], filed[1]);
    CHECK(texts[0] == texts[1]);
    CHECK(texts[0].find("\"residual_db\"") != std::string::npos);
}

TEST_CASE("a capture that is cut short while its null is worked out is a fault with a sentence") {
    const Scratch scratch;
    const Music music(31, 20);
    Take a = capture(music, {.seconds = 1.0, .seed = 1});
    const fs::path file = scratch.path() / "a.wav";
    REQUIRE(write_take(a, file).has_value());
    auto reader = TakeReader::open(file);
    REQUIRE(reader.has_value());
    const auto described = reader->described();
    REQUIRE(described.has_value());
    const NullCapture cut = on_disk(std::move(*reader), *described);
    fs::resize_file(file, 20000);
    const auto outcome = null_of(in_memory(a), cut, {}, 1, {});
    REQUIRE_FALSE(outcome.has_value());
    CHECK(outcome.error().what.find("breaks off") != std::string::npos);
}

TEST_CASE("a scratch file gives back any part of what was put into it") {
    ScratchFile file;
    const std::vector<double> first{1.0, 2.0, 3.0}, second{4.0, 5.0};
    file.append(first);
    file.append(second);
    std::vector<double> back(3);
    file.read(2, back);
    CHECK(back == std::vector<double>{3.0, 4.0, 5.0});
    CHECK_THROWS(file.read(3, back));
}

TEST_CASE("samples beyond either end of what there is are 0") {
    const std::vector<double> x{1.0, 2.0, 3.0};
    const Samples samples(x);
    std::vector<double> out(6, 9.0);
    samples.copy(-2, out);
    CHECK(out == std::vector<double>{0.0, 0.0, 1.0, 2.0, 3.0, 0.0});
    samples.copy(7, out);
    CHECK(out == std::vector<double>(6, 0.0));
    CHECK(samples.part(1, 2).piece(0, 3) == std::vector<double>{2.0, 3.0, 0.0});
}
