// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/report/record.hpp"
#include "rig/report/screen.hpp"

#include <string>

namespace fourpole {

/// The main job on one screen: what has no room is named as left out. Whole where the screen is endless.
std::string summary(const RunRecord& record, const Screen& screen);

/// The readings of one take on one screen, for `analyze`.
std::string summary(const TakeRecord& record, const Screen& screen);

/// report.html: one file with everything in it, no network, prints, light and dark.
std::string html(const RunRecord& record);

}  // namespace fourpole
