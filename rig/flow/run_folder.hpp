// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/capture/take.hpp"
#include "rig/flow/conclude.hpp"
#include "rig/profile/profile.hpp"
#include "rig/result.hpp"

#include <filesystem>
#include <optional>

namespace fourpole {

// What a run leaves behind:
//   run.json          what it was told: bench, seed, fault
//   profiles/         the session and every file it refers to, as they were
//   predictions/      one JSON an arm, written before the first take
//   takes/            <arm>-<repeat>.wav, raw, and its facts in .json
//   records/          <arm>-<repeat>.json, the figures of each take
//   record.json report.html

/// Makes the folder and stores what was asked for. A folder that already holds a run is
/// refused unless `resume`, and then only for the same session, seed, bench and fault.
Result<Done> open_run_folder(const std::filesystem::path& folder, const Session& session,
                             const RunFacts& facts, bool resume);

/// An earlier run's session (its programme's files in place) and what it was told.
struct StoredRun {
    Session session;
    RunFacts facts;
};
Result<StoredRun> load_run_folder(const std::filesystem::path& folder);

/// A take that is already stored and whole; nullopt where there is none. A broken or foreign
/// one is a Fault.
Result<std::optional<Take>> stored_take(const std::filesystem::path& folder, const std::string& arm,
                                        int repeat);

/// FOLDER/records/<arm>-<repeat>.json
Result<Done> store_record(const std::filesystem::path& folder, const TakeRecord& record);

}  // namespace fourpole
