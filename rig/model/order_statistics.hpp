// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace fourpole {

/// Values sorted as far as their order is asked for: they lie in bins of equal width from the smallest to
/// the largest, and a place is looked for among the few of its own bin. A handful of places of 10,000 values
/// cost a fifth of looking for each among all. Exact: what is found is one of the values, or linear between
/// two of them. Time O(n) and O(values of one bin) a place; far outliers only make bins fuller.
class OrderStatistics {
public:
    /// At least one value, all of them finite.
    explicit OrderStatistics(std::span<const double> values);

    /// The value at that place, from 0 to n - 1, once all are in order; linear between two.
    double at_place(double place);
    /// Hazen's quantile: order statistics at (k - 1/2)/n, linear between them.
    double quantile(double q);

private:
    double at(std::size_t k);

    std::vector<std::uint32_t> begins_;  ///< where each bin begins, and the end of the last
    std::vector<double> binned_;
};

/// Hazen's quantile of values of which only one is asked for.
double quantile(std::span<const double> values, double q);

/// The quantiles at 0.135, 2.5, 50, 97.5 and 99.865 %.
struct BandEnds {
    double lowest = 0.0, low = 0.0, median = 0.0, high = 0.0, highest = 0.0;
};
BandEnds band_ends(std::span<const double> values);

/// Raises largest[draw] to where that draw stands at this point: its distance from the median in
/// half-widths of the 95 % band on its side, so that a lopsided band stays lopsided. Below 1e-9 of
/// the values' unit there is no spread to be measured against.
void raise_scores(std::span<const double> values, const BandEnds& ends, std::span<double> largest);

}  // namespace fourpole
