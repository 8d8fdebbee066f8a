// SPDX-License-Identifier: GPL-3.0-or-later
// The bench of a real sound card, opened by its profile, on the card that is a plugin of ours.
#include "drivers/rtaudio_bench.hpp"
#include "rig/json/json.hpp"
#include "rig/stimulus/evaluate.hpp"
#include "tests/alsa_card.hpp"
#include "tests/called_program.hpp"

#include <cmath>

using namespace fourpole;

namespace {

/// The shipped bench, made to run as fast as its card, with some keys of "audio" in other words.
fs::path bench_file(const Scratch& scratch, const Json& other = Json::object()) {
    auto json = parse_json(file_text(fs::path(FOURPOLE_SOURCE) / "profiles/benches/alsa_four_channels.json"),
                           "bench");
    REQUIRE(json.has_value());
    (*json)["audio"]["virtual_clock"] = true;
    (*json)["audio"].merge_patch(other);
    (*json)["switching"] = "itself";
    const fs::path file = scratch.path() / "bench.json";
    REQUIRE(write_atomic(file, dump_json(*json)).has_value());
    return file;
}

std::string refusal(const AlsaCard& card, const Json& other) {
    const Session session = session_with(1);
    auto bench = open_bench(bench_file(card.folder, other).string(), session, 1, "");
    if (!bench) return std::to_string(exit_code(bench.error().kind)) + " " + bench.error().what;
    const auto take = (*bench)->play_and_record({"A", 1, card.folder.path() / "takes"}, {});
    if (take) return "(not refused)";
    return std::to_string(exit_code(take.error().kind)) + " " + take.error().what;
}

bool has(const std::string& text, const std::string& part) {
    INFO(text);
    CHECK(text.find(part) != std::string::npos);
    return true;
}

}  // namespace

TEST_CASE("a session's programme comes back over a sound card as the take that its profile promises") {
    const AlsaCard card("channels 4 latency 1031 loop 3 gain 0.5");
    const Session session = session_with(1);
    auto bench = open_bench(bench_file(card.folder).string(), session, 1, "");
    if (!bench) FAIL(bench.error().what);
    CHECK((*bench)->identity().starts_with("alsa default (RtAudio "));
    CHECK_FALSE((*bench)->simulated());
    const auto take = (*bench)->play_and_record({"A", 1, card.folder.path() / "takes"}, {});
    if (!take) FAIL(take.error().what);
    REQUIRE(take->channels.size() == 2);
    CHECK(take->facts.channels == std::vector<std::string>{"left", "right"});
    CHECK(take->facts.arm == "A");
    CHECK_FALSE(take->facts.simulated);
    CHECK(take->rate_hz == 48000.0);
    // 0.2 s, the programme, 0.4 s.
    const auto length = static_cast<std::size_t>(std::ceil(session.programme.length_s * 48000.0));
    REQUIRE(take->frames() == 9600 + length + 19200);
    // A tenth of the programme is played, half of that comes back, 512 + 1031 frames later.
    for (const Side side : sides) {
        const auto programme = render(session.programme, side, Clock{48000.0, 0.0, 0.0}, length);
        double most = 0.0;
        for (std::size_t n = 960; n < length - 240; ++n)
            most = std::max(most, std::abs(take->channels[side == Side::left ? 0 : 1][9600 + 1543 + n] -
                                           0.05 * programme[n]));
        CHECK(most < 1e-9);
    }
    CHECK(fs::is_empty(card.folder.path() / "takes"));
}

TEST_CASE("a take that breaks off is kept beside the takes, and no figure may be made of it") {
    const AlsaCard card("channels 4 latency 1031 loop 3 unplug_at 300000");
    has(refusal(card, Json::object()), "3 lost: ");
    const fs::path kept = card.folder.path() / "takes/A-1.broken-1.w64";
    REQUIRE(fs::exists(kept));
    // Nor does the next try take its place.
    has(refusal(card, Json::object()), "takes/A-1.broken-2.w64");
    CHECK_FALSE(fs::exists(card.folder.path() / "takes/A-1.part.w64"));
    const auto take = read_take(kept);
    REQUIRE_FALSE(take.has_value());
    CHECK(take.error().kind == Fault::Kind::take_invalid);
    has(take.error().what, "no figure may be made of this take: lost: ");
    // The sound itself is whole: without its facts anybody may look at it.
    fs::remove(card.folder.path() / "takes/A-1.broken-1.json");
    const auto sound = read_take(kept);
    REQUIRE(sound.has_value());
    CHECK(sound->frames() == 300032);
    CHECK(sound->channels.size() == 4);
}

