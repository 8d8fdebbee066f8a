// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/programme.hpp"

#include <string>
#include <vector>

namespace fourpole {

/// Tones of a programme of which no take can give a figure, each with its reason in a sentence: shorter than
/// 50 ms, of no amplitude, two that cancel on a side, two that are nearer to each other than their time can
/// tell.
std::vector<std::string> unread_tones(const Programme& programme);

}  // namespace fourpole
