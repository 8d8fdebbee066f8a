// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace fourpole {

/// Bins of a periodogram that one density is the median of.
inline constexpr std::size_t bins_of_group = 32;

/// One group of bins, weighted.
struct GroupPower {
    double power = 0.0;  ///< sum of P_k g_k^2
    double variance =
        0.0;  ///< of that: sum of S^2 g_k^4, S the density by the group's median; a line's beside it
    double line = 0.0;  ///< of the power, what is no noise; 0 where chance explains it
};

/// @param gain_squared  g_k^2 of each bin
/// @param first         number of the first bin, from 0 Hz
/// @param turn_of_bin   2 w T of one bin: a line at w that T does not hold whole counts 1 / (2 w T) of itself
std::vector<GroupPower> group_powers(std::span<const double> power, std::span<const double> gain_squared,
                                     std::size_t first, double turn_of_bin);

/// Mean of the upper median of `count` values of an exponential distribution of mean 1.
double mean_of_median(std::size_t count);

}  // namespace fourpole
