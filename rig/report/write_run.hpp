// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/report/record.hpp"
#include "rig/result.hpp"

#include <filesystem>

namespace fourpole {

/// record.json and report.html in `folder` (made if it is not there), each wholly or not at
/// all. Fault bad_input: the folder cannot be made or written, the disk is full.
Result<Done> write_run(const std::filesystem::path& folder, const RunRecord& record);

}  // namespace fourpole
