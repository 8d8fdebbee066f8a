// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace fourpole {

/// What one block of a take says of all lags, four of them as one: the best score of each.
struct LagRow {
    double at = 0.0;  ///< capture sample
    std::vector<float> scores;
};
LagRow lag_row(std::span<const float> unlike, std::ptrdiff_t at);

/// lag = slope (n - pivot)
struct Turn {
    double slope = 0.0, pivot = 0.0;
    double explained = 0.0;  ///< score
};

/// The slope, of up to 1500 ppm either way, at which a path of straight pieces explains the most, a step
/// costing `step_penalty`: the tones of a file that are far apart agree on one pace only, though each by
/// itself would have any that moves it by a period. Four samples over the take are its grid; in a long take
/// as many slopes as 3e8 additions allow.
Turn likeliest_turn(const std::vector<LagRow>& rows);

}  // namespace fourpole
