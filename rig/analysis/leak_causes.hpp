// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <complex>
#include <optional>
#include <span>

namespace fourpole {

/// The leak into the silent side re the driven side, at one frequency. `noise`: rms of its complex error.
struct LeakPoint {
    double hz = 0.0;
    std::complex<double> leak;
    double noise = 0.0;
};

/// A leak in parts that differ in how they go with frequency, each at 1 kHz, with standard uncertainties.
struct LeakCauses {
    double flat = 0.0, u_flat = 0.0;      ///< < 0: inverted
    double rising = 0.0, u_rising = 0.0;  ///< along +j: > 0 leads by 90 degrees, < 0 lags
    double inductance_s = 0.0;            ///< L/R of the loop that the flat part drives a current through
    double corner_hz = 0.0;               ///< 1 / (2 pi R C) of its coupling capacitor
    /// Mean square of what the parts do not explain from 500 Hz to 2 kHz, free of the noise's own share.
    double unexplained_power = 0.0, u_unexplained_power = 0.0;
    double chi_square = 0.0;
    int degrees_of_freedom = 0;
};

/// Weighted least squares of
///
///     X(f) = A / (1 + j w T - j wc / w) + j B f / 1 kHz
///
///     E ──Zout──[driver]──┬──[driver]──Zout── 0 V
///                         Rg + j w Lg
///                         └── 0 V
///
/// A = -Rg / R is the return's resistance by the loop's, R; the loop's own inductance T = L/R and its
/// capacitor, wc = 1/RC, turn it and are no leak themselves. B holds what rises by 6 dB an octave: + a
/// capacitance between the sides (w C R), - the return's own or a mutual inductance (w Lg / R). Of these two
/// only the difference is seen.
///
/// T and wc are held by weak priors (0.2 / 2 pi kHz = 32 us and 100 Hz), which count in u where the leak does
/// not tell them. u is half of the range in which chi^2, least over all else, is within 1 of its least. A
/// misfit of more than 1.5 chi^2 a degree of freedom is taken for an error of every point alike, and weighed
/// in as if the curve were two points: what bends it bends half of it. Of some narrower bands (from 200 or
/// 500 Hz, to 10, 5 or 2.5 kHz) the one that tells the flat part best is then taken: what is not of the form
/// lies at the ends. Accuracy: without noise 1e-6 of the leak on a circuit of that form; with noise |error| /
/// u = 1, of the rising part 0.6 where the loop has no inductance. A resonance of the driver stays in
/// `unexplained_power`. Nothing from fewer than eight points, or from less than an octave.
std::optional<LeakCauses> leak_causes(std::span<const LeakPoint> points);

}  // namespace fourpole
