// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/measure/recorded_stands.hpp"

#include <span>
#include <vector>

namespace fourpole {

/// Median over the blocks that stand somewhere; 1 of none.
double usually_unlike(const std::vector<BlockPlace>& path);

/// First sample of each run of five blocks that are loud (1 % of the usual energy and more) and not half
/// explained, in a take whose blocks mostly are.
std::vector<std::ptrdiff_t> astray_blocks(const std::vector<BlockPlace>& path, std::span<const double> y,
                                          std::size_t length);

/// Where a take is not what the files make there. Of a take whose blocks are explained to 1 %, 10 ms tell:
/// a quarter of them missed, 100 times what is usual and 1e-4 of the loudest; else astray_blocks().
std::vector<std::ptrdiff_t> unexplained_in(const Standing& standing, const std::vector<BlockPlace>& path,
                                           std::size_t length, double rate_hz);

}  // namespace fourpole
