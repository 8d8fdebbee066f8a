// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/report/record.hpp"

#include <string>

namespace fourpole {

/// The main job on one screen (at most 24 lines of at most 80 columns).
/// `colour`: ANSI colours, for a terminal that wants them.
std::string summary(const RunRecord& record, bool colour);

/// The readings of one take on one screen, for `analyze`.
std::string summary(const TakeRecord& record, bool colour);

/// report.html: one file with everything in it, no network, prints, light and dark.
std::string html(const RunRecord& record);

}  // namespace fourpole
