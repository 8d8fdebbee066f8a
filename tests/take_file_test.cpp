// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/capture/take_file.hpp"

#include "rig/files/sha256.hpp"
#include "tests/catch.hpp"

#include <unistd.h>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>

using namespace fourpole;

namespace {

/// A folder of its own, with a space and letters beyond ASCII in its name.
struct Folder {
    std::filesystem::path path =
        std::filesystem::temp_directory_path() / ("fourpole Prüfung " + std::to_string(getpid()));
    Folder() { std::filesystem::create_directories(path); }
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
    std::filesystem::path put(const std::string& name, const std::string& bytes) const {
        std::ofstream(path / name, std::ios::binary) << bytes;
        return path / name;
    }
};

std::string little(std::uint64_t value, int count) {
    std::string bytes;
    for (int i = 0; i < count; ++i) bytes += static_cast<char>((value >> (8 * i)) & 0xff);
    return bytes;
}

std::string big(std::uint64_t value, int count) {
    const std::string turned = little(value, count);
    return {turned.rbegin(), turned.rend()};
}

struct Wav {
    unsigned tag = 1, channels = 2, rate = 48000, bits = 16;
    int align = -1;  ///< -1: what fits
    std::uint32_t frames = 4;
    std::int64_t claimed = -1;  ///< bytes that the data chunk says it has; -1: what it has
    std::string samples = std::string(16, '\x10');

    std::string format() const {
        const unsigned fits = channels * bits / 8;
        const unsigned a = align < 0 ? fits : static_cast<unsigned>(align);
        return "fmt " + little(16, 4) + little(tag, 2) + little(channels, 2) + little(rate, 4) +
               little(rate * fits, 4) + little(a, 2) + little(bits, 2);
    }
    std::string bytes() const {
        const auto size = claimed < 0 ? samples.size() : static_cast<std::uint64_t>(claimed);
        const std::string rest = "WAVE" + format() + "data" + little(size, 4) + samples;
        return "RIFF" + little(rest.size(), 4) + rest;
    }
};

Fault refused(const std::filesystem::path& file) {
    const auto take = read_take(file);
    INFO(file.string());
    REQUIRE_FALSE(take.has_value());
    CHECK(take.error().what.find(file.string()) != std::string::npos);
    return take.error();
}

bool says(const Fault& fault, const std::string& words) {
    UNSCOPED_INFO(fault.what);
    return fault.what.find(words) != std::string::npos;
}

Take some_take(int bits, bool floating) {
    Take take;
    take.rate_hz = 44100.0;
    take.bits = bits;
    take.floating_point = floating;
    take.channels.assign(2, {});
    for (int n = 0; n < 20000; ++n) {
        const double x = std::sin(0.1 * n) * 0.99;
        const double step = floating ? std::ldexp(1.0, -23) : std::ldexp(1.0, 1 - bits);
        take.channels[0].push_back(std::round(x / step) * step);
        take.channels[1].push_back(n % 2 == 0 ? -1.0 : 1.0 - step);  // both ends of the range
    }
    return take;
}

}  // namespace

TEST_CASE("a take of 16, 24, 32 bits or float comes back from its file bit for bit") {
    const Folder folder;
    const auto [bits, floating] = GENERATE(std::pair{16, false}, std::pair{24, false}, std::pair{32, false},
                                           std::pair{32, true}, std::pair{64, true});
    Take take = some_take(bits, floating);
    const auto file = folder.path / "A-0.wav";
    REQUIRE(write_take(take, file).has_value());
    const auto back = read_take(file);
    REQUIRE(back.has_value());
    CHECK(back->channels == take.channels);
    CHECK(back->rate_hz == 44100.0);
    CHECK(back->bits == bits);
    CHECK(back->floating_point == floating);
    CHECK(back->sha256 == take.sha256);
    CHECK(take.sha256 == *sha256_of_file(file));
    CHECK(std::distance(std::filesystem::directory_iterator(folder.path), {}) == 2);  // nothing else left
}

TEST_CASE("16-bit 0x1010 is 4112 / 32768 = 0.12548828125 exactly") {
    const Folder folder;
    const auto take = read_take(folder.put("x.wav", Wav{}.bytes()));
    REQUIRE(take.has_value());
    CHECK(take->frames() == 4);
    CHECK(take->channels[1][3] == 0.12548828125);
}