TEST_CASE(
    "a run that broke off goes on over the bench that it began on, not at half the level, exit code 2") {
    const AlsaCard card("channels 4 latency 1031 loop 3 gain 0.5 unplug_at 300000");
    const std::string out = (card.folder.path() / "run").string();
    const auto ran = [&](const std::string& key, double play_gain) {
        return called(card.folder, {"run", session_file.string(), "--bench",
                                    bench_file(card.folder, {{"play_gain", play_gain}}).string(), key, out});
    };
    const Ran planted =
        called(card.folder, {"run", session_file.string(), "--bench", bench_file(card.folder).string(),
                             "--fault", "hum", "--out", out});
    CHECK(planted.code == 2);
    has(planted.err, "--fault: found \"hum\" beside a sound card");
    CHECK(ran("--out", 0.1).code == 3);
    CHECK(ran("--resume", 0.1).code == 3);
    const Ran other = ran("--resume", 0.05);
    CHECK(other.code == 2);
    has(other.err, "/bench_profile/audio/play_gain: found 0.1; to resume, the run must be the same");
}

TEST_CASE("a programme above the ceiling is refused before anything is opened") {
    const AlsaCard card("channels 4 latency 1031 loop 3");
    // Nobody has measured the volts: -20 dB of full scale.
    has(refusal(card, {{"play_gain", 1.0}}), "5 the programme reaches 0.5 of full scale on the ");
    // Exactly the ceiling passes: what is held against it is the word that 0.1 becomes.
    has(refusal(card, {{"play_gain", 0.2}}), "(not refused)");
    // 0.15 V rms is 0.2121 V of peak: a tenth of 2.3 V passes at 0.5 x 0.18, not at 0.5 x 0.19.
    has(refusal(card, {{"play_gain", 0.18}, {"full_scale_output_v", 2.3}}), "(not refused)");
    has(refusal(card, {{"play_gain", 0.19}, {"full_scale_output_v", 2.3}}),
        "5 the programme reaches 0.095 of full scale on the ");
    CHECK_FALSE(fs::exists(card.folder.path() / "takes/A-1.part.w64"));
}

TEST_CASE("a ceiling of 0.2 V needs earphones that state their sensitivity, 0.15 V none, else exit 5") {
    const AlsaCard card("channels 4 latency 1031 loop 3 gain 0.5");
    Session session = session_with(1);
    const auto opened = [&]() -> std::string {
        const auto bench = open_bench(bench_file(card.folder).string(), session, 1, "");
        return bench ? "(opened)" : std::to_string(exit_code(bench.error().kind)) + " " + bench.error().what;
    };
    CHECK(opened() == "(opened)");
    session.ceiling_v_rms = 0.2;
    has(opened(), "5 /ceiling_v_rms: found 0.2; at most 0.15 is allowed while the earphone of arm A, ");
    for (Arm& arm : session.arms) arm.earphone.sensitivity_db_per_vrms = Figure{};
    CHECK(opened() == "(opened)");
    session.arms[1].earphone.sensitivity_db_per_vrms.reset();
    has(opened(), "while the earphone of arm B, ");
}

TEST_CASE("a bench profile that cannot be is refused, and says what there is") {
    const AlsaCard card("channels 4 latency 1031 loop 3");
    has(refusal(card, {{"api", "pulse"}}), "PulseAudio resamples without a word");
    has(refusal(card, {{"device", "Scarlett"}}), "3 no device fits the pattern \"Scarlett\"; there is: \"");
    has(refusal(card, {{"device", "("}}), "2 \"(\" is no pattern");
    has(refusal(card, {{"inputs", {{"left", 1}, {"right", 1}}}}),
        "/audio/inputs: found one channel used twice");
    has(refusal(card, {{"counter", {{"output", 1}, {"input", 4}}}}),
        "/audio/outputs: found one channel used twice");
    has(refusal(card, {{"inputs", {{"left", 7}, {"right", 8}}}}),
        "3 has 4 outputs and 4 inputs; the bench needs 4 and 8");
}

TEST_CASE("a card of 24 bits in 3 bytes, which RtAudio does not list, is refused with the way out") {
    const AlsaCard card("channels 4 format S24_3LE");
    has(refusal(card, Json::object()),
        "3 its output takes 24 bits in 3 bytes (S24_3LE), which RtAudio cannot");
    has(refusal(card, Json::object()), "type linear slave { pcm \"hw:0,0\" format S24_3LE }");
    // What ALSA does not have either stays as it is.
    has(refusal(card, {{"device", "Scarlett"}}), "3 no device fits the pattern \"Scarlett\"; there is: ");
}

TEST_CASE("without a default mixer the card is refused with 1 line for ~/.asoundrc") {
    const AlsaCard card("channels 4 latency 1031 loop 3");
    card.loses_its_mixer();
    has(refusal(card, Json::object()), "3 ALSA's default mixer does not open (");
    has(refusal(card, Json::object()), "ctl.!default { type hw card 0 }");
}

