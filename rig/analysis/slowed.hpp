// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace fourpole {

/// A stretch at a lower rate: every `step`-th value of x through four running means of `step` samples.
///
///     y[m] = sum_k w[k] x[m step + k],   |W(f)| = |sin(pi f step / fs) / (step sin(pi f / fs))|^4
///
/// Known exactly, so that a line's size can be given back; what folds onto a line at f stood at multiples of
/// the new rate, where W is (f / rate)^4: 62 dB down for f at 0.15 of the new rate, 142 dB for 0.017.
struct Slowed {
    std::vector<double> y;
    double rate_hz = 0.0;  ///< of y
    std::size_t step = 1;

    double gain(double frequency_hz) const;
};

/// To the lowest rate that is `least_rate_hz` or more and an integer part of the old one. Empty where x is
/// shorter than the four means. Accuracy 1e-13 of the largest |x|. Time: 4 products a sample.
Slowed slowed(std::span<const double> x, double rate_hz, double least_rate_hz);

}  // namespace fourpole
