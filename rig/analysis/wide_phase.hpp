// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <complex>
#include <span>
#include <vector>

namespace fourpole {

/// One line of a tone's phase: phi = Re(P e^(j 2 pi d t)), t from the middle of the stretch.
struct SwingLine {
    double offset_hz = 0.0;
    std::complex<double> phase;
};

/// What a fit leaves of a tone whose phase swings, made linear in the phase.
///
///     A Re e^(j (w t + phi)),   e^(j b cos x) = J0(b) + 2 sum_n j^n Jn(b) cos(n x)
///
/// A fit takes A mean(e^(j phi)) for the tone, and the lines' slope over the stretch into its frequency;
/// sidebands of the second and higher orders, and products of two lines, stand in the rest as if they were
/// modulations of their own. Taken out are all of them that the known lines make, so that of each line A Re(j
/// phi e^(j w t)) is left, whatever its size.
struct LinearRest {
    std::vector<double> rest;
    std::complex<double> phasor;  ///< A e^(j theta): the tone without J0
};

/// @param phasor  as fitted;  @param omega  rad a sample
/// Accuracy: 1e-12 of A for lines that are known. Nothing is found where mean(e^(j phi)) is near 0 (a line
/// of 2.4 rad): `phasor` is then 0.
LinearRest linear_rest(std::span<const double> rest, std::complex<double> phasor, double omega,
                       double rate_hz, const std::vector<SwingLine>& lines);

}  // namespace fourpole
