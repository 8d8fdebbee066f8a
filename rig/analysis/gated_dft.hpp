// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <complex>
#include <cstddef>
#include <span>
#include <vector>

namespace fourpole {

/// How long the gate is around a pulse: from `before` to `after` seconds, the outer half of
/// each side a raised cosine.
struct Gate {
    double before_s = 0.0, after_s = 0.0;
};

/// Consecutive lags of a correlation.
struct Stretch {
    std::ptrdiff_t first = 0;
    std::vector<double> r;
};

/// One frequency seen through one gate, ready to be applied at many places:
///
///     S(centre) = sum_l w(l - centre) r(l) e^(-j 2 pi f (l - centre) / fs)
///
/// `fraction` (0 <= fraction < 1) moves the centre between samples; lags outside the stretch
/// count as zero. Accuracy 1e-13 of sum |r|.
class GatedDft {
public:
    GatedDft(Gate gate, double frequency_hz, double rate_hz, double fraction = 0.0);

    /// `centre`: whole part of the gate's centre, lags.
    std::complex<double> at(const Stretch& stretch, std::ptrdiff_t centre) const;

    double energy() const { return energy_; }  ///< sum of w^2

private:
    std::ptrdiff_t first_ = 0;
    std::vector<double> real_, imaginary_;
    double energy_ = 0.0;
};

}  // namespace fourpole
