// SPDX-License-Identifier: GPL-3.0-or-later
// Every allowed format, depth, rate and number of channels, written byte by byte by the formats' own rules.
#include "rig/capture/take_file.hpp"
#include "rig/capture/take_reader.hpp"
#include "tests/catch.hpp"

#include <unistd.h>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

using namespace fourpole;

namespace {

constexpr std::size_t frames = 60;

struct Layout {
    std::string format;
    unsigned bits = 16, channels = 2, rate = 48000;
    bool floating = false;

    std::size_t frame_bytes() const { return channels * bits / 8; }
    std::size_t bytes() const { return frames * frame_bytes(); }
    std::string words() const {
        return format + ", " + std::to_string(bits) + (floating ? " bits float, " : " bits, ") +
               std::to_string(rate) + " Hz, " + std::to_string(channels) + " channels";
    }
};

std::string little(std::uint64_t value, std::size_t count) {
    std::string bytes;
    for (std::size_t i = 0; i < count; ++i) bytes += static_cast<char>((value >> (8 * i)) & 0xff);
    return bytes;
}

std::string big(std::uint64_t value, std::size_t count) {
    const std::string turned = little(value, count);
    return {turned.rbegin(), turned.rend()};
}

/// Sample n of channel c in steps of 2^-15: no two neighbours alike, both ends of the range.
int code(std::size_t n, std::size_t c) {
    if (n == 0) return c % 2 == 0 ? -32768 : 32767;
    return static_cast<int>((n * 977 + c * 7919) % 65536) - 32768;
}

std::string samples(const Layout& l, bool big_endian) {
    std::string out;
    for (std::size_t n = 0; n < frames; ++n)
        for (std::size_t c = 0; c < l.channels; ++c) {
            const double x = code(n, c) / 32768.0;
            std::uint64_t word = static_cast<std::uint64_t>(std::int64_t{code(n, c)}) << (l.bits - 16);
            if (l.floating && l.bits == 32) word = std::bit_cast<std::uint32_t>(static_cast<float>(x));
            if (l.floating && l.bits == 64) word = std::bit_cast<std::uint64_t>(x);
            out += big_endian ? big(word, l.bits / 8) : little(word, l.bits / 8);
        }
    return out;
}

std::string wave_format(const Layout& l) {
    return little(l.floating ? 3 : 1, 2) + little(l.channels, 2) + little(l.rate, 4) +
           little(l.rate * l.frame_bytes(), 4) + little(l.frame_bytes(), 2) + little(l.bits, 2);
}

std::string chunk(const std::string& name, const std::string& body) {
    return name + little(body.size(), 4) + body + std::string(body.size() % 2, '\0');
}

std::string wav(const Layout& l) {
    return chunk("RIFF", "WAVE" + chunk("fmt ", wave_format(l)) + chunk("data", samples(l, false)));
}

std::string rf64(const Layout& l) {
    const std::string sizes =
        little(l.bytes() + 72, 8) + little(l.bytes(), 8) + little(frames, 8) + little(0, 4);
    return "RF64" + little(0xffffffff, 4) + "WAVE" + chunk("ds64", sizes) + chunk("fmt ", wave_format(l)) +
           "data" + little(0xffffffff, 4) + samples(l, false);
}

std::string w64(const Layout& l) {
    const auto guided = [](const std::string& name, const std::string& body) {
        return name + std::string("\xf3\xac\xd3\x11\x8c\xd1\x00\xc0\x4f\x8e\xdb\x8a", 12) +
               little(24 + body.size(), 8) + body + std::string((8 - body.size() % 8) % 8, '\0');
    };
    const std::string wave = "wave" + std::string("\xf3\xac\xd3\x11\x8c\xd1\x00\xc0\x4f\x8e\xdb\x8a", 12);
    const std::string rest = wave + guided("fmt ", wave_format(l)) + guided("data", samples(l, false));
    return "riff" + std::string("\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\x00\x00", 12) +
           little(24 + rest.size(), 8) + rest;
}

std::string aiff(const Layout& l) {
    // The rate as an 80-bit float: an exponent of 16383 + floor(log2), the mantissa from its top bit on.
    const auto power = static_cast<unsigned>(std::bit_width(l.rate)) - 1;
    std::string common = big(l.channels, 2) + big(frames, 4) + big(l.bits, 2) + big(16383 + power, 2) +
                         big(std::uint64_t{l.rate} << (63 - power), 8);
    if (l.floating) common += (l.bits == 32 ? "fl32" : "fl64") + std::string(2, '\0');
    const auto turned = [](const std::string& name, const std::string& body) {
        return name + big(body.size(), 4) + body + std::string(body.size() % 2, '\0');
    };
    return turned("FORM", (l.floating ? "AIFC" : "AIFF") + turned("COMM", common) +
                              turned("SSND", std::string(8, '\0') + samples(l, true)));
}

std::string caf(const Layout& l) {
    const std::string description = big(std::bit_cast<std::uint64_t>(static_cast<double>(l.rate)), 8) +
                                    "lpcm" + big(l.floating ? 1 : 0, 4) + big(l.frame_bytes(), 4) +
                                    big(1, 4) + big(l.channels, 4) + big(l.bits, 4);
    return "caff" + big(1, 2) + big(0, 2) + "desc" + big(description.size(), 8) + description + "data" +
           big(4 + l.bytes(), 8) + big(0, 4) + samples(l, true);
}

Take take_of(const Layout& l) {
    Take take;
    take.rate_hz = l.rate;
    take.bits = static_cast<int>(l.bits);
    take.channels.resize(l.channels);
    for (std::size_t c = 0; c < l.channels; ++c)
        for (std::size_t n = 0; n < frames; ++n) take.channels[c].push_back(code(n, c) / 32768.0);
    return take;
}

/// One file of its own, gone with the test.
struct OneFile {
    std::filesystem::path path =
        std::filesystem::temp_directory_path() / ("fourpole formats " + std::to_string(getpid()));
    explicit OneFile(const std::string& bytes) { std::ofstream(path, std::ios::binary) << bytes; }
    ~OneFile() {
        std::error_code ignored;
        std::filesystem::remove(path, ignored);
    }
};

void check_read(const Layout& l, const std::string& bytes) {
    INFO(l.words());
    const OneFile file(bytes);
    const auto take = read_take(file.path);
    INFO((take ? "" : take.error().what));
    REQUIRE(take.has_value());
    CHECK(take->channels == take_of(l).channels);
    CHECK(take->rate_hz == l.rate);
    CHECK(take->bits == static_cast<int>(l.bits));
    CHECK(take->floating_point == l.floating);
    // A piece from the middle, of the last channel only.
    auto reader = TakeReader::open(file.path);
    REQUIRE(reader.has_value());
    CHECK(reader->header().format == l.format);
    const std::array last{std::size_t{l.channels - 1}};
    for (const std::size_t first : {20u, 7u}) {
        const auto piece = reader->read(first, 5, last);
        REQUIRE(piece.has_value());
        REQUIRE(piece->size() == 1);
        for (std::size_t i = 0; i < 5; ++i)
            CHECK(piece->front()[i] == code(first + i, l.channels - 1) / 32768.0);
    }
}

constexpr std::array rates{8000u, 11025u, 44100u, 96000u, 192000u, 384000u};

}  // namespace

