// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/report/record.hpp"

namespace fourpole {

/// Holds every mean that a limit names against it. A point outside fails; a bound (at_most)
/// above a maximum leaves the point untested, never passed; nothing measured is not tested.
std::vector<RunRecord::LimitResult> hold_limits(const Session& session, const RunRecord& record);

}  // namespace fourpole
