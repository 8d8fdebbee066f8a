// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/analysis/gated_dft.hpp"
#include "rig/analysis/onset_leak.hpp"
#include "rig/fft/correlate.hpp"

#include <complex>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace fourpole {

/// What was played, as it would stand in the capture if the device were a wire.
struct Excitation {
    std::span<const double> wave;     ///< x[n], at the capture's rate and the player's clock
    SampleSource inverse;             ///< g[n], as long: correlating x with g gives a short pulse
    std::ptrdiff_t origin = 0;        ///< sample of the capture where x[0] stands
    double rate_hz = 0.0;             ///< of the capture
    double f1_hz = 0.0, f2_hz = 0.0;  ///< where it has energy
    double rate_s = 0.0;              ///< sweep: L (frequency grows by e in L seconds); 0: not a sweep
    double quiet_after_s = 0.0;       ///< time from its end to the next event or the capture's end
    double fade_in_s = 0.0;           ///< of a sweep
    /// Of each y what is left of it without what the excitation makes there: noise is then read from this, as
    /// long as y, on either side of the pulse. Behind a recorded stimulus stands what its inverse leaves of
    /// itself, which is no noise and can be a hundred times as large. None: noise is read behind the pulse.
    std::vector<std::span<const double>> rests{};
};

/// A complex estimate with the rms of its complex error (noise and clutter, k = 1).
struct Estimate {
    std::complex<double> value;
    double noise = 0.0;
    /// Relative: what the gate may have left of its own in the value, as a standard uncertainty.
    double bias = 0.0;
};

struct Harmonic {
    Estimate estimate;  ///< amplitude at order * f0 re the excitation's amplitude
    /// What the excitation leaves there by itself, re |H| at order * f0: its side lobes, and a
    /// sweep that starts without a fade rings there.
    double clutter = 0.0;
    double cycles = 0.0;  ///< of order * f0, in half of the gate that keeps it from its neighbours
};

/// Noise over a rising grid: few gates fit beside a pulse, so that one frequency's noise is
/// known to 30 % at best; it is smooth over the quarter octave that a dozen neighbours span. A steady line
/// (hum) is not: a point that holds twice its neighbours' noise keeps its own, and lends them none.
void pool_noise(std::vector<Estimate>& estimates);

/// Deconvolution of captures by one excitation, streaming and gated.
///
///     H(f) = sum_l w_f(l) r_yg(l) e^(-j 2 pi f l / fs)  /  the same of r_xg,
///     r_yg(l) = sum_n g[n] y[origin + n + l]
///
/// The excitation goes through the same correlation and gate as the capture and divides, so
/// that band edges and gate cancel. Phase is re sample `origin` (no delay taken out).
/// Harmonic n of a synchronised sweep is the same pulse L ln(n) seconds earlier.
///
/// Accuracy (noise apart): transfer() within 1e-4 dB from 5 f1 to 0.9 f2 for a device that is flat and decays
/// inside the gate, 7e-3 dB behind a pole; transfers() within 2e-5 dB there and 5e-3 dB from 1.5 f1, for
/// poles and resonances that its grid resolves, and Estimate::bias says so of each point
/// (tests/deconvolve_test.cpp). Noise: Estimate::noise is the rms of the complex error at f, from gates of
/// the same kind moved to lags where the device says nothing.
class Deconvolution {
public:
    /// `orders`: highest harmonic wanted (1 = only the response). All ys share one clock.
    /// `least_after_s`: lags to keep for impulse_response(), where more than the gates need.
    Deconvolution(std::span<const std::span<const double>> ys, const Excitation& excitation, int orders,
                  double least_after_s = 0.0);

    /// True where the excitation itself fills the gate at f. The inverse of a recorded stimulus gives up
    /// where that plays next to nothing: what its gate holds there leaked in from other frequencies. A sweep
    /// fills its whole band.
    bool excites(double frequency_hz) const;

    Estimate transfer(std::size_t y, double frequency_hz) const;

    /// The value alone: half the work.
    std::complex<double> transfer_value(std::size_t y, double frequency_hz) const;

    /// [y][i]: the same of every y over a rising grid (24 an octave or finer), with the gate's
    /// own bias taken out: near a band edge and where H is steep the gate averages it over its width; the
    /// estimate is sent through the same gate and corrected by what comes back, a few times. Where the grid
    /// is too wide for what the device does (a sharp notch) nothing is corrected, and bias says how much that
    /// was.
    std::vector<std::vector<Estimate>> transfers(std::span<const double> frequency_hz) const;

    /// Harmonic `order` at the excitation frequency f0, one a y: a gate is dear to make, cheap to apply.
    /// Nothing where order * f0 leaves the excitation's band, or where the pulse of the next order is so near
    /// (L ln((n + 1) / n) seconds) that the gate between them has less than 2 x 3 cycles of order * f0: below
    /// 7 to 8 / L hertz, whatever the order.
    std::vector<Harmonic> harmonic(int order, double f0_hz) const;

    Gate gate(double frequency_hz) const;

    /// Impulse response around lag 0, band-limited to the excitation: `before` + 1 + `after`
    /// samples, r_yg normalised by the peak of r_xg.
    std::vector<double> impulse_response(std::size_t y, std::size_t before, std::size_t after) const;

private:
    /// Lag up to which nothing but the device is heard at f: the correlation at lag l reads the capture l
    /// seconds after a sweep passed f.
    double heard_until_s(double frequency_hz) const;

    /// One frequency of some ys that stand beside each other: a gate is dear to make, cheap to apply.
    struct Seen {
        std::vector<std::complex<double>> numerator;
        std::vector<double> noise;  ///< of the numerator
        std::complex<double> denominator;

        Estimate of(std::size_t i) const {
            return {numerator[i] / denominator, noise[i] / std::abs(denominator)};
        }
    };
    Seen look(std::span<const Stretch> ys, double frequency_hz) const;
    std::vector<double> noise_beside(std::span<const Stretch> ys, double frequency_hz, const GatedDft& like,
                                     Gate gate, double from_s) const;
    std::vector<double> noise_of_rests(double frequency_hz, const GatedDft& like, Gate gate) const;
    double late_in(std::size_t y, const Stretch& again, double frequency_hz, const GatedDft& dft,
                   const Seen& seen) const;
    void take_bias_out(std::span<const double> frequency_hz, std::span<const Seen> seen,
                       std::vector<std::vector<Estimate>>& h) const;
    Gate harmonic_gate(int order, double f0_hz) const;
    void add_onset_leak(std::span<const double> frequency_hz, std::vector<std::vector<Estimate>>& h) const;

    Excitation excitation_;
    int orders_ = 1;
    double lag_end_s_ = 0.0;                    ///< last lag of the main stretch
    Stretch reference_;                         ///< r_xg
    std::vector<Stretch> reference_harmonics_;  ///< of r_xg, as harmonics_
    std::vector<Stretch> main_;                 ///< r_yg per y, around lag 0
    std::vector<Stretch> rests_;                ///< the same of what is left of y
    std::ptrdiff_t rest_frames_ = 0;            ///< of which there are
    std::optional<OnsetLeak> onset_;            ///< of a sweep whose harmonics are wanted
    /// Per y, [order - 2]; empty where the main stretch reaches back to the last order.
    std::vector<std::vector<Stretch>> harmonics_;
};

}  // namespace fourpole