TEST_CASE("WAV, RF64, W64, AIFF and CAF of 16 to 64 bits, 8 to 384 kHz and 1 to 32 channels read alike") {
    for (const auto& [format, write] :
         {std::pair{"WAV", &wav}, std::pair{"RF64", &rf64}, std::pair{"W64", &w64}, std::pair{"AIFF", &aiff},
          std::pair{"CAF", &caf}})
        for (const auto& [bits, floating] :
             {std::pair{16u, false}, std::pair{24u, false}, std::pair{32u, false}, std::pair{32u, true},
              std::pair{64u, true}})
            for (const unsigned channels : {1u, 2u, 7u, 32u})
                for (const unsigned rate : rates) {
                    const Layout l{format, bits, channels, rate, floating};
                    check_read(l, write(l));
                }
}

TEST_CASE(
    "WAV, W64 and CAF written into a pipe say no length and are read to their end, half a frame left out") {
    const auto with = [](std::string bytes, std::size_t at, const std::string& words) {
        return bytes.replace(at, words.size(), words);
    };
    const Layout l{"WAV", 24, 2, 48000, false}, sony{"W64", 16, 2, 48000, false};
    for (const std::uint64_t none : {0xffffffffU, 0x7ffff000U, 0x80000000U}) {
        const std::string piped = with(with(wav(l), 4, little(none, 4)), 40, little(none, 4));
        check_read(l, piped);
        check_read(l, piped + "\x01\x02");
        // Only one of the two: the file is cut, or its header damaged.
        CHECK_FALSE(read_take(OneFile(with(wav(l), 40, little(none, 4))).path).has_value());
    }
    // CAF says -1; either way round, the samples go on to the end.
    for (const bool big_endian : {true, false}) {
        const Layout apple{"CAF", 24, 2, 48000, false};
        const std::string whole = caf(apple), head = whole.substr(0, whole.size() - apple.bytes());
        const std::string flags = big(big_endian ? 0 : 2, 4), none(8, '\xff');
        const std::string piped =
            with(with(head, 32, flags), head.size() - 12, none) + samples(apple, big_endian);
        check_read(apple, piped);
        check_read(apple, piped + "\x01\x02");
    }
    const std::uint64_t beyond = 0x7fffffffffffffff;
    check_read(sony, with(with(w64(sony), 16, little(beyond, 8)), 96, little(beyond, 8)));
}

