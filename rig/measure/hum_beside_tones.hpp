// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/analysis/tone_fit.hpp"
#include "rig/measure/tone_fits.hpp"
#include "rig/measure/tone_segments.hpp"

#include <complex>
#include <span>

namespace fourpole {

/// Whether a spectrum holds, at any of the first nine orders of 50 or 60 Hz, more than noise would put there
/// and enough to matter: a line of mean square P makes the band's uncertain by P / (2 w T).
bool hum_stands_out(const NoiseSpectrum& noise, double seconds, double rate_hz);

/// A line of that phasor, with what `noise`, the spectrum of what its fit left, says of it.
HumLine hum_line(double hz, std::complex<double> phasor, const NoiseSpectrum& noise, double seconds);

/// Fits the mains lines that are seen beside a segment's tones (rig/measure/mains_lines_beside) together with
/// the tones and the constant, so that neither leaks into the other: `hum` is filled in, and gone from
/// fit.rest and `noise`. y: the samples that were fitted. Without hum that matters nothing is done.
void take_hum(FittedInput& input, const ToneSegment& segment, std::span<const double> y, ToneClock clock);

}  // namespace fourpole
