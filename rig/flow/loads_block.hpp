// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/flow/block_reader.hpp"
#include "rig/measure/load_readings.hpp"

#include <filesystem>
#include <optional>

namespace fourpole {

/// The calibration's `loads` block: what the player's outputs were loaded with, here and in further captures.
///     [{"ohm": 33.0, "u_ohm": 0.003},
///      {"ohm": {"left": 16.01, "right": 15.98}, "u_ohm": 0.01, "capture": "16.wav", "programme": "p.json"},
///      {"ohm": "open", "capture": "open.wav"}]
/// The entry without a capture is the load of the capture that is analysed. Ohms are what the output sees,
/// the interface's input included; u_ohm is a standard uncertainty, 0 where it is left out. Paths are
/// relative to `file`; a capture's programme is the one named, else that of its own sidecar, else the
/// analysed one's.
/// Nothing where something was complained of: no entry, two entries without a capture,
/// unknown keys.
std::optional<KnownLoads> read_loads_block(const Json& block, const std::filesystem::path& file,
                                           const Complaint& complain);

}  // namespace fourpole
