// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/analysis/deconvolve.hpp"
#include "rig/programme.hpp"
#include "rig/result.hpp"
#include "rig/stimulus/evaluate.hpp"

#include <cstddef>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <vector>

namespace fourpole {

/// The wave of one event on the capture's time, with the filter that compresses it.
/// Owns the samples that its Excitation views.
struct PreparedEvent {
    std::vector<double> wave;
    std::vector<double> inverse;  ///< none of a sweep: that is its wave, weighted when it is asked for
    /// Of a sweep: inverse[i] of its wave[i].
    std::function<double(std::size_t, double)> weighted;
    std::ptrdiff_t origin = 0;
    double f1_hz = 0.0, f2_hz = 0.0, rate_s = 0.0;
    double rate_hz = 0.0, quiet_after_s = 0.0, fade_in_s = 0.0;

    Excitation excitation() const {
        return {wave, inverse_source(), origin, rate_hz, f1_hz, f2_hz, rate_s, quiet_after_s, fade_in_s};
    }
    SampleSource inverse_source() const;
};

/// By how many samples the player is ahead of its clock at a sample of the capture; empty: never.
using SamplesEarly = std::function<double(double)>;

/// A sweep, evaluated in closed form at the player's clock: no resampler, no error.
/// The inverse is the sweep weighted by its own frequency (its energy falls as 1/f).
/// A sweep beyond half the capture's rate ends at 0.45 of it.
PreparedEvent prepare_sweep(const Event& event, const Clock& clock, double quiet_after_s);

/// A recorded stimulus of the capture's own rate, evaluated at the player's clock (between_samples(), -140 dB
/// up to 0.96 of half the rate, where its band then ends; at one pace its own samples, on the nearest whole
/// one) and as far as a capture of `frames` reaches: G = X / (|X|^2 + the larger of 1e-7 max |X|^2 and
/// 1e-3 of its mean within 2 Hz, 1e-5 and 1e-6 of it within 30 and 150 bins of the inverse's length).
/// The usable band is where |X|^2 is within 40 dB of its median. `early`: by how many of the
/// capture's samples it comes early beside the clock, at each of them.
PreparedEvent prepare_wave(std::span<const double> wave, const Clock& clock, double start_s,
                           double quiet_after_s, std::size_t frames = std::numeric_limits<std::size_t>::max(),
                           const SamplesEarly& early = {});

}  // namespace fourpole
