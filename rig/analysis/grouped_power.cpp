// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/analysis/grouped_power.hpp"

#include "rig/analysis/many_medians.hpp"
#include "rig/analysis/median.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace fourpole {

namespace {

constexpr std::size_t group = bins_of_group;
static_assert(group == medians_of);
constexpr double lines_beyond_chance = 6.0;  ///< standard deviations of a group's power: it has long tails

/// Of the upper median of `count` values of an exponential distribution of mean 1 (order statistics:
/// sums of 1/i and 1/i^2 over the values above it and itself).
struct MedianOfNoise {
    double mean = 0.0, rms = 0.0;
    explicit MedianOfNoise(std::size_t count) {
        double variance = 0.0;
        for (std::size_t i = count - count / 2; i <= count; ++i) {
            const double one = 1.0 / static_cast<double>(i);
            mean += one, variance += one * one;
        }
        rms = std::sqrt(mean * mean + variance);
    }
};

/// @param first  number of the group's first bin
GroupPower of_group(std::span<const double> power, std::span<const double> gain_squared, double median,
                    const MedianOfNoise& of, std::size_t first, double turn_of_bin) {
    GroupPower out;
    double gain = 0.0, gain2 = 0.0;
    for (std::size_t k = 0; k < power.size(); ++k) {
        out.power += power[k] * gain_squared[k];
        gain += gain_squared[k];
        gain2 += gain_squared[k] * gain_squared[k];
    }
    const double density = median / of.rms;
    out.variance = gain2 * density * density;
    const double line = out.power - median / of.mean * gain;
    if (line <= lines_beyond_chance * std::sqrt(out.variance)) return out;
    double place = 0.0;
    for (std::size_t k = 0; k < power.size(); ++k)
        place += power[k] * gain_squared[k] * static_cast<double>(first + k);
    if (place <= 0.0) return out;
    out.line = line;
    out.variance += std::pow(line / (turn_of_bin * place / out.power), 2);
    return out;
}

}  // namespace

std::vector<GroupPower> group_powers(std::span<const double> power, std::span<const double> gain_squared,
                                     std::size_t first, double turn_of_bin) {
    static const MedianOfNoise whole(group);
    constexpr std::size_t at_once = medians_at_once * group;
    std::vector<GroupPower> out;
    out.reserve(power.size() / group + 1);
    const auto add = [&](std::size_t from, std::size_t count, double median, const MedianOfNoise& of) {
        out.push_back(of_group(power.subspan(from, count), gain_squared.subspan(from, count), median, of,
                               first + from, turn_of_bin));
    };
    std::size_t from = 0;
    for (; from + at_once <= power.size(); from += at_once) {
        const auto medians = many_medians(power.subspan(from).first<at_once>());
        for (std::size_t g = 0; g < medians_at_once; ++g) add(from + g * group, group, medians[g], whole);
    }
    for (; from < power.size(); from += group) {
        std::array<double, group> here{};
        const std::size_t count = std::min(group, power.size() - from);
        std::copy_n(power.begin() + static_cast<std::ptrdiff_t>(from), count, here.begin());
        const double median = median_in_place(std::span(here).first(count));
        add(from, count, median, count == group ? whole : MedianOfNoise(count));
    }
    return out;
}

double mean_of_median(std::size_t count) { return MedianOfNoise(count).mean; }

}  // namespace fourpole
