// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/analysis/deconvolve.hpp"

#include <complex>
#include <span>
#include <vector>

namespace fourpole {

/// log |H| and phase of a rising grid, unwrapped, to be read between and a little beyond its
/// points: cubic (Catmull-Rom) in log f inside, the end's own slope outside.
class SmoothTransfer {
public:
    SmoothTransfer(std::span<const double> f, std::span<const Estimate> h);
    std::complex<double> at(double f) const;

private:
    std::complex<double> slope(std::size_t i) const;

    std::vector<double> x_;
    std::vector<std::complex<double>> y_;  ///< (log magnitude, phase)
};

/// How far the corrections of one point went, and what is left of them.
class Correction {
public:
    /// `better` for e.value, and `between`, what the point's neighbours say of it.
    void take(std::complex<double> better, std::complex<double> between, Estimate& e);
    /// Relative, a standard uncertainty.
    double rest() const;

private:
    double first_ = -1.0, last_ = 0.0, grid_ = 0.0;
};

}  // namespace fourpole