TEST_CASE("the facts beside a take come back as they were, the programme byte for byte") {
    const Folder folder;
    Take take = some_take(24, false);
    take.facts.arm = "Ä/B \"1\"";
    take.facts.repeat = 3;
    take.facts.programme_text = "{ \"id\" :\t\"Lied\",\n\"x\": 1.50 }\r\n\\ü";
    take.facts.bench = "Scarlett 4i4, serial 7";
    take.facts.simulated = true;
    take.facts.same_clock = true;
    take.facts.channels = {"right", "left"};
    take.facts.volts_per_full_scale = {1.1, 0.1};
    take.facts.volts_relative_u = {0.002, 0.3};
    take.facts.calibration = "nominal";
    take.facts.started = "2014-05-06T07:08:09+02:00";
    REQUIRE(write_take(take, folder.path / "x.wav").has_value());
    const auto back = read_take(folder.path / "x.wav");
    REQUIRE(back.has_value());
    CHECK(back->facts.arm == take.facts.arm);
    CHECK(back->facts.repeat == 3);
    CHECK(back->facts.programme_text == take.facts.programme_text);
    CHECK(back->facts.bench == take.facts.bench);
    CHECK(back->facts.simulated);
    CHECK(back->facts.same_clock);
    CHECK(back->facts.channels == take.facts.channels);
    CHECK(back->facts.volts_per_full_scale == take.facts.volts_per_full_scale);
    CHECK(back->facts.volts_relative_u == take.facts.volts_relative_u);
    CHECK(back->facts.calibration == "nominal");
    CHECK(back->facts.started == take.facts.started);
}

