// SPDX-License-Identifier: GPL-3.0-or-later
// What `devices` tells a person and a program of descriptors that were made by hand.
#include "drivers/plugged.hpp"
#include "drivers/usb/terminal_names.hpp"
#include "rig/verbs/devices_text.hpp"
#include "tests/audio_descriptors.hpp"
#include "tests/catch.hpp"
#include "tests/scratch_run.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace fourpole;

namespace {

Plugged device(int vendor, int product, const std::string& name, const std::string& port) {
    Plugged p;
    p.usb.vendor = vendor, p.usb.product = product, p.usb.name = name, p.usb.port = port;
    p.usb.bcd_device = 0x0123, p.usb.speed_mbit_s = 480.0;
    return p;
}

Plugged interface_of(const Bytes& configuration) {
    Plugged p = device(0x1235, 0x8212, "Scarlett 4i4 USB", "1-1");
    p.usb.maker = "Focusrite", p.usb.serial = "D8A1";
    p.usb.configuration = configuration;
    p.audio = read_audio_functions(configuration);
    p.card = SoundCard{1, "USB"};
    return p;
}

}  // namespace

TEST_CASE("an interface of 2 outputs and 4 inputs is 9 lines: who, where, clock, streams and ways") {
    CHECK(devices_text({interface_of(two_out_four_in())}, false) ==
          "Audio interfaces\n"
          "  Scarlett 4i4 USB by Focusrite, 1235:8212, serial D8A1, version 1.23\n"
          "    port 1-1, high speed (480 Mbit/s), ALSA card 1 \"USB\"\n"
          "    USB Audio 2.00\n"
          "    clock 41: internal, set by the host\n"
          "    plays: 2 channels, 24 bits, asynchronous\n"
          "    records: 4 channels, 24 bits, asynchronous\n"
          "    way: USB stream 1 > feature unit 10 (volume of all, 1 to 2; mute of all) > speaker 20\n"
          "    way: microphone 2 > USB stream 22\n"
          "    * Scarlett 4i4 3rd generation: with its mass storage mode on it does less than it can; switch "
          "\"MSD Mode Switch\" off in its mixer and plug it in again\n"
          "No relay board is plugged in.\n");
}

TEST_CASE("a UAC1 output says its rates, and what makes no sense in its descriptors stands behind a ?") {
    Plugged p = interface_of(joined({
        interface(0, 0, 0, 1, 0x00),
        {9, 0x24, 1, 0x00, 0x01, 0, 0, 1, 1},
        {12, 0x24, 2, 1, 0x01, 0x01, 0, 2, 3, 0, 0, 0},
        {9, 0x24, 3, 3, 0x02, 0x03, 0, 1, 0},
        {3, 0x24, 6},
        interface(1, 1, 1, 2, 0x00),
        {7, 0x24, 1, 1, 1, 0x01, 0x00},
        {14, 0x24, 2, 1, 2, 2, 16, 2, 0x44, 0xac, 0x00, 0x00, 0x77, 0x01},
        {9, 5, 0x03, 0x09, 0xc4, 0x00, 1, 0, 0},
    }));
    p.card.reset();
    p.trouble = "load the driver";
    const std::string text = devices_text({p}, false);
    INFO(text);
    CHECK(text.find("    plays: 2 channels, 16 bits, 44.1, 96 kHz, adaptive\n") != std::string::npos);
    CHECK(text.find("    way: USB stream 1 > headphones 3\n") != std::string::npos);
    CHECK(text.find("    ? feature unit 0: its descriptor of 3 bytes is too short") != std::string::npos);
    CHECK(text.find(", no ALSA card\n") != std::string::npos);
    CHECK(text.find("    ! load the driver\n") != std::string::npos);
    const Json json = devices_json({p}, false);
    CHECK(json["interfaces"][0]["functions"][0]["settings"][0]["rates_hz"] == Json({44100, 96000}));
    CHECK(json["interfaces"][0]["alsa_card"].is_null());
    CHECK(json["interfaces"][0]["trouble"] == "load the driver");
}

