// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/capture/take.hpp"
#include "rig/null/correction.hpp"
#include "rig/null/null_capture.hpp"
#include "rig/reading.hpp"
#include "rig/result.hpp"

#include <functional>
#include <string>
#include <vector>

namespace fourpole {

/// How much of the work is done, 0 .. 1, and what is being done.
using NullProgress = std::function<void(double, const std::string&)>;

/// Two captures held against each other.
struct NullOutcome {
    bool valid = true;
    std::vector<std::string> reasons;  ///< why it is not valid, and warnings; a sentence each
    Readings readings;                 ///< of what is not valid: only what says why
    Correction learned;                ///< the linear difference that was found
};

/// The null of two captures, channel by channel: B is matched to A in gain, polarity, delay and clock, and
/// what remains is told apart.
///
///     B(n) = g A(u) + residual,  u = (1 + ppm 1e-6)(n / fs_B - delay / fs_B)
///
/// Readings, per side (none for a mono capture):
/// `null`            residual in the heard band (20 Hz - 20 kHz) in dB re A's power there, in B's own units:
///                   B - g A re A; with `gain_db` (B re A), `polarity`, `delay_samples` (of B; > 0: B is
///                   later), `ppm` (> 0: B's programme runs fast), their u, and `depth_db` = residual re
///                   the matched A, residual - gain, which says how like they are whatever the gain
/// `null_spectrum`   the residual in thirds of an octave, dB re A's whole power
/// `null_linear`, `null_nonlinear`, `null_noise`   its parts, see residual_of(), dB re A
/// `null_wander`     what the clocks' wander about that line would make of it; it is followed and no part of
///                   the residual, see wander_of()
/// Where `correction` has a curve of the side, B passes through it first (frozen: nothing of it is fitted).
///
/// Accuracy: 8 s of music at a residual of -77 dB: 2e-6 dB, 1e-5 samples, 6e-5 ppm, 0.03 dB of residual;
/// without noise the residual is below -150 dB, which is said as a bound: `at_most`.
/// Void (valid = false, no figure): nothing in common (more than half of A remains), one of them silent, a
/// break in B (lost or inserted samples, or zeroed ones in either, with place and count), clocks over 2000
/// ppm apart. Not seen: a loss within 0.4 s of either end (it stands out of the residual), one that a single
/// tone or a sweep hides because its delay is known up to a period. Speed: 20 to 30 times real time for a
/// stereo pair at 48 kHz on two busy cores. Memory: captures that are in memory (give them away) and 7 % of
/// them at 6 kHz; of any length 30 MB a thread and 1.6 MB a minute. What is longer than six minutes leaves
/// its 6 kHz in a file in the meantime. Faults: take_invalid (no longer readable); bad_input: channels that
/// cannot be paired, less than half a second of sound.
Result<NullOutcome> null_of(const NullCapture& a, const NullCapture& b, const Correction& correction,
                            unsigned threads, const NullProgress& progress);
/// The same of two takes in memory.
Result<NullOutcome> null_of(Take a, Take b, const Correction& correction, unsigned threads,
                            const NullProgress& progress);

}  // namespace fourpole
