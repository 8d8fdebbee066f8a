// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/profile/profile.hpp"
#include "rig/programme.hpp"
#include "rig/result.hpp"
#include "rig/signal.hpp"
#include "rig/stimulus/evaluate.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace fourpole {

/// Everything the simulation of one take depends on, with every figure drawn.
///
///   programme(u) -> polynomial -> clip -> + noise -> circuit -> taps -> / full scale
///      player, at 2x the rate of the capture        | earphone |   -> + crosstalk -> low-pass
///                                                   -> + DC + hum + noise -> converter
struct Scene {
    const Programme* programme = nullptr;
    bool playing = true;  ///< false: nobody pressed start
    Clock clock;          ///< of the capture; its ppm is player against converter
    std::size_t frames = 0;
    Circuit circuit;
    double second_order = 0.0, third_order = 0.0;  ///< y = x + a2 x^2 + a3 x^3, full scales
    std::optional<double> clip_fs;                 ///< |y| never above this, full scales
    double player_noise_fs = 0.0;                  ///< rms over 20 Hz - 20 kHz, full scale (peak) = 1
    PerSide<double> tap{{1.0, 1.0}};               ///< -1: the tap's two wires are exchanged, 0: pulled off
    bool inputs_exchanged = false;
    double full_scale_v = 1.0;  ///< peak volts that read 1.0
    double interface_noise_fs = 0.0;
    double interface_crosstalk = 0.0;  ///< amplitude ratio, in phase, both ways
    double dc_fs = 0.0, hum_fs = 0.0, mains_hz = 50.0;
    int bits = 24;
    bool dither = true;
    std::uint64_t seed = 0;
};

/// The simulated take: samples[channel][n], each a whole number of steps of 2^(1 - bits).
/// The linear part is exact in frequency: one FFT over the whole take, times the circuit at
/// each bin. Accuracy against |H|: 1e-4 dB from 20 Hz to 0.46 of the rate.
/// Harmonics above the rate of the capture fold back; those of a 24 kHz sweep up to the
/// third order land above 0.495 of the rate and are filtered off.
Result<std::vector<std::vector<double>>> simulate(const Scene& scene,
                                                  const std::function<bool(double)>& progress);

/// The interface's decimation filter: 1 up to 0.46 of the rate, raised cosine to 0 at 0.495.
double low_pass(double frequency_over_rate);

}  // namespace fourpole
