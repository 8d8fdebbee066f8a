// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/profile/profile.hpp"
#include "rig/result.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace fourpole {

/// Keeps a session as it was: its file and every file it refers to, byte for byte, below
/// `folder`, with snapshot.json saying which reference led where. load_session() of the
/// returned file then gives the same session on any machine, whatever happens to the originals.
/// Fault bad_input: a file that is gone, two files under one reference, a full disk.
Result<std::filesystem::path> snapshot_session(const Session& session, const std::filesystem::path& folder);

/// The session file in such a folder. Fault bad_input: it is no snapshot.
Result<std::filesystem::path> session_in_snapshot(const std::filesystem::path& folder);

/// Every kept file is what it was. Fault bad_input: names the first that was changed or is gone.
Result<Done> snapshot_unchanged(const std::filesystem::path& folder);

/// Where a reference led when `root` was made, if `root` is a snapshot.
std::optional<std::filesystem::path> kept_in_snapshot(const std::filesystem::path& root,
                                                      const std::string& kind, const std::string& reference);

}  // namespace fourpole
