// SPDX-License-Identifier: GPL-3.0-or-later
// A mixer that is held still, on the card that is a plugin of ours.
#include "drivers/audio/pinned_mixer.hpp"
#include "drivers/audio/alsa_name.hpp"
#include "tests/alsa_card.hpp"

using namespace fourpole;

namespace {

AlsaMixer mixer() {
    auto opened = AlsaMixer::open("default");
    if (!opened) FAIL(opened.error().what);
    return *opened;
}

MixerControl control(const std::string& name) {
    const auto all = mixer().controls();
    if (!all) FAIL(all.error().what);
    for (const MixerControl& c : *all)
        if (c.name == name) return c;
    FAIL("no control " << name);
    return {};
}

void turn(const std::string& name, long value) {
    MixerControl c = control(name);
    std::fill(c.values.begin(), c.values.end(), value);
    const auto set = mixer().set(c);
    if (!set) FAIL(set.error().what);
}

std::string refusal(const std::vector<MixerPin>& pins) {
    const auto pinned = PinnedMixer::pin(mixer(), pins);
    return pinned ? "(not refused)"
                  : std::to_string(exit_code(pinned.error().kind)) + " " + pinned.error().where + ": " +
                        pinned.error().what;
}

const std::string volume = "PCM Playback Volume", mute = "PCM Playback Switch", clock_source = "Clock Source";

}  // namespace

TEST_CASE("ALSA knows by its number the card that RtAudio 5.2 and 6 name in 2 ways, and takes neither name") {
    const std::vector<AlsaPcm> pcms{{0, 0, "HDA Intel, PCH", "ALC1220 Analog", "ALC1220 Analog"},
                                    {0, 3, "HDA Intel, PCH", "HDMI 0", "DELL U2720Q"},
                                    {2, 0, "Scarlett 4i4 USB", "USB Audio", "USB Audio"},
                                    {2, 1, "Scarlett 4i4 USB", "USB Audio #1", "USB Audio #1"},
                                    {3, 0, "Codec (rev 2)", "USB Audio", "USB Audio"}};
    CHECK(alsa_name_among(pcms, "hw:Scarlett 4i4 USB,0") == "hw:2,0");
    CHECK(alsa_name_among(pcms, "hw:HDA Intel, PCH,3") == "hw:0,3");
    CHECK(alsa_name_among(pcms, "Scarlett 4i4 USB (USB Audio)") == "hw:2,0");
    CHECK(alsa_name_among(pcms, "hw:M4,0") == "hw:M4,0");
    CHECK(alsa_name_among(pcms, "default") == "default");
}

TEST_CASE("a card whose name has brackets, and its second device, are known by ALSA's numbers 3,0 and 2,1") {
    const std::vector<AlsaPcm> pcms{{2, 0, "Scarlett 4i4 USB", "USB Audio", "USB Audio"},
                                    {2, 1, "Scarlett 4i4 USB", "USB Audio #1", "USB Audio #1"},
                                    {3, 0, "Codec (rev 2)", "USB Audio", "USB Audio"}};
    CHECK(alsa_name_among(pcms, "Codec (rev 2) (USB Audio)") == "hw:3,0");
    CHECK(alsa_name_among(pcms, "Scarlett 4i4 USB (USB Audio #1)") == "hw:2,1");
    CHECK(alsa_name_among(pcms, "hw:Codec (rev 2),0") == "hw:3,0");
}

TEST_CASE("a card's four controls read 127 of 0 to 127, on, Internal and on, and one of them only reads") {
    const AlsaCard card("channels 2");
    const auto all = mixer().controls();
    REQUIRE(all.has_value());
    REQUIRE(all->size() == 4);
    CHECK(control(volume).in_words() == "127 of 0 to 127");
    CHECK(control(mute).in_words() == "on");
    CHECK(control(clock_source).in_words() == "Internal");
    CHECK(control(volume).values.size() == 2);
    CHECK(control(volume).writable);
    CHECK_FALSE(control("Sync Switch").writable);
    CHECK(AlsaMixer::card_of("hw:M4,0") == "hw:M4");
    CHECK(AlsaMixer::card_of("default") == "default");
    const auto none = AlsaMixer::open("hw:NoSuchCard");
    REQUIRE_FALSE(none.has_value());
    CHECK(exit_code(none.error().kind) == exit_code(Fault::Kind::bench_trouble));
}

TEST_CASE("what is pinned is set on both channels, watched, and put back at the end, the last one first") {
    const AlsaCard card("channels 2");
    turn(volume, 64);
    {
        const auto pinned = PinnedMixer::pin(mixer(), {{volume, 0, 90L}, {mute, 0, false}});
        if (!pinned) FAIL(pinned.error().what);
        CHECK(control(volume).values == std::vector<long>{90, 90});
        CHECK(control(mute).values == std::vector<long>{0});
        auto moved = (*pinned)->moved();
        REQUIRE(moved.has_value());
        CHECK(moved->empty());
        // Nobody pinned the clock, and yet it may not change.
        turn(clock_source, 1);
        MixerControl louder = control(volume);
        louder.values[1] = 91;
        REQUIRE(mixer().set(louder).has_value());
        moved = (*pinned)->moved();
        REQUIRE(moved.has_value());
        REQUIRE(moved->size() == 2);
        CHECK((*moved)[0] ==
              "\"PCM Playback Volume\" moved from 90 of 0 to 127 to 90 of 0 to 127, 91 of 0 to 127");
        CHECK((*moved)[1] == "\"Clock Source\" moved from Internal to S/PDIF");
        turn(clock_source, 0);
    }
    CHECK(control(volume).values == std::vector<long>{64, 64});
    CHECK(control(mute).values == std::vector<long>{1});
    turn(volume, 127);
}

TEST_CASE("a control that is not there, only reads or takes no such value is refused before any is touched") {
    const AlsaCard card("channels 2");
    const MixerPin first{volume, 0, 5L};
    CHECK(refusal({first, {"Phantom", 0, true}}) ==
          "2 mixer of default: \"Phantom\": found no such control; allowed: one of \"PCM Playback Volume\", "
          "\"PCM Playback Switch\", \"Clock Source\"");
    CHECK(refusal({first, {volume, 1, 5L}}).find("\"PCM Playback Volume,1\": found no such") !=
          std::string::npos);
    CHECK(refusal({first, {"Sync Switch", 0, true}}).find("only be read") != std::string::npos);
    CHECK(refusal({first, {volume, 0, 128L}}).find("found 128; allowed: 0 to 127") != std::string::npos);
    CHECK(refusal({first, {volume, 0, true}}).find("a whole number from 0 to 127") != std::string::npos);
    CHECK(refusal({first, {mute, 0, 1L}}).find("found 1; allowed: true or false") != std::string::npos);
    CHECK(refusal({first, {clock_source, 0, std::string("ADAT")}}).find("one of \"Internal\", \"S/PDIF\"") !=
          std::string::npos);
    CHECK(control(volume).values == std::vector<long>{127, 127});
}

TEST_CASE("a card that keeps 100 where 120 was set is trouble, and stands as before") {
    const AlsaCard card("channels 2");
    turn(clock_source, 1);
    turn(volume, 40);
    CHECK(refusal({{volume, 0, 120L}}).find("was set to 120 of 0 to 127 and reads 100 of 0 to 127") !=
          std::string::npos);
    CHECK(control(volume).values == std::vector<long>{40, 40});
    turn(clock_source, 0);
    turn(volume, 127);
}
