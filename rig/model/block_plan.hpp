// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/model/population.hpp"

#include <cstddef>
#include <cstdint>

namespace fourpole {

/// Which units one block holds.
struct BlockPlan {
    std::uint64_t seed = 0, first_unit = first_predicted_unit;
    std::size_t draws = 4096;
    unsigned threads = 2;
};

}  // namespace fourpole
