// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/capture/take.hpp"
#include "rig/result.hpp"

#include <cstddef>
#include <filesystem>
#include <string>

namespace fourpole {

/// What is read into memory at once: 2^28 samples are 2 GiB as doubles, 46 minutes of stereo at 48 kHz. Of a
/// longer file TakeReader reads any piece.
inline constexpr std::size_t most_samples = std::size_t{1} << 28U;

/// Reads WAV, RF64, W64, FLAC, AIFF or CAF (told by content, never by name), and the facts
/// beside it (`x.wav` -> `x.json`) where they exist. The header is checked against the
/// file's own size before the sound library sees it: 1..32 channels, 8..384 kHz, PCM
/// 16/24/32 or float, no lie about the length. A name that promises another format is refused.
/// Faults: take_invalid when it is a sound file that is broken, holds a number that is not
/// finite, is longer than `most_samples`, or is not the one its sidecar was written for, or that calls it
/// invalid; bad_input when it is no sound file or its sidecar is malformed. A .json beside it that names
/// another schema is not a sidecar.
Result<Take> read_take(const std::filesystem::path& file);

/// Where a run keeps one take: FOLDER/takes/<arm>-<repeat>.wav. Whoever stores takes and
/// whoever replays them asks here.
std::filesystem::path take_path(const std::filesystem::path& run_folder, const std::string& arm, int repeat);

/// Writes samples (`file`, WAV of take.bits) and facts (`file` with .json), each beside
/// itself first, then renamed. Fills in take.sha256.
Result<Done> write_take(Take& take, const std::filesystem::path& file);

/// The samples as the bytes of a sound file: the same take gives the same bytes.
/// Fault bad_input: a depth that the coding cannot hold.
enum class SoundCoding { wav, flac };
Result<std::string> sound_bytes(const Take& take, SoundCoding wanted);

}  // namespace fourpole
