// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/flow/block_reader.hpp"
#include "rig/json/json.hpp"
#include "rig/measure/impedance_readings.hpp"

#include <filesystem>
#include <optional>

namespace fourpole {

/// The calibration's `impedance` block: a sense-resistor circuit and the captures that correct it.
///     {"sense_resistor_ohm": {"value": 10.02, "u": 0.001},
///      "input_resistance_ohm": 10000, "before_channel": 0, "after_channel": 1,
///      "channel_ratio": {"value": 0.962, "u": 0.001, "delay_s": 1.3e-6, "u_delay_s": 1e-8},
///      "reference": {"ohm": 33.0, "u_ohm": 0.003, "capture": "cal_33ohm.wav", "programme": "p.json"},
///      "open": {"capture": "open.wav"}, "short": {"capture": "short.wav"}}
/// Only the sense resistor is required. channel_ratio: what one voltage reads in the channel after, re
/// before, and how much later; for want of a reference or an open plug. A resistor is {"value", "u"} or a
/// bare number (u = 0), in ohms, u a standard uncertainty. Channels count from 0. Paths are relative to
/// `file`. A capture's programme is the one named, else that of its own sidecar, else that of the load.
/// @param file      the calibration file, for paths and sentences
/// @param channels  of the load's capture
/// Nothing where something was complained of; what a capture's file has against being read is one finding.
std::optional<SenseCircuit> read_impedance_block(const Json& block, const std::filesystem::path& file,
                                                 std::size_t channels, const Complaint& complain);

}  // namespace fourpole
