// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/flow/diagnose.hpp"
#include "rig/report/record.hpp"

#include <span>
#include <vector>

namespace fourpole {

/// Holds every mean that a limit names against it. A point outside fails; a bound (at_most)
/// above a maximum leaves the point untested, never passed; nothing measured is not tested,
/// and neither is an arm that a diagnosis says is another one.
std::vector<RunRecord::LimitResult> hold_limits(const Session& session, const RunRecord& record);

}  // namespace fourpole
