// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/align/breaks.hpp"
#include "rig/measure/tone_places.hpp"
#include "rig/measure/tone_segments.hpp"

namespace fourpole {

/// Breaks of the stream while steady tones play, on the input that holds the segment loudest.
///
/// Finding: the lines are fitted in windows (20 ms, longer where lines stand close); from one window to the
/// next each turns by its frequency times the time between them. Where one is off by 0.05 samples of time
/// and eight times its usual scatter, or a window holds 25 times the usual power beside its lines, something
/// happened between the last window before and the first one behind.
/// Place: both windows' waves are drawn on into the gap; the break is where the sum of squares against the
/// first up to there and against the second from there on is least.
/// Count: the samples by which the second wave is later, the same for every line. One tone knows it up to
/// its period only, and then says so (`modulo_samples`); several tones agree on one count.
/// Kind: a run of zeros was inserted or, where nothing came later, zeroed; a block that stands twice was
/// repeated; what is there in place of neither wave is a click; else samples were lost.
///
/// @param scale       the player's clock, 1 + ppm 1e-6: within 1e-3
/// @param least_step  what counts as digital zero
/// Not seen, or "torn" without a count: a few samples zeroed under lines less than 10 Hz apart, whose windows
/// are long; of 200 random breaks under one or two tones every one was told right, of six tones 95 %.
/// Accuracy: place exact where the waves differ by 8 times the noise there; count exact under the same, up to
/// the modulus that it states.
Breaks breaks_between_tones(const Recording& recording, const ToneSegment& segment, const TonePlace& place,
                            double scale, double least_step);

}  // namespace fourpole
