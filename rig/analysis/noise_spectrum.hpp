// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <functional>
#include <span>
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
/// with the fade).
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

    double bin_hz() const { return bin_hz_; }

private:
    double median_around(const std::vector<double>& power, std::size_t bin) const;

    double bin_hz_ = 0.0;
    std::vector<double> plain_, faded_;  ///< mean square per bin, one-sided
};

}  // namespace fourpole
