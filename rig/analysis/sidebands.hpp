// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/analysis/modulation.hpp"

#include <complex>
#include <span>
#include <vector>

namespace fourpole {

/// One pair of sidebands beside a tone, as a line of its phase and of its amplitude.
struct SidebandPair {
    double offset_hz = 0.0;
    std::complex<double> phase;      ///< P, rad peak: phi = Re(P e^(j 2 pi d t)), t from the middle
    std::complex<double> amplitude;  ///< M, relative peak
    double phase_noise = 0.0;        ///< rms of the complex error of `phase`
    double amplitude_noise = 0.0;    ///< ... and of `amplitude`
    double least_over_noise = 0.0;   ///< |P| / phase_noise from which it is seen
    bool told = false;               ///< its offset was given, not found

    bool phase_seen() const { return std::abs(phase) > least_over_noise * phase_noise; }
    /// The upper and the lower sideband re the tone: (M + j P) / 2, conj((M - j P) / 2).
    std::complex<double> upper() const;
    std::complex<double> lower() const;
    /// True where one sideband is less than a quarter of the other: something beside the tone, which has
    /// as much phase as amplitude in it, and no modulation.
    bool one_sided() const;
};

struct Sidebands {
    std::vector<SidebandPair> pairs;  ///< rising in offset
    /// A line of phase (rad peak) of this size would have been found anywhere from `from_hz` to `to_hz`, in
    /// 97.7 % of takes.
    double least_phase = 0.0;
    double from_hz = 0.0, to_hz = 0.0;
    bool all = true;  ///< false: there are more than are looked for (64)
};

struct SidebandSearch {
    double rate_hz = 0.0;
    double from_hz = 0.0, to_hz = 0.0;  ///< offsets of which `least_phase` speaks; found are those below, too
    std::vector<double> told_hz;        ///< offsets that are fitted whatever is there
    double slow_hz = 0.0;  ///< what is slower was taken out: no line is there, nor noise below `from_hz`
    int most_rounds = 16;  ///< fewer find the strongest only
    double beside_fitted = 1e-9;  ///< of the power of a fitted line, which leaves something behind
    double false_alarm = 5e-4;    ///< expected number of pairs, at most, that noise makes
};

/// Pairs of sidebands from two bins off the tone up to `to_hz`, by their phase or by their amplitude.
///
/// Phase and amplitude each through a Hann window and an FFT at half a bin's distance; the mean power of
/// noise around a cell from the median of its neighbours (an octave to either side, 2048 cells at most).
/// In noise a cell's power over its mean is exponential: of N cells one is over x with N e^(-x). The mean
/// itself, from a median that is worth nu exponential values, scatters; over it that becomes
///     N (1 + x / nu)^(-nu) = false_alarm,   x = nu ((N / false_alarm)^(1 / nu) - 1)
/// What is over x is fitted together by least squares, its offset by Gauss-Newton, taken out, and the rest
/// is searched again. Lines nearer than three bins to another are one.
///
/// Accuracy: of P the Cramer-Rao bound, sd(|P|) = phase_noise / sqrt 2 = sqrt(2 S / T) / A for noise of
/// S mean square per hertz beside a tone of peak A over T seconds; without noise 1e-5 of the largest line
/// (what is mirrored about twice the tone is not fitted).
/// Faults: none; fewer than 1024 samples, or no room between from_hz and to_hz, give no pairs.
Sidebands find_sidebands(const Modulation& modulation, const SidebandSearch& search);

}  // namespace fourpole
