// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "drivers/plugged.hpp"
#include "rig/json/json.hpp"

#include <string>
#include <vector>

namespace fourpole {

/// What is plugged in, as a person would want it: interfaces with what they play and record, boards, and the
/// fix of what cannot be used. @param all  devices that are neither, too
std::string devices_text(const std::vector<Plugged>& devices, bool all);

/// The same for a program: {"interfaces": [...], "relay_boards": [...], "others": [...]}.
Json devices_json(const std::vector<Plugged>& devices, bool all);

}  // namespace fourpole
