// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/profile/profile.hpp"

namespace fourpole {

/// True if every pattern of currents in the cable's wires stores energy: the matrix of the
/// couplings k, with 1 on its diagonal, is positive definite. Each k below 1 is not enough:
/// three wires with 0.9, 0.9 and 0 cannot be wound.
bool couplings_can_exist(const Cable& cable);

}  // namespace fourpole
