// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/json/json.hpp"
#include "rig/profile/findings.hpp"
#include "rig/profile/profile.hpp"

#include <string>

namespace fourpole {

// Blocks that player, earphone and flat circuit share. They are called on JSON that fits its
// schema; what a schema cannot say becomes a finding at `pointer`.

/// A plain number or {"value", "tolerance", "spread", "source"}.
Figure read_figure(const Json& json);
/// The figure at `key`, `otherwise` (exact) where it is absent or null.
Figure figure_at(const Json& object, const char* key, double otherwise = 0.0);

OutputStage read_output_stage(const Json& json);
Contacts read_contacts(const Json& json);
Cable read_cable(const Json& json, const std::string& pointer, Findings& findings);
/// Elements or a table; the table's path counts from the file that `findings` belong to.
Driver read_driver(const Json& json, const std::string& pointer, Findings& findings);
FixtureCircuit read_fixture_circuit(const Json& json);
Touch read_touch(const Json& json);

/// The block of one side: "driver_" + "left".
std::string key_of(const char* before, Side side, const char* after = "");

/// Tolerances that would reach a negative resistance, log-normal spreads around 0.
/// Goes through every figure below `json`.
void check_figures(const Json& json, const std::string& pointer, Findings& findings);

}  // namespace fourpole
