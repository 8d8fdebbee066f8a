// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/bench/audio_port.hpp"
#include "rig/profile/profile.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace fourpole {

/// Opens a bench by name. This is the one list of all drivers.
///   "simulated"   a unit drawn by `seed`, with the defect `fault` planted ("" = none)
///   a folder      the takes of an earlier run, replayed
/// Fault bad_input: anything else, or a `fault` for a bench that cannot be given one.
Result<std::unique_ptr<AudioPort>> open_bench(const std::string& name, const Session& session,
                                              std::uint64_t seed, const std::string& fault);

}  // namespace fourpole
