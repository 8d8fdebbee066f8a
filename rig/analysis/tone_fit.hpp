// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <complex>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace fourpole {

/// A sum of sines on one clock, fitted to a stretch of samples by least squares.
///
///     y[n] = constant + sum_k Re(phasor_k e^(j 2 pi scale f_k (n - centre) / fs)) + rest[n]
///
/// with centre = (N - 1) / 2. All frequencies share `scale`: the player's clock against the
/// converter's, scale = 1 + ppm 1e-6. Frequencies need not fit the stretch (no window, no bins):
/// the columns' inner products are worked out in closed form and solved for.
struct ToneFit {
    double scale = 1.0;
    /// Standard uncertainty of `scale` for noise like the one beside the tones; 0 where it was given.
    double u_scale = 0.0;
    double constant = 0.0;
    std::vector<std::complex<double>> phasors;  ///< peak amplitude and phase of a cosine at `centre`
    std::vector<double> rest;                   ///< what is neither constant nor tone
    double rest_variance = 0.0;                 ///< mean square of it, by its degrees of freedom

    double centre() const { return 0.5 * (static_cast<double>(rest.size()) - 1.0); }
};

/// How `scale` is found.
enum class ToneClock {
    given,  ///< it is known: amplitudes only
    free    ///< fitted; the start must be within half a period of the slowest beat over the stretch
};

/// Least squares of tones f_k (Hz, nominal; each scaled above 0 and below fs / 2) starting from
/// `scale`. Gauss-Newton on the common scale until it moves no tone by 1e-9 rad at the ends.
/// Accuracy without noise: 1e-12 of the largest amplitude; with white noise of variance s^2 the
/// Cramer-Rao bound, u(amplitude) = s sqrt(2 / N), u(scale) = s sqrt(24 / N^3) / (w A) for one tone.
/// Nothing where two tones cannot be told apart in so few samples.
/// Gauss-Newton walks on sums over blocks of 128 samples (ToneBlocks) and their slopes, which are made again
/// where the scale leaves them: two or three passes over y whatever the number of rounds. Time: 1 ms a
/// million samples and 10 tones and pass on two cores; memory: `rest`, and 1/4 of y for 16 tones.
std::optional<ToneFit> fit_tones(std::span<const double> y, double rate_hz,
                                 std::span<const double> frequencies_hz, double scale, ToneClock clock);

/// The clock alone, without a rest to keep.
struct FittedScale {
    double scale = 1.0, u = 0.0;
};
std::optional<FittedScale> fit_scale(std::span<const double> y, double rate_hz,
                                     std::span<const double> frequencies_hz, double scale);

/// Where near one nominal frequency the strongest line lies, as a scale: the peak of the spectrum of
/// block sums, then Newton on it. Enough for fit_tones() to start from.
/// @param most_ppm  how far to either side it is looked for
/// Accuracy: a tenth of 1 / (f T), T the stretch's length. Nothing in fewer than 32 periods of the tone.
std::optional<double> coarse_scale(std::span<const double> y, double rate_hz, double frequency_hz,
                                   double most_ppm);

/// Sums of y e^(-j w (n - first)) over blocks of `block` samples, the rest of the stretch left out: the
/// tone brought down to 0 Hz, at fs / block values a second.
std::vector<std::complex<double>> demodulated(std::span<const double> y, double omega, std::size_t block);

}  // namespace fourpole