TEST_CASE("what is known of sixteen models is told beside them, and of a QA403 though it is no interface") {
    Plugged qa403 = device(0x16c0, 0x4e39, "QA403", "1-5"),
            unknown = device(0x1235, 0x8213, "Scarlett", "1-6");
    CHECK(devices_text({qa403}, true)
              .find("    * QuantAsylum QA403: it is no USB audio device: neither ALSA nor JACK "
                    "sees it; it has no driver here yet\n") != std::string::npos);
    CHECK(devices_text({unknown}, true).find("    *") == std::string::npos);
    CHECK(devices_json({interface_of(two_out_four_in())}, false)["interfaces"][0]["quirks"][0]["model"] ==
          "Scarlett 4i4 3rd generation");
}

TEST_CASE("boards, a perhaps for a CH340, and what is neither only with --all") {
    Plugged relays = device(0x16c0, 0x05df, "USBRelay2", "1-2"),
            serial = device(0x1a86, 0x7523, "USB Serial", "1-3"),
            mouse = device(0x16c0, 0x05df, "Mouse", "1-4");
    for (Plugged* p : {&relays, &serial, &mouse}) p->board = known_board(p->usb);
    serial.lines = {"ttyUSB0"};
    const std::string text = devices_text({relays, serial, mouse}, false);
    INFO(text);
    CHECK(text.find("No audio interface is plugged in.\n") == 0);
    CHECK(text.find("    port 1-2: dcttech HID relay board, 2 relays\n"
                    "    in a bench: \"kind\": \"dcttech\", \"device\": \"16c0:05df port=1-2\"\n") !=
          std::string::npos);
    CHECK(text.find(
              "    port 1-3: perhaps: CH340 serial adapter, as LCUS relay boards have it, /dev/ttyUSB0\n") !=
          std::string::npos);
    CHECK(text.find("Mouse") == std::string::npos);
    CHECK(text.find("1 other devices (--all)\n") != std::string::npos);
    CHECK(devices_text({mouse}, true).find("Other devices\n  Mouse, 16c0:05df, no serial") !=
          std::string::npos);
    CHECK(devices_json({mouse}, false)["relay_boards"].empty());
    CHECK(devices_json({mouse}, true)["others"][0]["port"] == "1-4");
    CHECK(devices_json({serial}, false)["relay_boards"][0]["certain"] == false);
    CHECK(devices_json({serial}, false)["relay_boards"][0]["bench_device"] == "1a86:7523 port=1-3");
}

TEST_CASE("a node of mode 0600 that is another user's is a sentence with the fix") {
    const Scratch scratch;
    fs::permissions(scratch.path(), static_cast<fs::perms>(0755));
    const fs::path node = scratch.path() / "node";
    REQUIRE(::close(::open(node.c_str(), O_CREAT | O_WRONLY, 0600)) == 0);
    CHECK(trouble_opening(node, "do this").empty());
    CHECK(trouble_opening(scratch.path() / "gone", "do this").find("No such file or directory") !=
          std::string::npos);
    // Root is asked as a user without rights; anybody else takes them away.
    const bool root = ::getuid() == 0;
    if (root) REQUIRE(::setresuid(65534, static_cast<uid_t>(-1), 0) == 0);
    if (!root) REQUIRE(::chmod(node.c_str(), 0) == 0);
    const std::string told = trouble_opening(node, "do this");
    if (root) REQUIRE(::setresuid(0, 0, 0) == 0);
    CHECK(told == "this user may not open " + node.string() + ": do this");
}

TEST_CASE(
    "each of the 196,608 identities of our boards' makers that is known is in the udev rules, before 73") {
    const fs::path file = fs::path(FOURPOLE_SOURCE) / "scripts/60-fourpole.rules";
    CHECK(std::stoi(file.filename().string()) < 73);
    const std::string rules = file_text(file);
    int known = 0;
    for (const int vendor : {0x16c0, 0x1a86, 0x2a19}) {
        for (int product = 0; product <= 0xffff; ++product) {
            const Plugged p = device(vendor, product, "USBRelay2", "1-1");
            if (!known_board(p.usb)) continue;
            ++known;
            const std::string id = vid_pid(p.usb);
            INFO(id);
            const auto line = rules.find("==\"" + id.substr(0, 4) + "\"");
            REQUIRE(line != std::string::npos);
            CHECK(rules.substr(line, rules.find('\n', line) - line).find(id.substr(5)) != std::string::npos);
        }
    }
    CHECK(known == 6);
}
