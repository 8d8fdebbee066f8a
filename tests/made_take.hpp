// SPDX-License-Identifier: GPL-3.0-or-later
// Takes of the shipped programme with one known defect each.
#pragma once

#include "rig/capture/take.hpp"
#include "rig/profile/load.hpp"
#include "rig/stimulus/evaluate.hpp"
#include "tests/catch.hpp"

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace fourpole {

inline Programme sweep_pair() {
    auto p = load_programme(std::filesystem::path(FOURPOLE_SOURCE) / "profiles/programmes/sweep_pair.json");
    REQUIRE(p.has_value());
    return std::move(*p);
}

/// A take of the shipped programme: each side's own signal, a leak of 1 % inverted, noise of
/// -90 dBFS, 24 bits.
inline Take played(const Programme& programme, double ppm, double start, double second_side = 1.0) {
    Take take;
    take.rate_hz = 48000.0;
    take.bits = 24;
    const Clock clock{take.rate_hz, start, ppm};
    const auto frames = static_cast<std::size_t>((programme.length_s + 0.5) * take.rate_hz);
    PerSide<std::vector<double>> own;
    for (const Side s : sides) own[s] = render(programme, s, clock, frames);
    std::mt19937_64 random(5);
    std::normal_distribution<double> noise(0.0, 2.2e-5);
    for (const Side s : sides) {
        std::vector<double> out(frames);
        for (std::size_t n = 0; n < frames; ++n) {
            const double x = 0.8 * (own[s][n] - 0.01 * own[other(s)][n]) + noise(random);
            out[n] =
                std::round(std::ldexp((s == Side::left ? 1.0 : second_side) * x, 23)) / std::ldexp(1.0, 23);
        }
        take.channels.push_back(std::move(out));
    }
    return take;
}

inline void lose(Take& take, std::size_t at, std::size_t count) {
    for (auto& c : take.channels)
        c.erase(c.begin() + static_cast<std::ptrdiff_t>(at),
                c.begin() + static_cast<std::ptrdiff_t>(at + count));
}
inline void insert_zeros(Take& take, std::size_t at, std::size_t count) {
    for (auto& c : take.channels) c.insert(c.begin() + static_cast<std::ptrdiff_t>(at), count, 0.0);
}
inline void blank(Take& take, std::size_t at, std::size_t count) {
    for (auto& c : take.channels) std::fill_n(c.begin() + static_cast<std::ptrdiff_t>(at), count, 0.0);
}
inline void repeat(Take& take, std::size_t at, std::size_t count) {
    for (auto& c : take.channels) {
        const std::vector<double> again(c.begin() + static_cast<std::ptrdiff_t>(at - count),
                                        c.begin() + static_cast<std::ptrdiff_t>(at));
        c.insert(c.begin() + static_cast<std::ptrdiff_t>(at), again.begin(), again.end());
    }
}

}  // namespace fourpole
