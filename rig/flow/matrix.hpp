// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/profile/profile.hpp"
#include "rig/report/matrix.hpp"
#include "rig/result.hpp"

#include <functional>
#include <string>
#include <vector>

namespace fourpole {

/// How much of the whole is done, 0..1, and which player is next.
using MatrixProgress = std::function<void(double fraction, const std::string& player)>;

/// Every player with every earphone, by the plug's natural touch: wiring in words, hazards and
/// the derived readings at 1 kHz with the bands of 512 units.
/// Fault bad_input: as compose() and solve().
Result<Matrix> matrix_of(const std::vector<Player>& players, const std::vector<Earphone>& earphones,
                         const MatrixProgress& progress = {});

}  // namespace fourpole
