// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/profile/profile.hpp"
#include "rig/result.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace fourpole {

/// One sound file of a track pack.
struct Track {
    double rate_hz = 0.0;
    int bits = 0;
    double seconds = 0.0;
    double peak_fs = 0.0;      ///< highest sample
    std::string name, sha256;  ///< of the file
};

/// Writes what a player with no input has to play: one track for each rate and depth among the
/// session's players, and programme.json as it was read. TPDF dither throughout, except under a
/// J-test. The same session gives the same bytes. `format`: "wav" or "flac".
/// Faults bad_input: a format or depth that is not allowed, a programme that a player's rate
/// cannot hold or that exceeds full scale, a folder that cannot be written.
Result<std::vector<Track>> write_track_pack(const Session& session, const std::filesystem::path& folder,
                                            const std::string& format);

}  // namespace fourpole
