// SPDX-License-Identifier: GPL-3.0-or-later
// What a look at the bench finds, on hosts, mixers and inputs of which it is known.
#include "drivers/doctor/host.hpp"
#include "drivers/doctor/mixers.hpp"
#include "rig/json/json.hpp"
#include "rig/measure/listening.hpp"
#include "tests/alsa_card.hpp"
#include "tests/called_program.hpp"

#include <signal.h>

#include <array>
#include <chrono>
#include <cmath>
#include <numbers>
#include <random>
#include <thread>

using namespace fourpole;

namespace {

using Weight = Symptom::Weight;

/// The symptoms of this weight, a line each.
std::string lines(const std::vector<Symptom>& all, Weight weight) {
    std::string out;
    for (const Symptom& s : all)
        if (s.weight == weight) out += s.about + ": " + s.found + " -> " + s.fix + "\n";
    return out;
}

bool has(const std::string& text, const std::string& part) {
    INFO(text);
    CHECK(text.find(part) != std::string::npos);
    return true;
}

MixerControl level(const std::string& name, long value, long most = 100) {
    MixerControl c;
    c.name = name, c.values = {value}, c.most = most, c.writable = true;
    return c;
}

MixerControl flag(const std::string& name, bool on) {
    MixerControl c = level(name, on ? 1 : 0, 1);
    c.kind = MixerControl::Kind::flag;
    return c;
}

/// A second of what two inputs hold: a constant, a line of 50.02 Hz and noise of these sizes.
Take inputs(double dc, double hum, double noise_rms) {
    Take take;
    take.rate_hz = 48000.0;
    take.facts.channels = {"left", "right"};
    std::mt19937_64 random(5);
    std::normal_distribution<double> noise(0.0, 1.0);
    for (int channel = 0; channel < 2; ++channel) {
        std::vector<double> x(48000);
        for (std::size_t n = 0; n < x.size(); ++n)
            x[n] = dc + noise_rms * noise(random) +
                   hum * std::sin(2.0 * std::numbers::pi * 50.02 * static_cast<double>(n) / 48000.0);
        take.channels.push_back(std::move(x));
    }
    return take;
}

/// The shipped bench with some keys of "audio" in other words.
std::string bench_of(const AlsaCard& card, const Json& other) {
    auto json =
        parse_json(file_text(fs::path(FOURPOLE_SOURCE) / "profiles/benches/alsa_four_channels.json"), "b");
    REQUIRE(json.has_value());
    (*json)["audio"].merge_patch(other);
    const std::string bench = (card.folder.path() / "bench.json").string();
    REQUIRE(write_atomic(bench, dump_json(*json)).has_value());
    return bench;
}

}  // namespace

TEST_CASE("a user without real time on processors that save power is told both fixes, root neither") {
    HostFacts host;
    host.governors = {"performance", "schedutil", "schedutil"};
    host.cards = " 0 [M4             ]: USB-Audio - M4";
    const std::string notes = lines(symptoms_of(host), Weight::worth_knowing);
    has(notes, "rtprio 0");
    has(notes, "@audio - rtprio 95");
    has(notes, "2 of 3 change their clock (governor schedutil)");
    has(notes, "cpupower frequency-set -g performance");
    host.root = true;
    host.governors = {"performance"};
    CHECK(lines(symptoms_of(host), Weight::worth_knowing).empty());
    host.cards = "--- no soundcards ---";
    has(lines(symptoms_of(host), Weight::worth_knowing), "the kernel knows no sound card");
    host.cards.reset();
    has(lines(symptoms_of(host), Weight::worth_knowing), "modprobe snd-usb-audio");
}