TEST_CASE(
    "a volume that is turned while a take runs makes it invalid, kept and told, and goes back at the end") {
    const AlsaCard card("channels 4 latency 1031 loop 3");
    const auto mixer = AlsaMixer::open("default");
    REQUIRE(mixer.has_value());
    const auto volume = [&] { return (*mixer->controls())[0]; };
    const Json pin = {{"mixer", {{"pin", {{{"control", "PCM Playback Volume"}, {"set", 80}}}}}}};
    {
        auto bench = open_bench(bench_file(card.folder, pin).string(), session_with(1), 1, "");
        if (!bench) FAIL(bench.error().what);
        CHECK(volume().values == std::vector<long>{80, 80});
        REQUIRE((*bench)->play_and_record({"A", 1, card.folder.path() / "takes"}, {}).has_value());
        bool turned = false;
        const auto take = (*bench)->play_and_record({"A", 2, card.folder.path() / "takes"}, [&](double) {
            MixerControl now = volume();
            std::fill(now.values.begin(), now.values.end(), 79);
            if (!turned) turned = mixer->set(now).has_value();
            return true;
        });
        REQUIRE(turned);
        REQUIRE_FALSE(take.has_value());
        CHECK(exit_code(take.error().kind) == 3);
        has(take.error().what, "\"PCM Playback Volume\" moved from 80 of 0 to 127 to 79 of 0 to 127");
        has(take.error().what, "is kept as ");
        // Nothing is played after that: the run is void.
        const auto next = (*bench)->play_and_record({"A", 3, card.folder.path() / "takes"}, {});
        REQUIRE_FALSE(next.has_value());
        CHECK(next.error().what.find("is kept as") == std::string::npos);
    }
    CHECK(volume().values == std::vector<long>{127, 127});
    const Json half = {{"control", "PCM Playback Volume"}, {"set", 64}};
    has(refusal(card, {{"mixer", {{"pin", {half, half}}}}}),
        "/audio/mixer/pin/1/control: found \"PCM Playback Volume\" again; allowed: each control once");
    has(refusal(card, {{"mixer", {{"pin", {{{"control", "PCM Playback Volume"}, {"set", {1, 2}}}}}}}}),
        "/audio/mixer/pin/0/set: found a list of 2; allowed: true or false, a whole number");
    has(refusal(card, {{"mixer", {{"pin", {{{"control", "Gain"}, {"set", 3}}}}}}}),
        "2 \"Gain\": found no such");
    has(refusal(card, {{"mixer", {{"pin", {{{"control", "PCM Playback Volume"}, {"set", 2.5}}}}}}}),
        "/audio/mixer/pin/0/set: found 2.5; allowed: true or false, a whole number");
    has(refusal(card, {{"mixer", {{"card", "hw:NoSuchCard"}}}}), "it does not open");
}

TEST_CASE("an input at 25 mV of DC while nothing plays is refused with exit 5, and nothing is played") {
    // Full scale is 0.5 V: 0.05 and 0.03 of it.
    const AlsaCard high("channels 4 latency 1031 loop 3 gain 0.5 dc 0.05");
    has(refusal(high, Json::object()),
        "5 input 1 stands at +0.05 of full scale of DC while nothing plays; at most 0.04 is allowed");
}

TEST_CASE("an input at 15 mV of DC is captured as it is") {
    const AlsaCard low("channels 4 latency 1031 loop 3 gain 0.5 dc 0.03");
    CHECK(refusal(low, Json::object()) == "(not refused)");
}

TEST_CASE(
    "an amplifier of 20 behind the outputs is told by a probe of 1.8 mV, and exit 5 comes before a sound") {
    // A full scale of 0.5 V: at most 1.122 x 0.15 V, 0.337 of it.
    const AlsaCard loud("channels 4 latency 1031 loop 3 gain 20");
    const Session session = session_with(1);
    auto bench = open_bench(bench_file(loud.folder).string(), session, 1, "");
    if (!bench) FAIL(bench.error().what);
    std::vector<double> told;
    const auto take = (*bench)->play_and_record({"A", 1, loud.folder.path() / "takes"}, [&](double done) {
        told.push_back(done);
        return true;
    });
    REQUIRE_FALSE(take.has_value());
    CHECK(take.error().kind == Fault::Kind::unsafe);
    has(take.error().what, "by a probe of arm A that is 40 dB below the programme; at most 0.337 is allowed");
    has(take.error().what, "nothing but the probe was played");
    // No take began, and none is kept.
    CHECK(std::all_of(told.begin(), told.end(), [](double done) { return done == 0.0; }));
    CHECK(fs::is_empty(loud.folder.path() / "takes"));
}

TEST_CASE("an amplifier that is turned up while a take plays ends it once the plug has 0.168 V rms") {
    const AlsaCard loud("channels 4 latency 1031 loop 3 gain 1 loud_at 100000");
    has(refusal(loud, Json::object()), "; at most 0.337 is allowed. Turn down what stands between");
}

TEST_CASE("each arm is probed once, and again behind a take that was broken off") {
    AlsaCard card("channels 4 latency 1031 loop 3 gain 0.5");
    const Session session = session_with(1);
    auto bench = open_bench(bench_file(card.folder).string(), session, 1, "");
    if (!bench) FAIL(bench.error().what);
    const auto refused = [&](const std::string& arm) {
        const auto take = (*bench)->play_and_record({arm, 1, card.folder.path() / "takes"}, {});
        return take ? "(not refused)" : take.error().what;
    };
    CHECK(refused("A") == "(not refused)");
    card.becomes("channels 4 latency 1031 loop 3 gain 20");
    has(refused("A"), " of full scale rms at frame ");
    has(refused("A"), "by a probe of arm A that is");
    has(refused("B"), "by a probe of arm B that is");
}
