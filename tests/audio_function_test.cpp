// SPDX-License-Identifier: GPL-3.0-or-later
// Descriptors of audio interfaces, written here byte by byte after USB Audio 1.0 and 2.0.
#include "drivers/usb/audio_function.hpp"
#include "drivers/usb/descriptor_walk.hpp"
#include "tests/audio_descriptors.hpp"
#include "tests/catch.hpp"

#include <random>

using namespace fourpole;

namespace {

/// A headset adapter of 1998: UAC1, 16 bits at 44.1 and 96 kHz out, 8 to 48 kHz in.
Bytes headset() {
    return joined({
        interface(0, 0, 0, 1, 0x00),
        {10, 0x24, 1, 0x00, 0x01, 0, 0, 2, 1, 2},
        {12, 0x24, 2, 1, 0x01, 0x01, 0, 2, 3, 0, 0, 0},
        {10, 0x24, 6, 2, 1, 1, 0x01, 0x02, 0x02, 0},  // mute for all, volume for each
        {9, 0x24, 3, 3, 0x02, 0x03, 0, 2, 4},         // headphones
        interface(1, 1, 1, 2, 0x00),
        {7, 0x24, 1, 1, 1, 0x01, 0x00},
        {14, 0x24, 2, 1, 2, 2, 16, 2, 0x44, 0xac, 0x00, 0x00, 0x77, 0x01},  // 44100, 96000
        {9, 5, 0x03, 0x09, 0xc4, 0x00, 1, 0, 0},                            // adaptive, 196 bytes
        {7, 0x25, 1, 0x01, 0, 0, 0},
        interface(2, 1, 1, 2, 0x00),
        {7, 0x24, 1, 6, 1, 0x01, 0x00},
        {14, 0x24, 2, 1, 1, 2, 16, 0, 0x40, 0x1f, 0x00, 0x80, 0xbb, 0x00},  // 8000 to 48000
        {9, 5, 0x84, 0x0d, 0x64, 0x00, 1, 0, 0},
    });
}

}  // namespace

TEST_CASE("a UAC2 interface of 2 outputs and 4 inputs has one clock, a feature unit and two settings") {
    const auto told = read_audio_functions(two_out_four_in());
    CHECK(told.troubles.empty());
    REQUIRE(told.functions.size() == 1);
    const AudioFunction& f = told.functions[0];
    CHECK(f.uac == 2);
    CHECK(f.version_bcd == 0x0200);
    REQUIRE(f.units.size() == 6);
    const AudioUnit* clock = f.unit(41);
    REQUIRE(clock);
    CHECK(clock->clock_type == AudioUnit::Clock::internal_programmable);
    CHECK_FALSE(clock->follows_frames);
    CHECK(clock->name_index == 5);
    const AudioUnit* feature = f.unit(10);
    REQUIRE(feature);
    REQUIRE(feature->controls.size() == 3);
    CHECK((feature->controls[0].mute && feature->controls[0].volume));
    CHECK_FALSE(feature->controls[1].mute);
    CHECK((feature->controls[1].volume && !feature->controls[1].volume_is_read_only));
    CHECK((feature->controls[2].volume && feature->controls[2].volume_is_read_only));
    CHECK(feature->name_index == 7);
    CHECK(f.unit(2)->channels == 4);
    CHECK(f.unit(20)->clock == 41);
    CHECK(path_to_source(f, 20) == std::vector<int>{20, 10, 1});

    REQUIRE(f.settings.size() == 2);
    const StreamSetting& out = f.settings[0];
    CHECK(out.interface_number == 1);
    CHECK(out.terminal == 1);
    CHECK((out.pcm && out.channels == 2 && out.subslot_bytes == 4 && out.bits == 24));
    REQUIRE(out.endpoints.size() == 2);
    CHECK(out.endpoints[0].sync == UsbEndpoint::Sync::asynchronous);
    CHECK(out.endpoints[0].max_packet_bytes == 104);
    CHECK((out.endpoints[1].usage == UsbEndpoint::Usage::feedback && out.endpoints[1].to_host));
    const StreamSetting& in = f.settings[1];
    CHECK(in.channels == 4);
    CHECK(in.endpoints[0].max_packet_bytes == 416);
    CHECK(in.endpoints[0].full_packets_only);
}

