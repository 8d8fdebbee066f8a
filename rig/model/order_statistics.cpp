// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/model/order_statistics.hpp"

#include <Eigen/Core>

#include <algorithm>
#include <cassert>
#include <cmath>

namespace fourpole {
namespace {

constexpr std::size_t values_a_bin = 4;  ///< on average; fewer cost more in counting than they save
constexpr double beyond_three_sigma = 0.0013498980316301;  ///< of a normal population, on either side

Eigen::Map<const Eigen::ArrayXd> vector_of(std::span<const double> values) {
    return {values.data(), static_cast<Eigen::Index>(values.size())};
}

}  // namespace

OrderStatistics::OrderStatistics(std::span<const double> values) : binned_(values.size()) {
    assert(!values.empty());
    const auto all = vector_of(values);
    const std::size_t bins = values.size() / values_a_bin + 1;
    const double from = all.minCoeff(), span = all.maxCoeff() - from;
    // A span too small to be divided by: all in one bin.
    const double scale =
        std::isfinite(static_cast<double>(bins - 1) / span) ? static_cast<double>(bins - 1) / span : 0.0;
    // Rounding keeps the order: a larger value is never in a lower bin.
    std::vector<std::uint32_t> bin_of(values.size());
    begins_.assign(bins + 1, 0);
    for (std::size_t k = 0; k < values.size(); ++k) {
        bin_of[k] = static_cast<std::uint32_t>((values[k] - from) * scale);
        ++begins_[bin_of[k] + 1];
    }
    for (std::size_t b = 0; b < bins; ++b) begins_[b + 1] += begins_[b];
    std::vector<std::uint32_t> next(begins_.begin(), begins_.end() - 1);
    for (std::size_t k = 0; k < values.size(); ++k) binned_[next[bin_of[k]]++] = values[k];
}

double OrderStatistics::at(std::size_t k) {
    const auto after = std::upper_bound(begins_.begin(), begins_.end(), static_cast<std::uint32_t>(k));
    const auto place = [this](std::size_t n) { return binned_.begin() + static_cast<std::ptrdiff_t>(n); };
    std::nth_element(place(*(after - 1)), place(k), place(*after));
    return binned_[k];
}

double OrderStatistics::at_place(double place) {
    const auto below = static_cast<std::size_t>(place);
    const double lower = at(below);
    if (below + 1 == binned_.size()) return lower;
    return lower + (place - static_cast<double>(below)) * (at(below + 1) - lower);
}

double OrderStatistics::quantile(double q) {
    const auto count = static_cast<double>(binned_.size());
    return at_place(std::clamp(q * count - 0.5, 0.0, count - 1.0));
}

double quantile(std::span<const double> values, double q) { return OrderStatistics(values).quantile(q); }

BandEnds band_ends(std::span<const double> values) {
    OrderStatistics ordered(values);
    return {.lowest = ordered.quantile(beyond_three_sigma),
            .low = ordered.quantile(0.025),
            .median = ordered.quantile(0.5),
            .high = ordered.quantile(0.975),
            .highest = ordered.quantile(1.0 - beyond_three_sigma)};
}

void raise_scores(std::span<const double> values, const BandEnds& ends, std::span<double> largest) {
    const double above = 1.0 / std::max(ends.high - ends.median, 1e-9),
                 below = -1.0 / std::max(ends.median - ends.low, 1e-9);
    const auto off = vector_of(values) - ends.median;
    // On its own side of the median a distance counts as positive, on the other as negative.
    Eigen::Map<Eigen::ArrayXd> so_far(largest.data(), static_cast<Eigen::Index>(largest.size()));
    so_far = so_far.max((off * above).max(off * below));
}

}  // namespace fourpole