TEST_CASE("processors and cards are read from the files where the kernel says them") {
    const Scratch root;
    for (int cpu = 0; cpu < 2; ++cpu) {
        const fs::path folder =
            root.path() / ("sys/devices/system/cpu/cpu" + std::to_string(cpu)) / "cpufreq";
        fs::create_directories(folder);
        std::ofstream(folder / "scaling_governor") << (cpu == 0 ? "powersave\n" : "performance\n");
    }
    fs::create_directories(root.path() / "proc/asound");
    std::ofstream(root.path() / "proc/asound/cards") << "--- no soundcards ---\n";
    const HostFacts host = host_facts(root.path());
    CHECK(host.governors == std::vector<std::string>{"powersave", "performance"});
    CHECK(host.cards == "--- no soundcards ---");
    CHECK_FALSE(host_facts(root.path() / "sys").cards.has_value());
}

TEST_CASE("a mixer at half, a mute, a monitor and a gain that sets itself are found with their commands") {
    const auto of = [](const MixerControl& c, Weight weight) {
        return lines(symptoms_of({c}, "hw:M4"), weight);
    };
    const std::string half = of(level("PCM Playback Volume", 50), Weight::worth_knowing);
    has(half, "\"PCM Playback Volume\" is 50 of 0 to 100");
    has(half, "`amixer -D hw:M4 cset \"name='PCM Playback Volume'\" 100`");
    has(of(flag("Mic Capture Switch", false), Weight::in_the_way), "it is mute -> `amixer -D hw:M4 cset");
    has(of(flag("Direct Monitor Playback Switch", true), Weight::in_the_way), "past what is measured");
    has(of(level("Mic Playback Volume", 3), Weight::in_the_way), "cset \"name='Mic Playback Volume'\" 0");
    has(of(flag("Auto Gain Control", true), Weight::in_the_way), "no measure");
    // As they should be.
    for (const MixerControl& c :
         {level("PCM Playback Volume", 100), flag("Mic Capture Switch", true),
          flag("Direct Monitor Playback Switch", false), level("Mic Capture Volume", 3)}) {
        INFO(c.name);
        const auto all = symptoms_of({c}, "hw:M4");
        REQUIRE(all.size() == 1);
        CHECK(all[0].weight == Weight::fine);
    }
}

TEST_CASE("hum of -60 dBFS, a constant of 0.02, zeros and full scale are told, quiet inputs are fine") {
    const std::string hum = lines(symptoms_of(inputs(0.0, 1e-3, 1e-5)), Weight::worth_knowing);
    has(hum, "left input: hum of -60.0 dBFS at 50.0 Hz");
    has(hum, "right input: hum of -60.0 dBFS at 50.0 Hz");
    has(lines(symptoms_of(inputs(-0.02, 0.0, 1e-5)), Weight::worth_knowing), "a constant of -34.0 dBFS");
    has(lines(symptoms_of(inputs(0.0, 0.0, 1e-2)), Weight::worth_knowing), "noise of -40.0 dBFS rms");
    has(lines(symptoms_of(inputs(0.0, 0.0, 0.0)), Weight::in_the_way), "digital silence");
    const std::string stuck = lines(symptoms_of(inputs(0.03, 0.0, 0.0)), Weight::in_the_way);
    has(stuck, "left input: a constant of -30.5 dBFS and nothing else: not even noise arrives");
    CHECK(lines(symptoms_of(inputs(0.03, 0.0, 0.0)), Weight::worth_knowing).empty());
    has(lines(symptoms_of(inputs(1.0, 0.0, 0.0)), Weight::in_the_way), "48000 samples are at full scale");
    const auto quiet = symptoms_of(inputs(1e-3, 1e-4, 1e-5));
    REQUIRE(quiet.size() == 2);
    CHECK(quiet[0].weight == Weight::fine);
    has(quiet[0].found, "quiet: -100.0 dBFS rms");
}

TEST_CASE("DC above the 0.04 that a run begins with is in the way, 0.03 is worth knowing") {
    const std::vector<double> most{0.04, 0.04};
    const std::string high = lines(symptoms_of(inputs(-0.05, 0.0, 1e-5), most), Weight::in_the_way);
    has(high, "left input: -0.05 of full scale of DC while nothing plays; at most 0.04 is allowed");
    has(high, "right input: -0.05 of full scale");
    CHECK(lines(symptoms_of(inputs(0.03, 0.0, 1e-5), most), Weight::in_the_way).empty());
    has(lines(symptoms_of(inputs(0.03, 0.0, 1e-5), most), Weight::worth_knowing), "a constant of -30.5 dBFS");
    CHECK(lines(symptoms_of(inputs(0.05, 0.0, 1e-5)), Weight::in_the_way).empty());
}