TEST_CASE("a UAC1 headset says its rates itself: 44.1 and 96 kHz out, 8 to 48 kHz in") {
    const auto told = read_audio_functions(headset());
    CHECK(told.troubles.empty());
    REQUIRE(told.functions.size() == 1);
    const AudioFunction& f = told.functions[0];
    CHECK(f.uac == 1);
    REQUIRE(f.unit(2));
    REQUIRE(f.unit(2)->controls.size() == 3);
    CHECK((f.unit(2)->controls[0].mute && !f.unit(2)->controls[0].volume));
    CHECK((f.unit(2)->controls[2].volume && !f.unit(2)->controls[2].mute));
    CHECK(f.unit(3)->terminal_type == 0x0302);
    REQUIRE(f.settings.size() == 2);
    CHECK(f.settings[0].rates_hz == std::vector<int>{44100, 96000});
    CHECK(f.settings[0].endpoints[0].sync == UsbEndpoint::Sync::adaptive);
    CHECK(f.settings[1].channels == 1);
    CHECK(f.settings[1].rate_range_hz == std::pair{8000, 48000});
}

TEST_CASE("lengths that lie, ids that are taken, circles and no channels are told and left out") {
    const auto troubles_of = [](Bytes bytes) { return read_audio_functions(bytes).troubles; };
    Bytes zero = headset();
    zero[9] = 0;  // bLength of the header
    REQUIRE(troubles_of(zero).size() == 1);
    CHECK(troubles_of(zero)[0] == "byte 9: a descriptor of 0 bytes; the shortest has 2");
    Bytes cut = headset();
    cut.resize(25);
    CHECK(troubles_of(cut)[0] == "byte 19: a descriptor of 12 bytes, of which 6 are there");

    Bytes twice = two_out_four_in();
    twice[9 + 9 + 9 + 8 + 3] = 0x29;  // the first terminal takes the clock's id
    CHECK(troubles_of(twice)[0] == "input terminal 41: the id is another unit's");

    const Bytes pins = joined({interface(0, 0, 0, 1, 0x20), {7, 0x24, 5, 3, 200, 1, 2}});
    CHECK(troubles_of(pins)[0] == "selector unit 3: its descriptor of 7 bytes is too short for what it says");
    const Bytes wide = joined({interface(0, 0, 0, 1, 0x00), {7, 0x24, 6, 2, 1, 0, 0}});
    CHECK(troubles_of(wide)[0].find("feature unit 2: ") == 0);

    const auto circle =
        read_audio_functions(joined({interface(0, 0, 0, 1, 0x20),
                                     {18, 0x24, 6, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
                                     {18, 0x24, 6, 4, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}}));
    CHECK(path_to_source(circle.functions[0], 3) == std::vector<int>{3, 4});

    const auto none = read_audio_functions(joined({interface(0, 0, 0, 1, 0x20),
                                                   interface(1, 1, 1, 2, 0x20),
                                                   {16, 0x24, 1, 1, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0},
                                                   {6, 0x24, 2, 1, 4, 24}}));
    CHECK(none.functions[0].settings.empty());
    CHECK(none.troubles[0] == "interface 1, setting 1: 0 channels of 24 bits in 4 bytes; it is not used");
    CHECK(read_audio_functions({}).functions.empty());
}

TEST_CASE("a word of a descriptor of 4 bytes that ends behind it is none, wherever it begins") {
    const Bytes bytes{4, 0x24, 0x34, 0x12, 0xff, 0xff};
    const UsbDescriptor d(std::span<const std::uint8_t>(bytes).first(4));
    CHECK(d.word(2, 2) == 0x1234U);
    CHECK(d.word(3) == 0x12U);
    for (const std::size_t offset : {3U, 4U, 5U, 200U}) CHECK_FALSE(d.word(offset, 2).has_value());
}

TEST_CASE("of 20,000 descriptors with bytes changed or cut none is read beyond its end") {
    std::mt19937 random(2);
    for (const Bytes& whole : {two_out_four_in(), headset()})
        for (int k = 0; k < 10'000; ++k) {
            // In a block of its own size: a sanitiser sees one byte too many.
            std::vector<std::uint8_t> bytes(
                whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(random() % (whole.size() + 1)));
            for (int change = 0; change < 4 && !bytes.empty(); ++change)
                bytes[random() % bytes.size()] = static_cast<std::uint8_t>(random());
            bytes.shrink_to_fit();
            const auto told = read_audio_functions(bytes);
            for (const AudioFunction& f : told.functions) {
                for (const AudioUnit& u : f.units) REQUIRE(path_to_source(f, u.id).size() <= f.units.size());
                for (const StreamSetting& s : f.settings)
                    if (s.pcm) REQUIRE((s.channels > 0 && s.bits <= 8 * s.subslot_bytes));
            }
            REQUIRE(told.troubles.size() <= 20);
        }
}
