// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/analysis/modulation.hpp"
#include "rig/analysis/slow_curve.hpp"

#include <complex>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace fourpole {

/// One line of a tone's phase: phi = Re(P e^(j 2 pi d t)), t from the middle of the stretch.
struct SwingLine {
    double offset_hz = 0.0;
    std::complex<double> phase;
};

/// A tone, looked at from where its phase swings to.
///
///     y = A g cos(w t + theta + phi(t)) + rest,   z = 2 rest e^(-j (w t + theta + phi)) / (A g)
///
/// phi is what is known of the phase so far: a slow curve and lines. Of sidebands taken for modulation only
/// phi - phi' counts to first order, and once phi is known nothing of second order is left: no sideband at
/// twice a line's offset, none at the sum of two (Bessel's functions of their phase), and none mirrored about
/// twice the tone. Each step is Newton's; what it leaves of an error e is e^3 / 6.
class SwingingTone {
public:
    /// @param rest    what a fit left of the tone;  @param phasor  as fitted, at its middle
    /// @param omega   rad a sample
    /// @param slow_hz up to which the phase's course is a slow one
    SwingingTone(std::span<const double> rest, std::complex<double> phasor, double omega, double rate_hz,
                 double slow_hz);

    /// Begins from the phases of blocks of 10 ms, where they swing by more than they scatter: false else.
    bool begin();
    /// Fits the slow curve again, and the lines near to it together with it.
    void settle();
    /// Takes these for the lines of the phase.
    void set_lines(std::vector<SwingLine> lines);

    /// z, and in its phase the lines as they are known: as if they were small.
    Modulation beside() const;
    /// Rms of the slow curve, its mean and its slope left out: they are the fit's.
    double slow_rms() const;
    double freedom() const { return curve_.freedom(); }
    /// Of a line's energy what the slow curve cannot take for its own.
    double own_share(double offset_hz) const;

private:
    std::vector<double> block_means(const std::vector<double>& values) const;
    void set_curve(const SlowCurve& curve, const std::vector<std::complex<double>>& phasors,
                   std::size_t block);
    std::vector<std::complex<double>> beside_tone() const;
    SlowCurve curve_for(std::span<const SwingLine> near) const;

    std::span<const double> rest_;
    std::complex<double> phasor_;
    double omega_, rate_hz_;
    std::size_t block_, count_, orders_;
    double size_ = 1.0;                 ///< g
    std::vector<double> slow_, swing_;  ///< of each sample: the slow curve, the lines
    std::vector<SwingLine> lines_;
    SlowCurve curve_;
};

}  // namespace fourpole
