// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/signal.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace fourpole {

/// How loud a programme will be at the inputs, told before it is played: both sides play tones together, 40
/// dB below the programme's peak on each, about half an octave apart and the other side's between them, and
/// what comes back of them is each way's gain.
///
///     g[i][j] = max over the tones f of side i of |Y_j(f)| / a_i     Y: Hann window of 0.6 s, squared
///     most_j  = max over t of sum over i of g[i][j] sqrt(P_i(t))     P_i: RunningPower of the programme
///
/// No tone is nearer than 8 Hz to a multiple of 50 or 60 Hz (beneath 1 kHz), so that hum is no gain. What it
/// says is what a tone at the loudest frequency will have, within 1 %, where the sound of both sides comes in
/// step; else it is too much, by 6 dB at most for two equal sides.
///
/// Cannot see: a peak of the gain that is narrower than half an octave, a gain that grows with the level or
/// is turned up afterwards, what comes back later than 0.35 s. InputCheck watches while the programme plays.
class LevelProbe {
public:
    static constexpr double below = 0.01;  ///< 40 dB

    /// @param programme  as it will be played, full scale = 1. A side without a sound stays silent here, too
    LevelProbe(double rate_hz, const PerSide<std::vector<double>>& programme);

    /// To be played: 1 s.
    const PerSide<std::vector<double>>& sounds() const { return sounds_; }

    /// The largest rms that an input will have, in the unit that it was heard in.
    /// @param heard  that input from the probe's first frame on, as long as sounds() at least
    double most_rms(std::span<const double> heard) const;

private:
    double gain(std::span<const double> faded, Side from) const;

    double rate_hz_;
    PerSide<std::vector<double>> tones_hz_, sounds_;
    PerSide<double> amplitude_{};
    PerSide<std::vector<double>> rms_;  ///< of the programme, sqrt(P), each millisecond
};

}  // namespace fourpole
