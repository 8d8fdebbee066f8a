// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/bench/audio_port.hpp"
#include "rig/profile/profile.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace fourpole {

/// What a --bench word means:
///   "simulated"   a unit drawn by the seed
///   a folder      the takes of an earlier run, replayed
///   a .json file  a bench profile that names one of these or a sound card, with its interface and fixture
/// Fault bad_input: anything else, or a bench whose interface or fixture is not the session's.
Result<BenchFile> bench_named(const std::string& word, const Session& session);

/// Opens a bench. This is the one list of all drivers.
/// @param fault  one defect planted in the simulated bench, "" = none
/// Fault bad_input: a `fault` for a bench that cannot be given one; as the bench's own open().
Result<std::unique_ptr<AudioPort>> open_bench(const BenchFile& bench, const Session& session,
                                              std::uint64_t seed, const std::string& fault);

/// Both: a word, opened.
Result<std::unique_ptr<AudioPort>> open_bench(const std::string& word, const Session& session,
                                              std::uint64_t seed, const std::string& fault);

}  // namespace fourpole
