// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/bench/audio_port.hpp"
#include "rig/capture/take.hpp"
#include "rig/flow/conclude.hpp"
#include "rig/profile/profile.hpp"
#include "rig/result.hpp"

#include <filesystem>
#include <optional>

namespace fourpole {

// What a run leaves behind:
//   run.json          what it was told: bench, its profile, seed, fault; the SHA-256 of all it was told by
//   profiles/         the session and every file it refers to, as they were
//   predictions/      one JSON an arm, written before the first take
//   takes/            <arm>-<repeat>.wav, raw, and its facts in .json
//   records/          <arm>-<repeat>.json, the figures of each take
//   record.json report.html

/// Makes the folder and stores what was asked for. A folder that already holds a run is
/// refused unless `resume`, and then only for the same session, seed, bench (and its profile) and fault.
Result<Done> open_run_folder(const std::filesystem::path& folder, const Session& session,
                             const RunFacts& facts, bool resume);

/// An earlier run's session (its programme's files in place) and what it was told.
struct StoredRun {
    Session session;
    RunFacts facts;
};
/// Fault bad_input: names the file that is not what the run left there (run.json, a profile, a
/// record.json of another seed or fault).
Result<StoredRun> load_run_folder(const std::filesystem::path& folder);

/// One SHA-256 over everything a session was read from: equal for the same devices, fixture,
/// interface, programme and claims, whatever folder they lie in.
std::string inputs_sha256(const Session& session);

/// A take that is already stored and whole; nullopt where there is none. A broken or foreign
/// one (another arm, another bench) is a Fault.
Result<std::optional<Take>> stored_take(const std::filesystem::path& folder, const TakeRequest& request,
                                        const RunFacts& facts);

/// Whether the run has made this take, by what it left besides the sound file.
bool was_made(const std::filesystem::path& folder, const TakeRequest& request);

/// A take's record that stands there already is the one that its take and facts give again, or one of the
/// three was changed. Fault take_invalid; nothing is written.
Result<Done> refuse_another_record(const std::filesystem::path& folder, const TakeRecord& record);

/// FOLDER/records/<arm>-<repeat>.json
Result<Done> store_record(const std::filesystem::path& folder, const TakeRecord& record);

}  // namespace fourpole
