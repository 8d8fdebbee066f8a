// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/capture/take_reader.hpp"
#include "rig/measure/impedance_readings.hpp"
#include "rig/null/null_capture.hpp"
#include "rig/programme.hpp"
#include "rig/result.hpp"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace fourpole {

/// How far it is, 0 .. 1, and what is being done.
using ReadProgress = std::function<void(double, const std::string&)>;

/// A capture longer than this is read where its programme stands, if that is much less, or stretch by stretch
/// (long_tone.hpp): 60 s at 48 kHz, of which two sides take 460 MB while tones are fitted.
inline constexpr std::size_t most_frames_whole = std::size_t{11} << 18U;

/// Channels of a take that the figures of a programme need: those of its sides, or of the circuit where the
/// programme asks for an impedance. Faults: as side_channels().
Result<std::vector<std::size_t>> channels_needed(const Take& take, const Programme& programme,
                                                 const SenseCircuit* circuit);

/// Fills in the samples that the programme's figures need: the channels of its sides (or those of the
/// circuit), and of a capture longer than `most_frames` the piece that holds the programme, see
/// whereabouts(). The other channels stay empty. Memory: 8 bytes a sample that is needed, 4 times that while
/// it is looked for. Faults: as side_channels(), whereabouts() and TakeReader::read(); take_invalid where the
/// programme itself needs more than `most_samples`.
Result<Done> read_needed(TakeReader& reader, const Programme& programme, const SenseCircuit* circuit,
                         const ReadProgress& progress, Take& take,
                         std::size_t most_frames = most_frames_whole);

/// One capture of a null, ready to be compared, and in `described` all but its samples. One of more than 2^24
/// samples (three minutes of stereo at 48 kHz) is read piece by piece.
/// Faults: as read_take().
Result<NullCapture> capture_for_null(const std::filesystem::path& file, const ReadProgress& progress,
                                     Take& described);

}  // namespace fourpole
