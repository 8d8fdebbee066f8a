// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/analysis/mains.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace fourpole {

/// Samples of quiet that are looked at in one go; more are cut, and their figures averaged.
constexpr std::size_t most_quiet_at_once = std::size_t{1} << 19U;

/// Stretches of at most so many samples, each long one cut into equal pieces.
std::vector<QuietStretch> cut_to(std::size_t most, std::span<const QuietStretch> quiet);

/// quiet_content() with so many samples in one fit.
QuietContent quiet_in_parts(std::span<const double> x, std::span<const QuietStretch> quiet, double rate_hz,
                            int orders, std::size_t most);

}  // namespace fourpole
