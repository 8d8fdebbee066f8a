// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/analysis/deconvolve.hpp"

#include <complex>
#include <span>
#include <vector>

namespace fourpole {

/// What two inputs hold in one band, and what they have in common there.
struct CrossBand {
    double xx = 0.0, yy = 0.0;  ///< mean squares
    std::complex<double> xy;    ///< sum of conj(X) Y in the same measure
    double averages = 0.0;      ///< independent values that the sums are made of

    /// |xy|^2 / (xx yy), free of the 1 / averages that chance alone makes; 0 .. 1.
    double coherence() const;
    /// The part of y that follows x, re x: xy / xx; `noise`, the rms of its complex error, by what does not:
    ///     noise^2 = (1 - |xy|^2 / (xx yy)) yy / xx / (averages - 1)
    Estimate ratio() const;
};

/// Cross-spectrum of two inputs over one stretch, faded by a Hann window so that neither the ends of the
/// stretch nor a slope of the spectrum leaks. A band of B hertz over T seconds is worth 18/35 B T values.
///
/// Accuracy: a gain between the inputs that is steady over the band 1e-9; of one that turns within it the
/// mean by the power of x. Noise of x's own input makes the ratio small by its share of xx.
/// Time: two FFTs. Memory: 32 bytes a sample.
class CrossSpectrum {
public:
    /// Both of one length, 64 samples or more.
    CrossSpectrum(std::span<const double> x, std::span<const double> y, double rate_hz);

    CrossBand band(double from_hz, double to_hz) const;

private:
    double bin_hz_ = 0.0, seconds_ = 0.0;
    std::vector<double> xx_, yy_;
    std::vector<std::complex<double>> xy_;
};

}  // namespace fourpole
