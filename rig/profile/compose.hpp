// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/profile/findings.hpp"
#include "rig/profile/profile.hpp"

#include <filesystem>
#include <string>

namespace fourpole {

/// As compose() in load.hpp; what is wrong is found below `pointer`, the arm of a session.
Circuit compose_checked(const Player& player, const Earphone& earphone, const Touch& touch,
                        const std::string& pointer, Findings& findings);

/// The truth kit's flat form: one file with everything, its mating in words or by plug, jack
/// and touch.
Read<Circuit> read_circuit(const std::filesystem::path& file);

}  // namespace fourpole
