// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/measure/recorded_stands.hpp"

#include <optional>

namespace fourpole {

/// Where a take leaves one stand and takes up the next.
struct Placing {
    std::ptrdiff_t at = 0, lowest = 0, highest = 0;
    /// False: a clock that wanders explains it as well.
    bool is_break = false;
};

/// By what the device makes of the files on either side,
///
///     arg min over k:  sum_(n < k) (y - made_before)^2 + sum_(n >= k + inserted) (y - made_behind)^2
///
/// lowest .. highest: the k whose sum is higher by less than 16 variances of what is left over (the larger of
/// the crossing's own and that of 1024 samples around k, times the samples that are one by their
/// correlation): four standard deviations of a likelihood. A break of one or two samples must explain the
/// crossing better than a delay that moves by a + b t + c t^2.
Placing place_of(const Standing& standing, const Crossing& crossing);

}  // namespace fourpole
