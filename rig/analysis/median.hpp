// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace fourpole {

/// The middle of the values, the upper of the two of an even number; 0 of none. Their order is lost.
inline double median_in_place(std::span<double> values) {
    if (values.empty()) return 0.0;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

inline double median(std::vector<double> values) { return median_in_place(values); }

}  // namespace fourpole
