// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/capture/take.hpp"
#include "rig/programme.hpp"
#include "rig/reading.hpp"
#include "rig/result.hpp"
#include "rig/signal.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace fourpole {

/// A take turned into readings; the same code for a real, a simulated and a replayed take.
struct Measurement {
    bool valid = true;
    std::vector<std::string> reasons;  ///< why it is not valid, and warnings; a sentence each
    Readings readings;                 ///< of an invalid take: only what says why
};

/// Told now and then how much of the work is done, 0 .. 1; false ends it (Fault stopped).
using MeasureProgress = std::function<bool(double)>;

/// @param same_clock  player and converter share one clock: the offset is 0 by construction
/// Fault bad_input: the programme cannot belong to this take (no event, a file that is missing).
/// An invalid take is no fault here: it comes back with its reasons and no figure.
Result<Measurement> measure(const Take& take, const Programme& programme, bool same_clock,
                            const MeasureProgress& told = {});

/// The same of samples that are lent, not copied: half the memory of a capture of minutes. `take` is as
/// before once it is back; nobody else may look at it meanwhile.
Result<Measurement> measure_in_place(Take& take, const Programme& programme, bool same_clock,
                                     const MeasureProgress& told = {});

/// Impulse response of every captured side, `seconds` long: what a room or a headphone is
/// judged by. The capture is divided by the first sweep or recorded stimulus,
/// Y X* / (|X|^2 + 1e-7 max |X|^2), not gated. Sample 0 stands `before_s` ahead of the stimulus'
/// arrival (the strongest sound); with `start`, where the stimulus would stand in the capture
/// if it had begun to play at that sample: 0 for a reference that was recorded alongside.
/// Accuracy: 1e-4 dB in the stimulus' band where it holds 1e-4 of its strongest power.
/// Faults: bad_input (no such event), take_invalid (not found in this take).
Result<Recording> impulse_response(const Take& take, const Programme& programme, double before_s,
                                   double seconds, std::optional<double> start = std::nullopt);

}  // namespace fourpole
