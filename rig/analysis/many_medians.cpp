// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/analysis/many_medians.hpp"

#include "rig/wide.hpp"

#include <utility>

namespace fourpole {

namespace {

constexpr std::size_t most_exchanges = 191;  ///< of Batcher's network of 32

struct Network {
    std::array<std::pair<std::size_t, std::size_t>, most_exchanges> pairs{};
    std::size_t count = 0;
};

/// Knuth, The Art of Computer Programming 3, 5.2.2, algorithm M.
constexpr Network merge_exchange() {
    Network out;
    constexpr std::size_t top = medians_of / 2;
    for (std::size_t p = top; p > 0; p /= 2) {
        std::size_t q = top, r = 0, d = p;
        while (true) {
            for (std::size_t i = 0; i + d < medians_of; ++i)
                if ((i & p) == r) out.pairs[out.count++] = {i, i + d};
            if (q == p) break;
            d = q - p, q /= 2, r = p;
        }
    }
    return out;
}

constexpr Network network = merge_exchange();
static_assert(network.count == most_exchanges);

using Lanes = std::array<double, medians_at_once>;

FOURPOLE_WIDE void sort(std::array<Lanes, medians_of>& values) {
    for (const auto& [low, high] : network.pairs) {
        const Lanes a = values[low], b = values[high];
        Lanes less, more;
        for (std::size_t l = 0; l < medians_at_once; ++l) less[l] = b[l] < a[l] ? b[l] : a[l];
        for (std::size_t l = 0; l < medians_at_once; ++l) more[l] = a[l] < b[l] ? b[l] : a[l];
        values[low] = less, values[high] = more;
    }
}

}  // namespace

std::array<double, medians_at_once> many_medians(
    std::span<const double, medians_of * medians_at_once> groups) {
    alignas(64) std::array<Lanes, medians_of> values;
    for (std::size_t l = 0; l < medians_at_once; ++l)
        for (std::size_t i = 0; i < medians_of; ++i) values[i][l] = groups[l * medians_of + i];
    sort(values);
    return values[medians_of / 2];
}

}  // namespace fourpole
