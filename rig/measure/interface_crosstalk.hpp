// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/reading.hpp"

#include <optional>

namespace fourpole {

/// Allows for what the interface itself leaks from one input into the other: at most `ratio` (amplitude)
/// of what stands on the driven one, with a phase that nobody knows.
///     crosstalk, and a transfer or response re what its signal does at the other input, of size c:
///         c >= 3 ratio   u = hypot(u, 8.686 ratio / (2 c)) dB: half of what may be is a standard uncertainty
///         c <  3 ratio   at_most c + ratio: that much of it, or all, may be the interface's
///         a bound        becomes c + ratio
///     crosstalk_floor    hypot(floor, ratio)
/// What it allowed for stands in the detail "interface_crosstalk_at_most_db". A transfer whose signal was
/// not read at the other input stays as it is.
///
/// @param ratio  nothing: nobody knows what the interface leaks. All that was read across may be its own
/// then:
///     crosstalk          at_most 2 c: true unless the interface's own leak takes from the earphone's
///     a driven side of size T whose signal does C at the other input: leak C^2 / T, as above
///     crosstalk_floor    at_least
/// and the detail "interface_crosstalk" says "unknown".
void allow_for_interface_crosstalk(Readings& readings, std::optional<double> ratio);

}  // namespace fourpole
