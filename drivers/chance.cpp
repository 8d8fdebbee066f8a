// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/chance.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace fourpole {

namespace {

std::uint64_t stir(std::uint64_t x) {  // SplitMix64, Steele, Lea and Flood 2014
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

}  // namespace

std::uint64_t hash_of(std::initializer_list<std::string_view> words, std::uint64_t number) {
    std::uint64_t hash = 0xcbf29ce484222325u;
    for (const std::string_view word : words) {
        for (const char c : word) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
        hash = (hash ^ 0xffu) * 0x100000001b3u;  // "ab","c" is not "a","bc"
    }
    return stir(hash ^ stir(number));
}

double quantile_of(std::string_view figure, std::uint64_t unit) {
    // Whole numbers modulo 2^64 keep the fraction exact however large the unit number is.
    const std::uint64_t alpha = hash_of({"unit", figure}) | 1u;
    const std::uint64_t place = (std::uint64_t{1} << 63) + unit * alpha;
    return std::clamp(std::ldexp(static_cast<double>(place >> 11), -53), 1e-9, 1.0 - 1e-9);
}

double Chance::uniform() { return std::ldexp(static_cast<double>(engine_() >> 11), -53); }

double Chance::gauss() {
    if (has_spare_) {
        has_spare_ = false;
        return spare_;
    }
    const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));  // 1 - u is in (0, 1]
    const double angle = 2.0 * std::numbers::pi * uniform();
    spare_ = radius * std::sin(angle);
    has_spare_ = true;
    return radius * std::cos(angle);
}

}  // namespace fourpole
