// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/measure/sweeps.hpp"

#include <cstddef>
#include <optional>

namespace fourpole {

/// Straight line through the phase, from 500 Hz (or 4 f1) to 15 kHz (or 0.75 f2), every hertz
/// counting the same: phase = constant - 2 pi f delay / fs.
struct PhaseLine {
    double delay_samples = 0.0, u_samples = 0.0;
    double constant_rad = 0.0;
    double from_hz = 0.0, to_hz = 0.0;
};
std::optional<PhaseLine> phase_line(const Probe& probe, std::size_t y, double rate_hz);

/// Relative timing of two probes of one shape (seconds of offset between them are samples
/// here): what two identical sweeps say about the clock.
std::optional<PhaseLine> phase_line_between(const Probe& a, std::size_t ya, const Probe& b, std::size_t yb,
                                            double rate_hz);

/// The pace of a sweep by itself, against the clock at which it was deconvolved. Of a pace that is off by e
/// the sweep's L reaches each frequency later or earlier:
///
///     group delay(f) = tau - e L (ln(f / f1) + 1)
///     phase(f) = constant - 2 pi tau f + 2 pi e L f ln(f / f1)
///
/// fitted in three bands from 500 Hz (or 4 f1) to 8 kHz (L = rate_s, every hertz counting the same). A device
/// disperses too, an all-pass of a crossover by 80 us a natural octave, but not alike in all bands:
/// u = hypot(standard deviation of the three, noise, 5 us a natural octave).
struct SweepPace {
    double ppm = 0.0, u_ppm = 0.0;
    double delay_samples = 0.0;  ///< tau: by which the sweep begins later than the clock has it
};
std::optional<SweepPace> own_pace(const Probe& probe, std::size_t y, double rate_s, double rate_hz);

}  // namespace fourpole
