// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/analysis/gated_dft.hpp"
#include "rig/fft/correlate.hpp"

#include <vector>

namespace fourpole {

struct Excitation;

/// What a device that bends (y = x + a x^2 + b x^3) leaves of its harmonics in the gate of the response,
/// where a sweep begins: while it fades in, its cube bends it less, and the harmonics' own onset is wider
/// than the distance from 2 f1 down to the gate.
///
///     order 2: d = 2 x^2 / A,  order 3: d = 4 x^3 / A^2 - 3 x,  both with their harmonic at amplitude A,
///     leak = gate and transform of r_dg (lags as the response's)
///
/// d is taken up to 1.2 s behind the fade, where it is led to zero: what follows is a harmonic in its own
/// place. Times |h_n| of the device it is the error of H, in the worst phase. Accuracy: 30 % of the error, of
/// squarers and cubes (tests/sweep_onset_test.cpp).
class OnsetLeak {
public:
    OnsetLeak(const Excitation& excitation, LagWindow lags);

    static constexpr int lowest_order = 2, highest_order = 3;

    /// Last second of the sweep at which it may be more than nothing.
    double until_s() const { return until_s_; }

    double of_order(int order, const GatedDft& dft) const;

private:
    double until_s_ = 0.0;
    std::vector<Stretch> bent_;  ///< [order - 2]
};

}  // namespace fourpole