TEST_CASE("a sidecar that is malformed is refused with exit 2, one of another take with exit 3") {
    const Folder folder;
    const auto wav = folder.put("x.wav", Wav{}.bytes());
    const auto refusal = [&](const std::string& json) {
        folder.put("x.json", json);
        const auto take = read_take(wav);
        REQUIRE_FALSE(take.has_value());
        CHECK(take.error().what.find("x.json") != std::string::npos);
        return exit_code(take.error().kind);
    };
    CHECK(refusal("") == 2);
    CHECK(refusal("[]") == 2);
    CHECK(refusal("{}") == 2);
    CHECK(refusal(R"({"schema": "fourpole/take@1", "repeat": -1})") == 2);
    CHECK(refusal(R"({"schema": "fourpole/take@1", "repeat": "x"})") == 2);
    CHECK(refusal(R"({"schema": "fourpole/take@1", "gain": 1})") == 2);
    CHECK(refusal(R"({"schema": "fourpole/take@1", "calibration": "perfect"})") == 2);
    folder.put("x.json", R"({"schema": "fourpole/take@1", "sha256": "00"})");
    const Fault other = refused(wav);
    CHECK(exit_code(other.kind) == 3);
    folder.put("x.json", R"({"schema": "fourpole/programme@1", "id": "somebody's programme"})");
    CHECK(read_take(wav).has_value());
}

TEST_CASE("what is no sound file is bad input, exit 2") {
    const Folder folder;
    CHECK(says(refused(folder.put("empty.wav", "")), "is empty"));
    CHECK(says(refused(folder.put("text.wav", "The quick brown fox\n")), "is no sound file"));
    CHECK(says(refused(folder.put("avi.wav", "RIFF" + little(4, 4) + "AVI ")), "not a WAVE one"));
    CHECK(says(refused(folder.path / "absent.wav"), "no such file"));
    CHECK(says(refused(folder.path), "is a folder"));
    CHECK(refused(folder.path / "text.wav").kind == Fault::Kind::bad_input);
    CHECK(refused(folder.path / "empty.wav").kind == Fault::Kind::bad_input);
}

TEST_CASE("a broken WAV is an invalid take, and the sentence says what is wrong") {
    const Folder folder;
    const auto why = [&](const Wav& wav) {
        const Fault fault = refused(folder.put("broken.wav", wav.bytes()));
        CHECK(exit_code(fault.kind) == 3);
        return fault;
    };
    CHECK(says(why({.channels = 0}), "zero channels"));
    CHECK(says(why({.rate = 0}), "its rate is 0 Hz"));
    CHECK(says(why({.align = 6}), "says a frame has 6 bytes"));
    CHECK(says(why({.claimed = 0}), "holds no samples"));
    CHECK(says(why({.claimed = 116}), "100 are missing"));
    CHECK(says(why({.claimed = 0xffffffff}), "4294967279 are missing"));
    CHECK(says(why({.claimed = 15}), "middle of a frame"));

    // Half of the samples in the header, the others behind what it says; a little padding is none of them.
    const std::string many(20'000, '\x10');
    CHECK(says(why({.claimed = 10'000, .samples = many}),
               "says that it has 10000 bytes of samples, and 10000 more follow that are no chunk"));
    CHECK(read_take(folder.put("padded.wav", Wav{.claimed = 16'000, .samples = many}.bytes())).has_value());

    const std::string whole = Wav{}.bytes();
    CHECK(says(refused(folder.put("twice.wav", whole + "data" + little(4, 4) + "abcd")), "two chunks"));
    const std::string early = "WAVEdata" + little(4, 4) + "abcd" + Wav{}.format();
    CHECK(says(refused(folder.put("early.wav", "RIFF" + little(40, 4) + early)), "before it says"));
    const std::string shorter = "WAVEfmt " + little(0, 4) + "data" + little(4, 4) + "abcd";
    CHECK(says(refused(folder.put("fmt0.wav", "RIFF" + little(40, 4) + shorter)), "format chunk of 0 bytes"));
}

TEST_CASE("65535 channels, 48 Hz, 8 bits or a compressed WAV are bad input, exit 2: another file is wanted") {
    const Folder folder;
    const auto why = [&](const Wav& wav) {
        const Fault fault = refused(folder.put("other.wav", wav.bytes()));
        CHECK(exit_code(fault.kind) == 2);
        return fault;
    };
    CHECK(says(why({.channels = 65535}), "65535 channels; allowed: 1 to 32"));
    CHECK(says(why({.rate = 0x80000000}), "its rate is 2147483648 Hz"));
    CHECK(says(why({.rate = 48}), "its rate is 48 Hz; allowed: 8000 Hz to 384000 Hz"));
    CHECK(says(why({.tag = 0x11}), "compressed (format tag 0x0011)"));
    CHECK(says(why({.bits = 8}), "8-bit integer"));
    CHECK(says(why({.tag = 3, .bits = 16}), "16-bit floating-point"));
}

TEST_CASE("a WAV cut at any of its 60 bytes is refused, and never read as less") {
    const Folder folder;
    const std::string whole = Wav{}.bytes();
    REQUIRE(whole.size() == 60);
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const Fault fault = refused(folder.put("cut.wav", whole.substr(0, size)));
        CHECK(exit_code(fault.kind) == (size < 4 ? 2 : 3));
        if (size >= 44) CHECK(says(fault, std::to_string(60 - size) + " are missing"));
    }
}

TEST_CASE("one byte changed anywhere in a WAV header crashes nothing and never grows the take") {
    const Folder folder;
    const std::string whole = Wav{}.bytes();
    for (std::size_t at = 0; at < 44; ++at)
        for (const char value : {'\x00', '\x01', '\x7f', '\x80', '\xff'}) {
            std::string changed = whole;
            changed[at] = value;
            const auto take = read_take(folder.put("mutant.wav", changed));
            if (take) CHECK(take->frames() * take->channels.size() <= 8);
        }
}

TEST_CASE("a mono file has one channel, an extensible one reads as a plain one") {
    const Folder folder;
    const auto mono = read_take(folder.put("mono.wav", Wav{.channels = 1}.bytes()));
    REQUIRE(mono.has_value());
    CHECK(mono->channels.size() == 1);
    CHECK(mono->frames() == 8);

    const std::string guid =
        std::string("\x01\x00\x00\x00\x00\x00\x10\x00\x80\x00\x00\xaa\x00\x38\x9b\x71", 16);
    std::string format = Wav{.tag = 0xfffe}.format() + little(22, 2) + little(16, 2) + little(3, 4) + guid;
    format.replace(4, 4, little(40, 4));
    const std::string rest = "WAVE" + format + "data" + little(16, 4) + std::string(16, '\x10');
    const auto take = read_take(folder.put("extensible.wav", "RIFF" + little(rest.size(), 4) + rest));
    REQUIRE(take.has_value());
    CHECK(take->channels[0][0] == 0.12548828125);
}

TEST_CASE("24 valid bits at the top of 32 are read as 24 bits, 33 of 32 and 12 are refused") {
    const Folder folder;
    const std::string guid =
        std::string("\x01\x00\x00\x00\x00\x00\x10\x00\x80\x00\x00\xaa\x00\x38\x9b\x71", 16);
    const auto put = [&](std::uint64_t valid) {
        std::string format = Wav{.tag = 0xfffe, .bits = 32, .align = 8}.format() + little(22, 2) +
                             little(valid, 2) + little(3, 4) + guid;
        format.replace(4, 4, little(40, 4));
        // 0x123456 and -0x123456 of 24 bits.
        const std::string rest = "WAVE" + format + "data" + little(8, 4) + little(0x12345600, 4) +
                                 little(0x100000000 - 0x12345600, 4);
        return folder.put("valid.wav", "RIFF" + little(rest.size(), 4) + rest);
    };
    const auto take = read_take(put(24));
    REQUIRE(take.has_value());
    CHECK(take->bits == 24);
    CHECK(take->channels[0][0] == 1193046.0 / 8388608.0);
    CHECK(take->channels[1][0] == -1193046.0 / 8388608.0);
    CHECK(read_take(put(0))->bits == 32);
    for (const std::uint64_t valid : {33, 12}) {
        const Fault fault = refused(put(valid));
        CHECK(exit_code(fault.kind) == 2);
        CHECK(says(fault, "bits of 32 are valid; allowed: 16 to 32"));
    }
}

TEST_CASE("RF64, W64, AIFF and CAF are told by content whatever they are called") {
    const Folder folder;
    const std::string samples(16, '\x10');
    const std::string ds64 =
        "ds64" + little(28, 4) + little(0, 8) + little(16, 8) + little(4, 8) + little(0, 4);
    const std::string rf64 =
        "RF64" + little(0xffffffff, 4) + "WAVE" + ds64 + Wav{}.format() + "data" + little(0xffffffff, 4);
    const auto guid = [](const std::string& chunk) {
        return chunk + std::string("\xf3\xac\xd3\x11\x8c\xd1\x00\xc0\x4f\x8e\xdb\x8a", 12);
    };
    const std::string riff = "riff" + std::string("\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\x00\x00", 12);
    const std::string w64 = riff + little(120, 8) + guid("wave") + guid("fmt ") + little(40, 8) +
                            Wav{}.format().substr(8) + guid("data") + little(40, 8);
    // 48000 = 0xbb80 (16 bits, so 2^15): exponent 16383 + 15 = 0x400e, mantissa from the top bit.
    const std::string common = "COMM" + big(18, 4) + big(2, 2) + big(4, 4) + big(16, 2) + big(0x400e, 2) +
                               big(0xbb80000000000000u, 8);
    const std::string aiff = "FORM" + big(62, 4) + "AIFF" + common + "SSND" + big(24, 4) + big(0, 8);
    const std::string caf = "caff" + big(1, 2) + big(0, 2) + "desc" + big(32, 8) +
                            big(0x40e7700000000000u, 8) + "lpcm" + big(2, 4) + big(4, 4) + big(1, 4) +
                            big(2, 4) + big(16, 4) + "data" + big(20, 8) + big(0, 4);
    for (const std::string& head : {rf64, w64, aiff, caf}) {
        const auto take = read_take(folder.put("named.sound", head + samples));
        INFO(head.substr(0, 4) << (take ? "" : take.error().what));
        REQUIRE(take.has_value());
        CHECK(take->rate_hz == 48000.0);
        CHECK(take->frames() == 4);
        CHECK(take->channels[1][3] == 0.12548828125);
        for (std::size_t size = 4; size < head.size() + samples.size(); ++size)
            CHECK(exit_code(refused(folder.put("cut.sound", (head + samples).substr(0, size))).kind) == 3);
    }
}

TEST_CASE("a FLAC is read exactly, and refused when it is cut or has the name of a WAV") {
    const Folder folder;
    const Take take = some_take(24, false);
    const auto bytes = sound_bytes(take, SoundCoding::flac);
    REQUIRE(bytes.has_value());
    REQUIRE(bytes->substr(0, 4) == "fLaC");
    const auto back = read_take(folder.put("good.flac", *bytes));
    REQUIRE(back.has_value());
    CHECK(back->channels == take.channels);
    CHECK(back->bits == 24);
    const Fault renamed = refused(folder.put("renamed.wav", *bytes));
    CHECK(exit_code(renamed.kind) == 3);
    CHECK(says(renamed, "is a FLAC file with the name of a WAV"));
    for (const std::size_t size : {4u, 20u, 41u, 60u, static_cast<unsigned>(bytes->size() / 2)})
        CHECK(exit_code(refused(folder.put("cut.flac", bytes->substr(0, size))).kind) == 3);
    std::string liar = *bytes;  // 2^36 - 1 frames: must not be believed, nor allocated
    liar.replace(21, 1, std::string(1, static_cast<char>(liar[21] | 0x0f)));
    liar.replace(22, 4, "\xff\xff\xff\xff");
    CHECK(says(refused(folder.put("liar.flac", liar)), "frames"));
}

TEST_CASE("a float sample that is not finite is named by its place: sample 7 of channel 2") {
    const Folder folder;
    for (const double poison :
         {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
        Take take = some_take(32, true);
        take.channels[1][7] = poison;
        const auto bytes = sound_bytes(take, SoundCoding::wav);
        REQUIRE(bytes.has_value());
        const Fault fault = refused(folder.put("poison.wav", *bytes));
        CHECK(exit_code(fault.kind) == 3);
        CHECK(says(fault, "sample 7 of channel 2 is not a finite number"));
    }
}

TEST_CASE("a take that cannot be written leaves nothing behind and says where") {
    const Folder folder;
    Take take = some_take(24, false);
    const auto written = write_take(take, folder.path / "absent" / "x.wav");
    REQUIRE_FALSE(written.has_value());
    CHECK(written.error().kind == Fault::Kind::bad_input);
    CHECK(take.sha256.empty());
    take.bits = 20;
    CHECK_FALSE(write_take(take, folder.path / "x.wav").has_value());
    CHECK(std::filesystem::is_empty(folder.path));
}
