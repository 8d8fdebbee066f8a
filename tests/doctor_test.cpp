// SPDX-License-Identifier: GPL-3.0-or-later
// What a look at the bench finds, on hosts, mixers and inputs of which it is known.
#include "drivers/doctor/host.hpp"
#include "drivers/doctor/mixers.hpp"
#include "rig/json/json.hpp"
#include "rig/measure/listening.hpp"
#include "tests/alsa_card.hpp"
#include "tests/called_program.hpp"

#include <cmath>
#include <numbers>
#include <random>

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
    has(lines(symptoms_of(inputs(1.0, 0.0, 0.0)), Weight::in_the_way), "48000 samples are at full scale");
    const auto quiet = symptoms_of(inputs(1e-3, 1e-4, 1e-5));
    REQUIRE(quiet.size() == 2);
    CHECK(quiet[0].weight == Weight::fine);
    has(quiet[0].found, "quiet: -100.0 dBFS rms");
}

TEST_CASE("doctor opens the card's bench, hears digital silence and exits 3, and 2 without a bench") {
    const AlsaCard card("channels 4 latency 1031");
    auto json =
        parse_json(file_text(fs::path(FOURPOLE_SOURCE) / "profiles/benches/alsa_four_channels.json"), "b");
    REQUIRE(json.has_value());
    (*json)["audio"]["virtual_clock"] = true;
    const std::string bench = (card.folder.path() / "bench.json").string();
    REQUIRE(write_atomic(bench, dump_json(*json)).has_value());
    const std::string session =
        (fs::path(FOURPOLE_SOURCE) / "profiles/sessions/md_dr7_4pole_vs_3pole.json").string();
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
