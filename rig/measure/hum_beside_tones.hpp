// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/analysis/tone_fit.hpp"
#include "rig/measure/tone_fits.hpp"
#include "rig/measure/tone_segments.hpp"

#include <complex>
#include <span>
#include <vector>

namespace fourpole {

/// What a spectrum holds at the first nine orders of 50 and 60 Hz, within 1 % and the fade's lobe, where it
/// is three times what noise puts there.
std::vector<LineLeft> lines_left(const NoiseSpectrum& noise, double seconds, double rate_hz);

/// Whether there is any of them.
bool hum_stands_out(const NoiseSpectrum& noise, double seconds, double rate_hz);

/// A line of that phasor, with what `noise`, the spectrum of what its fit left, says of it.
HumLine hum_line(double hz, std::complex<double> phasor, const NoiseSpectrum& noise, double seconds);

/// Fits the mains lines that are seen beside a segment's tones (rig/measure/mains_lines_beside) together with
/// the tones and the constant, so that neither leaks into the other: `hum` is filled in, and gone from
/// fit.rest and `noise`; what could not be fitted is `unfitted`. y: the samples that were fitted.
void take_hum(FittedInput& input, const ToneSegment& segment, std::span<const double> y, ToneClock clock);

}  // namespace fourpole
