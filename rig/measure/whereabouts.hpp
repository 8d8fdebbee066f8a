// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/capture/take_reader.hpp"
#include "rig/measure/measure.hpp"
#include "rig/measure/tone_segments.hpp"
#include "rig/programme.hpp"
#include "rig/result.hpp"

#include <cstddef>
#include <functional>
#include <span>

namespace fourpole {

/// A piece of a capture that is too long to be held at once.
struct Piece {
    std::size_t first = 0, frames = 0;
};

/// Frames that a programme needs around itself: its length with 1 s of pause before and behind, and 2 % for a
/// clock that nobody believes yet.
std::size_t frames_needed(const Programme& programme, double rate_hz);

/// Finds where in a long capture a programme stands, reading two to four times what it needs at a time:
///
///     by its markers   the piece in which one group of them is strongest (find_arrivals()), chirps first
///     by its tones     the place where the amplitudes at their frequencies, in blocks of 50 ms, add up to
///     most
///
/// Of several places that are as good (to 0.8 of the energy) the earliest. Good to the second that is left
/// around the programme; what measures looks again, and says so where it is not there after all.
/// @param channels  those that are looked at, one or two
/// @param told      hears how far it is, 0 .. 1
/// Memory: that, and half as much again a channel. Faults: as TakeReader::read(); bad_input (neither markers
/// nor tones).
Result<Piece> whereabouts(TakeReader& reader, std::span<const std::size_t> channels,
                          const Programme& programme, const std::function<void(double)>& told);

/// Where one steady segment that fills most of a long capture plays: from the first to the last block of 50
/// ms in which its pilot stands within 3 dB of its median. No frames: it is nowhere.
Result<Piece> steady_place(TakeReader& reader, std::span<const std::size_t> channels,
                           const ToneSegment& segment, const std::function<void(double)>& told);

/// What was read from a piece of a long file in the file's own frames, with a sentence that says which piece.
/// Nothing is changed where the whole file was read.
void count_from_the_file(const Take& take, Measurement& out);

}  // namespace fourpole
