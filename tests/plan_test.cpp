// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/plan.hpp"

#include "rig/capture/take_file.hpp"
#include "rig/track_pack.hpp"
#include "tests/catch.hpp"

#include <unistd.h>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <numbers>
#include <sstream>

using namespace fourpole;

namespace {

Figure exactly(double value) {
    Figure figure;
    figure.value = value;
    return figure;
}

/// 1 V peak of EMF through 2 ohm, 0.25 ohm of wire to and fro, into 16 ohm; half scale played.
Session session() {
    Session s;
    s.programme.id = "tone";
    s.programme.sample_rate_hz = 48000.0;
    s.programme.length_s = 0.1;
    s.programme.events = {{Tones{0.0, 0.1, 0.0, {{1000.0, 0.5, 0.0}}}, {{true, true}}}};
    s.programme_text = "{\"id\":  \"tone\"}\n";
    s.interface.full_scale_v = exactly(1.0);
    s.ceiling_v_rms = 0.4;
    s.repeats = 2;
    Arm arm;
    arm.id = "A";
    Circuit& c = arm.circuit;
    c.stage.output_resistance_ohm = exactly(2.0);
    c.cable.kind = Cable::Kind::separate_returns;
    for (const Side side : sides) {
        c.cable.signal_ohm[side] = c.cable.return_ohm[side] = exactly(0.25);
        c.drivers[side].coil_resistance_ohm = exactly(16.0);
    }
    c.plug = {"trrs", "", {{"T", "L+"}, {"R1", "R+"}, {"R2", "L-"}, {"S", "R-"}}};
    c.jack = {"4-contact", "", {{"T", "aL"}, {"R1", "aR"}, {"R2", "G"}, {"S", "G"}}};
    c.touch = {{"T", {"T"}}, {"R1", {"R1"}}, {"R2", {"R2"}}, {"S", {"S"}}};
    s.arms = {arm};
    return s;
}

struct Folder {
    std::filesystem::path path =
        std::filesystem::temp_directory_path() / ("fourpole Spur ß " + std::to_string(getpid()));
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
};

std::string bytes_of(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    std::stringstream bytes;
    bytes << stream.rdbuf();
    return bytes.str();
}

}  // namespace

TEST_CASE(
    "a half-scale tone of 1 V EMF through 2 + 0.5 ohm leaves 315 mV at the plug and -7.3 dBFS at the input") {
    const Session s = session();
    const auto planned = plan(s);
    REQUIRE(planned.has_value());
    const NodeLevel& level = planned->arms[0].levels[Side::left];
    const double emf = 0.5 / std::numbers::sqrt2;
    CHECK(level.at_emf.count == Approx(emf));
    CHECK(level.at_plug.count == Approx(emf * 16.5 / 18.5));
    CHECK(level.at_driver.count == Approx(emf * 16.0 / 18.5));
    CHECK(level.input_dbfs == Approx(20.0 * std::log(0.5 * 16.0 / 18.5) / std::log(10.0)));
    CHECK(planned->arms[0].wiring.outcome == "stereo");
    CHECK_FALSE(planned->hazardous());
}

TEST_CASE("two arms of 2 repeats are 4 takes of 0.7 s, and who is plugged stays for the next take") {
    Session s = session();
    s.arms.push_back(s.arms[0]);
    s.arms[1].id = "B";
    const auto planned = plan(s);
    REQUIRE(planned.has_value());
    std::string order;
    for (const PlannedTake& take : planned->takes)
        order += take.request.arm + std::to_string(take.request.repeat);
    CHECK(order == "A1B1B2A2");
    CHECK(planned->takes[1].prompt.starts_with("plug "));
    CHECK(planned->takes[2].prompt.starts_with("pull the plug"));
    CHECK(planned->playing.count == Approx(4 * 0.7));
    CHECK(planned->handling.count > 10.0);
}

TEST_CASE("a shorted half-bridge, a grounded input on a bridge and too much level are hazards") {
    Session s = session();
    s.ceiling_v_rms = 0.3;  // 315 mV are there
    CHECK(plan(s)->hazardous());
    s = session();
    s.arms[0].circuit.stage.kind = OutputStage::Kind::btl;
    s.arms[0].circuit.jack.springs = {{"T", "aL"}, {"R1", "aR"}, {"R2", "aL-"}, {"S", "aR-"}};
    CHECK(plan(s)->arms[0].hazards.size() == 1);  // inputs are not differential
    s.interface.differential_inputs = true;
    CHECK_FALSE(plan(s)->hazardous());
    s.arms[0].circuit.touch = {
        {"T", {"T"}}, {"R1", {"R1"}}, {"R2", {"S"}}, {"S", {"S"}}};  // a 3-pole plug's sleeve
    const auto planned = plan(s);
    REQUIRE(planned.has_value());
    CHECK(planned->hazardous());
    CHECK(planned->arms[0].hazards[0].find("mA per volt") != std::string::npos);
}

