// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/profile/findings.hpp"
#include "rig/profile/profile.hpp"

#include <filesystem>

namespace fourpole {

/// A session with everything it refers to; findings of those files are listed as well.
Read<Session> read_session(const std::filesystem::path& file);

}  // namespace fourpole
