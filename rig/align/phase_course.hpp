// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/align/event_stretch.hpp"
#include "rig/stimulus/evaluate.hpp"

#include <cstddef>
#include <optional>

namespace fourpole {

/// Samples by which a stream is later behind a break than in front of it, by the course of an event's phase
/// on both sides.
struct StepOfPhase {
    double samples = 0.0;
    double u = 0.0;
    /// Whole periods of so many samples fit nearly as well.
    std::optional<double> modulo{};
};

/// The phase of the wave against its closed form, window by window from the break outwards, is a smooth
/// function of frequency, and the samples that the break makes the stream later, d, are a step in it:
///
///     phase(f) = P(ln f)                     in front of the break
///     phase(f) = P(ln f) - 2 pi f d / fs     behind it
///
/// P: the device's own phase, what the pace and start of the clock are off by: 1, f, and powers of ln f, as
/// many as change d least. Where the windows reach over some range of frequency, a whole period more bends
/// the course behind the break and is told by that. Samples [from, at) and [behind, to) hold the event, which
/// stands at `early` and, nearly, at `late`.
///
/// u = hypot(what the course leaves over, what one power of ln f more or less changes).
/// nullopt: a side has no room for a window.
std::optional<StepOfPhase> step_of_phase(const EventStretch& s, const Clock& early, const Clock& late,
                                         std::ptrdiff_t from, std::ptrdiff_t at, std::ptrdiff_t behind,
                                         std::ptrdiff_t to);

}  // namespace fourpole
