// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/model/population.hpp"

#include <algorithm>
#include <cstdint>
#include <thread>
#include <vector>

namespace fourpole {

/// Does work(0) .. work(count - 1) on several threads. What each one writes to must be its own.
template <class Work>
void share_out(unsigned threads, std::size_t count, const Work& work) {
    const std::size_t crew = std::clamp<std::size_t>(threads, 1, std::max<std::size_t>(count, 1));
    const auto hand = [&](std::size_t first) {
        for (std::size_t i = first; i < count; i += crew) work(i);
    };
    std::vector<std::jthread> others;
    for (std::size_t h = 1; h < crew; ++h) others.emplace_back(hand, h);
    hand(0);
}

/// Which units one block holds.
struct BlockPlan {
    std::uint64_t seed = 0, first_unit = first_predicted_unit;
    std::size_t draws = 4096;
    unsigned threads = 2;
};

}  // namespace fourpole
