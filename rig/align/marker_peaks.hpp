// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <vector>

namespace fourpole {

/// The upper median of values that are not below 0, found by their bits, 16 at a time: no copy of them. At
/// least one value.
double upper_median(const std::vector<double>& values);

/// Vertex of the parabola through a peak and its neighbours, in samples from the peak; 0 at either end.
double vertex(const std::vector<double>& x, std::size_t i);

/// Up to `count` strongest places of an envelope, the strongest first, none within `apart` samples of another
/// (just so far behind it is far enough); of equal ones the first. What is 0 is none.
std::vector<std::size_t> strongest_peaks(const std::vector<double>& x, std::size_t count, std::size_t apart);

}  // namespace fourpole
