// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/json/json.hpp"
#include "rig/profile/findings.hpp"

#include <string>

namespace fourpole {

/// The groups of correlated figures of one player, earphone or circuit: {"value": 32,
/// "tolerance": 1.6, "group": "coils", "correlation": 0.9}. A `driver` that stands for both
/// sides brings each of its figures twice.
///
/// Findings: a group without correlation or tolerance (and the other way round), two
/// correlations in one group, a group of one, a correlation that no n figures can have
/// between any two of them (below -1 / (n - 1) the matrix is not positive semidefinite),
/// a group on a figure that is no part of the circuit.
/// Afterwards every name carries `scope`, so that "coils" of two files are two groups.
void settle_groups(Json& json, const std::string& scope, Findings& findings);

}  // namespace fourpole
