// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstddef>
#include <exception>
#include <thread>
#include <vector>

namespace fourpole {

/// Does work(0) .. work(count - 1) on several threads. What each one writes to must be its own, so
/// that the result is the same on any number of them. What a work throws is thrown here, once all
/// are done: of several the one whose thread stands first.
template <class Work>
void share_out(unsigned threads, std::size_t count, const Work& work) {
    const std::size_t crew = std::clamp<std::size_t>(threads, 1, std::max<std::size_t>(count, 1));
    std::vector<std::exception_ptr> thrown(crew);
    const auto hand = [&](std::size_t first) {
        try {
            for (std::size_t i = first; i < count; i += crew) work(i);
        } catch (...) {
            thrown[first] = std::current_exception();
        }
    };
    {
        std::vector<std::jthread> others;
        for (std::size_t h = 1; h < crew; ++h) others.emplace_back(hand, h);
        hand(0);
    }
    for (const std::exception_ptr& each : thrown)
        if (each) std::rethrow_exception(each);
}

}  // namespace fourpole