TEST_CASE("FLAC of 16 and 24 bits, 8 to 384 kHz and 1 to 8 channels reads as it was written") {
    for (const unsigned bits : {16u, 24u})
        for (const unsigned channels : {1u, 2u, 8u})
            for (const unsigned rate : rates) {
                const Layout l{"FLAC", bits, channels, rate, false};
                const auto bytes = sound_bytes(take_of(l), SoundCoding::flac);
                REQUIRE(bytes.has_value());
                check_read(l, *bytes);
            }
}

TEST_CASE("33 channels, 48 bits, 7999 and 384001 Hz are refused in every format, with what is allowed") {
    for (const auto& [format, write] :
         {std::pair{"WAV", &wav}, std::pair{"RF64", &rf64}, std::pair{"W64", &w64}, std::pair{"AIFF", &aiff},
          std::pair{"CAF", &caf}})
        for (const auto& [layout, words] :
             {std::pair{Layout{format, 16, 33, 48000, false}, "33 channels; allowed: 1 to 32"},
              std::pair{Layout{format, 16, 2, 7999, false}, "7999 Hz; allowed: 8000 Hz to 384000 Hz"},
              std::pair{Layout{format, 16, 2, 384001, false}, "384001 Hz; allowed: 8000 Hz to 384000 Hz"},
              std::pair{Layout{format, 48, 2, 48000, false},
                        "48-bit integer samples; allowed: integers of 16"}}) {
            const OneFile file(write(layout));
            const auto take = read_take(file.path);
            INFO(layout.words());
            REQUIRE_FALSE(take.has_value());
            INFO(take.error().what);
            CHECK(take.error().kind == Fault::Kind::bad_input);
            CHECK(take.error().what.find(words) != std::string::npos);
        }
}

TEST_CASE("a piece behind the end of a file is a fault, and one before it is still read") {
    const Layout l{"WAV", 24, 2, 48000, false};
    const OneFile file(wav(l));
    auto reader = TakeReader::open(file.path);
    REQUIRE(reader.has_value());
    const std::array first{std::size_t{0}};
    const auto beyond = reader->read(frames - 3, 4, first);
    REQUIRE_FALSE(beyond.has_value());
    CHECK(beyond.error().what.find("breaks off: 60 of 60 frames") != std::string::npos);
    const auto before = reader->read(1, 2, first);
    REQUIRE(before.has_value());
    CHECK(before->front()[0] == code(1, 0) / 32768.0);
}
