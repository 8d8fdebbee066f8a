// SPDX-License-Identifier: GPL-3.0-or-later
// Noise over four channels, for whatever card: every sample is known.
#pragma once

#include "drivers/audio/duplex_take.hpp"
#include "rig/capture/take_file.hpp"
#include "tests/catch.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>

namespace fourpole {

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
inline DuplexOrder noise_order(AudioApi api, const std::string& device, const std::filesystem::path& folder,
                               double seconds) {
    DuplexOrder o;
    o.api = api;
    o.device = device;
    o.rate_hz = card_rate;
    o.block = card_block;
    o.outputs = o.inputs = card_channels;
    o.ceiling = {0.1, 0.1, 0.1, 0.5};
    o.counter = CounterLoop{3, 3};
    o.lead = 4800;
    o.programme = static_cast<std::uint64_t>(seconds * card_rate);
    o.tail = 9600;
    o.virtual_clock = true;
    o.part = folder / "part.w64";
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
