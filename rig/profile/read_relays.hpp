// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/json/json.hpp"
#include "rig/profile/findings.hpp"
#include "rig/profile/relay_setup.hpp"

namespace fourpole {

/// The "relays" block of a bench, which its schema has passed; what that cannot say goes to `findings`: names
/// and relays used twice, points and contacts that nobody has declared.
RelaySetup read_relays(const Json& json, Findings& findings);

}  // namespace fourpole
