// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <utility>
#include <vector>

namespace fourpole {

/// Mean square in a band, with its standard uncertainty as an estimate of the process' own.
struct BandPower {
    double mean_square = 0.0;
    double u = 0.0;
    /// True where the stretch's edges are faded (Hann): something outside of the band, or a line in it,
    /// would else have leaked over it by more than chance.
    bool faded = false;
};

/// Power over frequency of what a stretch holds beside its tones.
///
/// Two periodograms of the same samples: as they stand (by Parseval exactly the power that was there), and
/// faded by a Hann window of unit power, whose side lobes fall off with 18 dB an octave. The first is
/// used unless both differ by more than chance allows.
///
/// u: of a sum of periodogram values P_k, sqrt(sum S_k^2) with the density S_k from medians over 32 bins, so
/// that lines, which do not scatter, do not count (4.34 dB / sqrt(B T) for white noise, 1.39 times that
/// with the fade). A line's mean square over T is A^2 / 2 (1 + cos(2 theta) sin(w T) / (w T)): what stands
/// above the density counts 1 / (2 w T) of itself beside it.
/// Accuracy: band power of the samples as they are 1e-12; edges of the band to one bin.
/// Time: one FFT of a length that is fast (fast_length()), else two, on two threads where that is worth
/// while. Memory: 8 bytes a sample; 24 or 48 meanwhile.
class NoiseSpectrum {
public:
    /// At least 64 samples.
    NoiseSpectrum(std::span<const double> rest, double rate_hz);

    /// @param gain  amplitude gain at each frequency: a weighting, a notch, both; asked by two threads
    BandPower band(double from_hz, double to_hz, const std::function<double(double)>& gain) const;

    /// Mean square per hertz around f, median over 64 bins: lines do not count.
    double density(double frequency_hz) const;

    /// The same of the stretch as it is, one and a half to eight bins beside f, and nothing nearer: what
    /// lines farther away leak to a fit at f. 3 times density() is beyond chance (1 in 1000).
    double leaked_density(double frequency_hz) const;

    /// Mean square within `width_hz` to either side of f, of the faded stretch: lines do count.
    double around(double frequency_hz, double width_hz) const;
    /// The same of the stretch as it is, where that is more: what is left over at its ends counts too.
    double most_around(double frequency_hz, double width_hz) const;

    /// Where the power of the same lies, on the mean.
    double centre(double frequency_hz, double width_hz) const;

    /// Variance of the stretch's mean: density / (2 T) of noise, and of what stands at f (lines, rumble) of
    /// mean square P, P / (2 (pi f T)^2), its part of a period that the stretch does not hold whole.
    double variance_of_mean() const;

    double bin_hz() const { return bin_hz_; }

private:
    std::pair<std::size_t, std::size_t> bins_around(double frequency_hz, double width_hz) const;
    double median_around(const std::vector<double>& power, std::size_t bin) const;

    double bin_hz_ = 0.0, seconds_ = 0.0;
    std::vector<double> plain_, faded_;  ///< mean square per bin, one-sided
};

}  // namespace fourpole
