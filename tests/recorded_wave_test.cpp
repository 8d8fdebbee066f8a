// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/recorded_wave.hpp"
#include "rig/capture/take_file.hpp"
#include "rig/files/write_atomic.hpp"
#include "tests/catch.hpp"
#include "tests/scratch_run.hpp"

using namespace fourpole;

namespace {

/// A file of two channels, written where nobody else writes.
std::string stereo(const Scratch& scratch, const std::vector<double>& first,
                   const std::vector<double>& second) {
    Take take;
    take.rate_hz = 48000.0;
    take.bits = 32;
    take.floating_point = true;
    take.channels = {first, second};
    const std::string path = (scratch.path() / "stereo.wav").string();
    REQUIRE(write_atomic(path, *sound_bytes(take, SoundCoding::wav)).has_value());
    return path;
}

constexpr PerSide<bool> both{{true, true}}, only_right{{false, true}};

}  // namespace

TEST_CASE("a side plays its own channel of a stereo file, half as loud at an amplitude of 0.5") {
    const Scratch scratch;
    const FileEvent file{0.0, stereo(scratch, {0.5, 0.25, 0.0}, {-0.5, 0.125, 1.0}), 0.5};
    CHECK(*recorded_wave(file, only_right, 48000.0) == std::vector<double>{-0.25, 0.0625, 0.5});
    CHECK(*recorded_wave(file, {{true, false}}, 48000.0) == std::vector<double>{0.25, 0.125, 0.0});
}

TEST_CASE("two channels that differ and play at once are refused, two that are alike are one") {
    const Scratch scratch;
    FileEvent file{0.0, stereo(scratch, {0.5, 0.25}, {0.5, 0.125}), 1.0};
    const auto unlike = recorded_wave(file, both, 48000.0);
    REQUIRE_FALSE(unlike.has_value());
    CHECK(unlike.error().kind == Fault::Kind::bad_input);
    CHECK(unlike.error().what.find("its two channels differ") != std::string::npos);
    file.path = stereo(scratch, {0.5, 0.25}, {0.5, 0.25});
    CHECK(*recorded_wave(file, both, 48000.0) == std::vector<double>{0.5, 0.25});
    CHECK_FALSE(recorded_wave(file, both, 44100.0).has_value());
}

TEST_CASE("a file in which nothing plays, on its side or at its amplitude, is refused by a sentence") {
    const Scratch scratch;
    FileEvent file{0.0, stereo(scratch, {0.5, 0.25}, {0.0, 0.0}), 1.0};
    CHECK(recorded_wave(file, {{true, false}}, 48000.0).has_value());
    const auto silent = recorded_wave(file, only_right, 48000.0);
    REQUIRE_FALSE(silent.has_value());
    CHECK(silent.error().kind == Fault::Kind::bad_input);
    CHECK(silent.error().what.find("nothing plays in this file") != std::string::npos);
    file.amplitude = 0.0;
    CHECK_FALSE(recorded_wave(file, {{true, false}}, 48000.0).has_value());
    file.path = stereo(scratch, {}, {});
    const auto empty = recorded_wave(file, {{true, false}}, 48000.0);
    CHECK((!empty.has_value() && empty.error().kind == Fault::Kind::bad_input));
}
