// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace fourpole {

/// Samples on their way between the audio thread and the disk's: one thread puts, one takes, nobody waits.
/// A sample is a word of 32 bits, integer or float alike.
class WordRing {
public:
    /// [control thread] Room for at least `words`.
    explicit WordRing(std::size_t words) : words_(std::bit_ceil(std::max<std::size_t>(words, 2))) {}

    std::size_t room() const noexcept { return words_.size() - filled(); }
    std::size_t filled() const noexcept {
        return put_.load(std::memory_order_acquire) - taken_.load(std::memory_order_acquire);
    }

    /// All of `from`, or nothing and false.
    bool put(std::span<const std::uint32_t> from) noexcept {
        if (room() < from.size()) return false;
        const std::size_t at = put_.load(std::memory_order_relaxed);
        const std::size_t begin = at & (words_.size() - 1);
        const std::size_t first = std::min(from.size(), words_.size() - begin);
        std::copy_n(from.begin(), first, words_.begin() + static_cast<std::ptrdiff_t>(begin));
        std::copy(from.begin() + static_cast<std::ptrdiff_t>(first), from.end(), words_.begin());
        put_.store(at + from.size(), std::memory_order_release);
        return true;
    }

    /// Fills `to`, or takes nothing and says false.
    bool take(std::span<std::uint32_t> to) noexcept {
        if (filled() < to.size()) return false;
        const std::size_t at = taken_.load(std::memory_order_relaxed);
        const std::size_t begin = at & (words_.size() - 1);
        const std::size_t first = std::min(to.size(), words_.size() - begin);
        std::copy_n(words_.begin() + static_cast<std::ptrdiff_t>(begin), first, to.begin());
        std::copy_n(words_.begin(), to.size() - first, to.begin() + static_cast<std::ptrdiff_t>(first));
        taken_.store(at + to.size(), std::memory_order_release);
        return true;
    }

private:
    std::vector<std::uint32_t> words_;
    alignas(64) std::atomic<std::size_t> put_{0};
    alignas(64) std::atomic<std::size_t> taken_{0};
};

}  // namespace fourpole
