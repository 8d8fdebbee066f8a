// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <span>

namespace fourpole {

/// The middle of 32 values, the upper of the two (median_in_place() of each), eight times side by side: by
/// Batcher's merge exchange, whose comparisons do not depend on the values. Exact; 1 ns a value.
constexpr std::size_t medians_of = 32, medians_at_once = 8;
std::array<double, medians_at_once> many_medians(
    std::span<const double, medians_of * medians_at_once> groups);

}  // namespace fourpole