TEST_CASE(
    "a track pack has one file a rate and depth, within 1 step of the closed form, the same bytes twice") {
    Session s = session();
    s.arms.push_back(s.arms[0]);
    s.arms.push_back(s.arms[0]);
    s.arms[0].player.sample_rate_hz = 48000.0;
    s.arms[1].player.bits = s.arms[2].player.bits = 24;
    const Folder folder;
    const auto tracks = write_track_pack(s, folder.path, "wav");
    REQUIRE(tracks.has_value());
    REQUIRE(tracks->size() == 2);
    CHECK((*tracks)[0].name == "tone_44100hz_24bit.wav");
    CHECK((*tracks)[1].name == "tone_48000hz_16bit.wav");
    CHECK(bytes_of(folder.path / "programme.json") == s.programme_text);
    const auto take = read_take(folder.path / (*tracks)[1].name);
    REQUIRE(take.has_value());
    CHECK(take->frames() == 4800);
    double worst = 0.0, off = 0.0;
    for (std::size_t n = 0; n < take->frames(); ++n) {
        const double wanted =
            0.5 * std::sin(2.0 * std::numbers::pi * 1000.0 * static_cast<double>(n) / 48000.0);
        worst = std::max(worst, std::abs(take->channels[1][n] - wanted));
        off += take->channels[1][n] - wanted;
    }
    CHECK(worst < 1.5 / 32768.0);  // a half for rounding, one for the dither
    CHECK(worst > 0.6 / 32768.0);  // there is dither
    CHECK(std::abs(off) / 4800.0 < 0.05 / 32768.0);
    const std::string before = bytes_of(folder.path / (*tracks)[1].name);
    REQUIRE(write_track_pack(s, folder.path, "wav").has_value());
    CHECK(bytes_of(folder.path / (*tracks)[1].name) == before);
    REQUIRE(write_track_pack(s, folder.path, "flac").has_value());
    const auto flac = read_take(folder.path / "tone_48000hz_16bit.flac");
    REQUIRE(flac.has_value());
    CHECK(flac->channels == take->channels);
}

TEST_CASE("a J-test goes into its track word for word, without dither") {
    Session s = session();
    s.programme.events = {{JTest{0.0, 0.1, 16, 44100.0}, {{true, true}}}};
    const Folder folder;
    const auto tracks = write_track_pack(s, folder.path, "wav");
    REQUIRE(tracks.has_value());
    const auto take = read_take(folder.path / (*tracks)[0].name);
    REQUIRE(take.has_value());
    REQUIRE(take->frames() == 4410);
    for (std::size_t n = 0; n < take->frames(); ++n) {  // C000 C000 4000 4000 x 24, BFFF BFFF 3FFF 3FFF x 24
        const double word = (n % 4 < 2 ? -16384.0 : 16384.0) - (n % 192 < 96 ? 0.0 : 1.0);
        REQUIRE(take->channels[0][n] == word / 32768.0);
    }
    s.arms[0].player.sample_rate_hz = 48000.0;
    CHECK_FALSE(write_track_pack(s, folder.path, "wav").has_value());
}

TEST_CASE(
    "a track that a player cannot hold is refused: 23 kHz at 44100 Hz, an unknown format, 110 % of full "
    "scale") {
    Session s = session();
    const Folder folder;
    const auto refused = [&](const std::string& format) {
        const auto tracks = write_track_pack(s, folder.path, format);
        REQUIRE_FALSE(tracks.has_value());
        CHECK(tracks.error().kind == Fault::Kind::bad_input);
        return tracks.error().what;
    };
    CHECK(refused("mp3").find("allowed: wav, flac") != std::string::npos);
    s.programme.events = {{Tones{0.0, 0.1, 0.0, {{23000.0, 0.5, 0.0}}}, {{true, true}}}};
    CHECK(refused("wav").find("23000 Hz cannot be played at 44100 Hz") != std::string::npos);
    s.programme.events = {{Tones{0.0, 0.1, 0.0, {{1000.0, 1.1, 0.0}}}, {{true, true}}}};
    CHECK(refused("wav").find("of full scale") != std::string::npos);
}
