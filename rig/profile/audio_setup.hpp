// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/json/json.hpp"
#include "rig/profile/findings.hpp"
#include "rig/profile/profile.hpp"

namespace fourpole {

/// The "audio" block of a bench, which its schema has passed; what that cannot say goes to `findings`.
AudioSetup read_audio_setup(const Json& json, Findings& findings);

}  // namespace fourpole
