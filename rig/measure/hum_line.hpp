// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/analysis/deconvolve.hpp"
#include "rig/analysis/noise_spectrum.hpp"

#include <functional>
#include <vector>

namespace fourpole {

/// A mains line in a stretch of samples, on the converter's clock.
struct HumLine {
    double hz = 0.0;
    Estimate line;       ///< peak, at the middle of the stretch
    double aside = 0.0;  ///< mean square that it leaves close beside it, because it drifts
};

/// A line that nobody could fit, by what stands in the spectrum.
struct LineLeft {
    double hz = 0.0, amplitude = 0.0;  ///< peak

    /// Of its amplitude, what a fit over `seconds` at f holds at most: sin(pi d T) / (pi d T), d the
    /// distance.
    double leak(double f, double seconds) const;
};

/// The mean square in a band of noise and of the lines that were taken out of it, each with its own weight: a
/// line's A^2 / 2 is then the level of its whole periods, however many of them the stretch holds.
BandPower with_hum(BandPower noise, const std::vector<HumLine>& hum, double from_hz, double to_hz,
                   const std::function<double(double)>& gain);

}  // namespace fourpole
