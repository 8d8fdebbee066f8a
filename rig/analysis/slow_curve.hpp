// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <complex>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace fourpole {

/// What is slow in evenly spaced values, by least squares, whatever it does at their ends; and lines beside
/// it.
///
///     curve(m) = sum_k Re(p_k e^(j w_k m)) + lines,   w_k = pi k / N, k = 0 .. K,   m from the middle
///
/// Cosines and sines of twice the stretch's length hold any course slower than w_K to its ends, be it of no
/// whole period or a straight line, where a filter has to invent what lies beyond them. There are about twice
/// as many as the stretch can tell apart; of those that say the same a ridge of 1e-13 takes the smallest
/// (Fourier extension: Boyd, J. Comput. Phys. 178 (2002) 118; Adcock, Huybrechs, Found. Comput. Math. 19
/// (2019) 203).
/// Accuracy: 1e-7 rms of a line up to 0.95 w_K, 1e-4 at w_K; of a line 10 pi / N beyond w_K it takes nothing.
class SlowCurve {
public:
    /// @param count    N
    /// @param orders   K
    /// @param omegas   of the lines, rad a value
    SlowCurve(std::size_t count, std::size_t orders, std::span<const double> omegas);

    /// p_k, then the lines' phasors.
    std::vector<std::complex<double>> fit(std::span<const double> values) const;
    const std::vector<double>& omegas() const { return omegas_; }
    std::size_t count() const { return count_; }
    /// How many of them can be told apart: 1 + 2 N w_K / 2 pi, and about 14 for the ridge.
    double freedom() const;
    /// Of the energy of a line the share that the slow part cannot say as well; 1 where it is far from it.
    double own_share(double omega) const;

private:
    struct Factors;
    std::size_t count_, orders_;
    std::vector<double> omegas_;
    std::shared_ptr<const Factors> factors_;
};

}  // namespace fourpole
