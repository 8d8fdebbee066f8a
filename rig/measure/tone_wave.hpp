// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/measure/hum_line.hpp"
#include "rig/measure/tone_places.hpp"
#include "rig/measure/tone_segments.hpp"
#include "rig/signal.hpp"

#include <complex>
#include <cstddef>
#include <optional>
#include <vector>

namespace fourpole {

/// The steady lines of one input as a wave that goes on for ever: what it would hold if nothing broke.
///
///     x(n) = constant + sum_k Re(phasor_k e^(j omega_k (n - centre))),  n in samples of the capture
struct ToneWave {
    std::vector<double> omega;  ///< radians a sample
    std::vector<std::complex<double>> phasors;
    double centre = 0.0, constant = 0.0;
    double variance = 0.0;  ///< of what it leaves over where it was fitted

    /// x and its slope a sample at first, first + 1 ...; first may be a fraction. Of a wave that comes later
    /// and later, by `pace` samples a sample, with the delay of its middle.
    struct Piece {
        std::vector<double> value, slope;
    };
    Piece at(double first, std::size_t count, double pace = 0.0) const;
};

/// The waves of a segment by a part of it in which nothing broke.
struct ToneReference {
    PerSide<std::optional<ToneWave>> wave;  ///< of the inputs that hold the lines 10 dB above all else
    double scale = 1.0, u_scale = 0.0;      ///< the player's clock there, 1 + ppm 1e-6
    std::size_t from = 0, to = 0;           ///< that part, samples of the capture
    std::size_t lines = 0;
};

/// The longest of a few parts of a place (2 s at most, or 4 periods of the slowest beat; halves, quarters
/// down to a sixteenth) of which the lines leave no more over than four times what they leave of parts half
/// as long: a break within one leaves far more. Needs no clock, and is led astray by none that breaks made:
/// its own is fitted within 2,500 ppm.
/// What the hum that somebody knows of (`hum`) leaves of any part is no sign of a break.
/// Nothing where the lines are not 10 dB above all else, or too close to be told apart in any part.
std::optional<ToneReference> tone_reference(const Recording& recording, const ToneSegment& segment,
                                            const TonePlace& place, const PerSide<HumElsewhere>& hum = {});

}  // namespace fourpole
