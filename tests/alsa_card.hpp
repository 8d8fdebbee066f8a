// SPDX-License-Identifier: GPL-3.0-or-later
// A sound card made of arithmetic (tests/alsa_plugin), and takes over it through the real RtAudio and
// alsa-lib.
#pragma once

#include "drivers/audio/duplex_take.hpp"
#include "rig/capture/take_file.hpp"
#include "tests/catch.hpp"
#include "tests/scratch_run.hpp"

#include <unistd.h>

#include <cstdlib>
#include <fstream>

namespace fourpole {

/// For as long as it lives, ALSA knows one card, "default", with these settings of the plugin.
class AlsaCard {
public:
    explicit AlsaCard(const std::string& settings, const std::string& more = "") {
        // ALSA takes a space in this variable for the end of a path.
        std::string name = (fs::temp_directory_path() / "fourpole-alsa-XXXXXX").string();
        const int made = mkstemp(name.data());
        REQUIRE(made >= 0);
        close(made);
        file = name;
        const std::string lib = "{ lib \"" FOURPOLE_ALSA_PLUGIN "\" }\n";
        std::ofstream(file) << "pcm_type.fourpole_bench " << lib << "ctl_type.fourpole_bench " << lib
                            << (more.empty() ? "pcm.!default { type fourpole_bench " + settings + " }\n"
                                             : more)
                            << "ctl.!default { type fourpole_bench }\n";
        REQUIRE(setenv("ALSA_CONFIG_PATH", file.c_str(), 1) == 0);
    }
    ~AlsaCard() {
        std::error_code ignored;
        fs::remove(file, ignored);
    }
    AlsaCard(const AlsaCard&) = delete;
    AlsaCard& operator=(const AlsaCard&) = delete;

    Scratch folder;
    fs::path file;
};

constexpr unsigned card_rate = 96000, card_channels = 4, card_block = 512;

/// Sample n of output c: a whole number of 24-bit steps, at most 0.05 of full scale, like noise.
inline double noise_sample(std::uint64_t n, unsigned c) {
    std::uint64_t x = (n * card_channels + c + 1) * 0x9e3779b97f4a7c15ULL;
    x ^= x >> 31U;
    x *= 0xbf58476d1ce4e5b9ULL;
    const auto steps = static_cast<std::int64_t>((x >> 20U) % 838861) - 419430;
    return static_cast<double>(steps) / 8388608.0;
}

/// `seconds` of noise on channels 1 to 3, the counter on the fourth.
inline DuplexOrder order_for(const AlsaCard& card, double seconds) {
    DuplexOrder o;
    o.device = "default";
    o.rate_hz = card_rate;
    o.block = card_block;
    o.outputs = o.inputs = card_channels;
    o.ceiling = {0.1, 0.1, 0.1, 0.5};
    o.counter = CounterLoop{3, 3};
    o.lead = 4800;
    o.programme = static_cast<std::uint64_t>(seconds * card_rate);
    o.tail = 9600;
    o.virtual_clock = true;
    o.part = card.folder.path() / "part.w64";
    return o;
}

inline DuplexEnd play_noise(const DuplexOrder& order, const std::function<bool(double)>& progress = {}) {
    return play_and_record(
        order,
        [&](std::uint64_t first, std::span<double> samples) {
            for (std::size_t i = 0; i < samples.size(); ++i)
                samples[i] =
                    noise_sample(first + i / order.outputs, static_cast<unsigned>(i % order.outputs));
        },
        progress);
}

inline Take part_of(const DuplexOrder& order) {
    auto take = read_take(order.part);
    if (!take) FAIL(take.error().what);
    return std::move(*take);
}

}  // namespace fourpole