TEST_CASE("doctor opens the card's bench, hears digital silence and exits 3, and 2 without a bench") {
    const AlsaCard card("channels 4 latency 1031");
    const std::string bench = bench_of(card, {{"virtual_clock", true}}), session = session_file.string();
    const Ran ran = called(card.folder, {"doctor", session, "--bench", bench});
    INFO(ran.err);
    CHECK(ran.code == 3);
    has(ran.out, "opens: alsa default");
    has(ran.out, "wrong  left input: digital silence");
    has(ran.out, "mixer of default: nothing is muted");
    CHECK(ran.out.find("wrong") < ran.out.find("fine"));
    const Ran as_json = called(card.folder, {"doctor", session, "--bench", bench, "--json"});
    CHECK(as_json.code == 3);
    const auto read = parse_json(as_json.out, "doctor");
    REQUIRE(read.has_value());
    CHECK((*read)["schema"] == "fourpole/doctor@1");
    CHECK(called(card.folder, {"doctor", session}).code == 2);
    CHECK(called(card.folder, {"doctor", session, "--bench", "nowhere.json"}).code == 2);
}

TEST_CASE("doctor finds 25 mV of DC that a run refuses, and a card that RtAudio does not list, exit code 3") {
    const auto looked = [](const AlsaCard& card) {
        return called(card.folder, {"doctor", session_file.string(), "--bench",
                                    bench_of(card, {{"virtual_clock", true}})});
    };
    {
        const AlsaCard card("channels 4 latency 1031 dc 0.05");
        const Ran ran = looked(card);
        CHECK(ran.code == 3);
        has(ran.out, "wrong  left input: +0.05 of full scale of DC while nothing plays; at most 0.04 is");
        has(ran.out, "wrong  left input: a constant of -26.0 dBFS and nothing else: not even noise arrives");
        CHECK(ran.out.find("noise of") == std::string::npos);
    }
    const AlsaCard card("channels 4 format S24_3LE");
    const Ran unlisted = looked(card);
    CHECK(unlisted.code == 3);
    has(unlisted.out, "wrong  alsa default: its output takes 24 bits in 3 bytes (S24_3LE)");
    CHECK(unlisted.err.empty());
    card.loses_its_mixer();
    const Ran mute = looked(card);
    CHECK(mute.code == 3);
    has(mute.out, "wrong  alsa default: ALSA's default mixer does not open");
    CHECK(mute.err.empty());
}

TEST_CASE("doctor ended by one of 4 signals puts the pinned volume back and exits 4") {
    const int signal = GENERATE(SIGINT, SIGTERM, SIGHUP, SIGQUIT);
    const AlsaCard card("channels 4 latency 1031 speed 1");
    const std::string bench =
        bench_of(card, {{"mixer", {{"pin", {{{"control", "PCM Playback Volume"}, {"set", 80}}}}}}});
    // The card's mixer lives in this process, and so does doctor.
    const auto mixer = AlsaMixer::open("default");
    REQUIRE(mixer.has_value());
    const auto volume = [&] { return (*mixer->controls())[0].values; };
    const std::vector<long> pinned{80, 80}, before{127, 127};
    REQUIRE(volume() == before);
    bool was_pinned = false;
    std::thread operator_stops([&] {
        for (int waited = 0; waited < 10000 && !was_pinned; waited += 2) {
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
            was_pinned = volume() == pinned;
        }
        if (was_pinned) ::kill(::getpid(), signal);
    });
    const std::string session = session_file.string();
    const std::array<const char*, 5> words{"fourpole", "doctor", session.c_str(), "--bench", bench.c_str()};
    const int code = command_line(static_cast<int>(words.size()), words.data());
    operator_stops.join();
    CHECK(was_pinned);
    CHECK(code == 4);
    CHECK(volume() == before);
}
