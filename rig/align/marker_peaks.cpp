// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/align/marker_peaks.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>

namespace fourpole {

double upper_median(const std::vector<double>& values) {
    constexpr int digit = 16;
    std::size_t below = values.size() / 2;  // so many stand before it among those that begin like it
    std::uint64_t known = 0;
    std::vector<std::size_t> counts(std::size_t{1} << digit);
    for (int shift = 64 - digit; shift >= 0; shift -= digit) {
        std::fill(counts.begin(), counts.end(), std::size_t{0});
        for (const double v : values) {
            const auto bits = std::bit_cast<std::uint64_t>(v);
            const bool alike = shift == 64 - digit || (bits ^ known) >> (shift + digit) == 0;
            if (alike) ++counts[(bits >> shift) & (counts.size() - 1)];
        }
        std::size_t next = 0;
        while (below >= counts[next]) below -= counts[next++];
        known |= static_cast<std::uint64_t>(next) << shift;
    }
    return std::bit_cast<double>(known);
}

double vertex(const std::vector<double>& x, std::size_t i) {
    if (i == 0 || i + 1 >= x.size()) return 0.0;
    const double curve = x[i - 1] - 2.0 * x[i] + x[i + 1];
    return curve < 0.0 ? std::clamp(0.5 * (x[i - 1] - x[i + 1]) / curve, -0.5, 0.5) : 0.0;
}

std::vector<std::size_t> strongest_peaks(const std::vector<double>& x, std::size_t count, std::size_t apart) {
    std::vector<std::size_t> out;
    const auto near_one = [&](std::size_t i) {
        return std::any_of(out.begin(), out.end(),
                           [&](std::size_t peak) { return i + apart >= peak && i < peak + apart; });
    };
    while (out.size() < count) {
        std::size_t best = x.size();
        for (std::size_t i = 0; i < x.size(); ++i)
            if (x[i] > (best < x.size() ? x[best] : 0.0) && !near_one(i)) best = i;
        if (best == x.size()) break;
        out.push_back(best);
    }
    return out;
}

}  // namespace fourpole
