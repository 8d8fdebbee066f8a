// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/model/random.hpp"

namespace fourpole {
namespace {

/// Both halves of a product of 32 bits by 32.
struct Product {
    std::uint32_t high, low;
};

Product product(std::uint32_t a, std::uint32_t b) {
    const std::uint64_t all = std::uint64_t{a} * b;
    return {static_cast<std::uint32_t>(all >> 32U), static_cast<std::uint32_t>(all)};
}

}  // namespace

std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key) {
    for (int round = 0; round < 10; ++round) {
        const Product a = product(0xD2511F53U, counter[0]), b = product(0xCD9E8D57U, counter[2]);
        counter = {b.high ^ counter[1] ^ key[0], b.low, a.high ^ counter[3] ^ key[1], a.low};
        key[0] += 0x9E3779B9U;  // golden ratio
        key[1] += 0xBB67AE85U;  // sqrt(3) - 1
    }
    return counter;
}

double to_open_unit_interval(std::uint64_t x) { return (static_cast<double>(x >> 12U) + 0.5) * 0x1p-52; }

double random_point(std::uint64_t seed, std::uint64_t trial, std::uint32_t axis) {
    const auto low = [](std::uint64_t x) { return static_cast<std::uint32_t>(x); };
    const auto high = [](std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32U); };
    // Two axes share one call's 128 bits.
    const auto bits = philox({low(trial), high(trial), axis / 2, 0}, {low(seed), high(seed)});
    const std::size_t first = axis % 2 == 0 ? 0 : 2;
    return to_open_unit_interval((std::uint64_t{bits[first]} << 32U) | bits[first + 1]);
}

}  // namespace fourpole
