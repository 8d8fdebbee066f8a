// SPDX-License-Identifier: GPL-3.0-or-later
// Takes that are formulas of the player's time: what a device makes of a wave is written down, not simulated,
// so that nothing folds back at half of the rate.
#pragma once

#include "rig/capture/take.hpp"
#include "rig/measure/measure.hpp"
#include "rig/model/clipping.hpp"
#include "rig/stimulus/evaluate.hpp"
#include "rig/units.hpp"
#include "tests/catch.hpp"

#include <array>
#include <cmath>
#include <functional>
#include <numbers>
#include <random>
#include <string_view>
#include <utility>
#include <vector>

namespace fourpole {

struct Formula {
    double rate_hz = 48000.0, seconds = 2.0, start = 0.0, ppm = 0.0, noise = 0.0;
    unsigned seed = 1;
    std::function<double(Side, double)> at_player_time;  ///< u, seconds of the player's clock
    std::function<double(double)> at_capture_time;       ///< beside it on both sides: seconds of the capture
};

inline Take take_of(const Formula& f) {
    Take take;
    take.rate_hz = f.rate_hz;
    take.bits = 24;
    take.floating_point = true;
    const Clock clock{f.rate_hz, f.start, f.ppm};
    std::mt19937_64 random(f.seed);
    std::normal_distribution<double> noise(0.0, f.noise > 0.0 ? f.noise : 1.0);
    for (const Side side : sides) {
        std::vector<double> x(static_cast<std::size_t>(f.seconds * f.rate_hz));
        for (std::size_t n = 0; n < x.size(); ++n) {
            x[n] = f.at_player_time(side, clock.u_at(static_cast<double>(n)));
            if (f.at_capture_time) x[n] += f.at_capture_time(static_cast<double>(n) / f.rate_hz);
            if (f.noise > 0.0) x[n] += noise(random);
        }
        take.channels.push_back(std::move(x));
    }
    return take;
}

inline Measurement measured(const Programme& programme, const Formula& f) {
    auto out = measure(take_of(f), programme, false);
    REQUIRE(out.has_value());
    return std::move(*out);
}

/// y[n] = c2 x[n] + c1 x[n-1] + x[n-2] - c1 y[n-1] - c2 y[n-2]: an all-pass of 2 kHz; Q 0.7 is a crossover.
inline void all_pass(std::vector<double>& x, double q, double rate_hz) {
    const double w = 2.0 * std::numbers::pi * 2000.0 / rate_hz, a = std::sin(w) / (2.0 * q);
    const double c1 = -2.0 * std::cos(w) / (1.0 + a), c2 = (1.0 - a) / (1.0 + a);
    std::array<double, 2> in{}, out{};
    for (double& v : x) {
        const double y = c2 * v + c1 * in[0] + in[1] - c1 * out[0] - c2 * out[1];
        in = {v, in[0]}, out = {y, out[0]};
        v = y;
    }
}

/// Steady tones one behind the other on the left side, one a level, each `seconds` long.
inline Programme ladder(double hz, const std::vector<double>& levels_dbfs, double seconds = 0.4) {
    Programme p;
    p.sample_rate_hz = 48000.0;
    p.length_s = seconds * static_cast<double>(levels_dbfs.size());
    for (std::size_t i = 0; i < levels_dbfs.size(); ++i)
        p.events.push_back(Event{Tones{seconds * static_cast<double>(i),
                                       seconds,
                                       0.0,
                                       {{hz, AmplitudeRatio::from_decibels(levels_dbfs[i]).count, 0.0}}},
                                 {{true, false}}});
    return p;
}

/// sin(phase) of amplitude a, cut off at +-clip: its harmonics below half of the rate.
inline double clipped_sine(double a, double clip, double phase, double hz, double rate_hz = 48000.0) {
    if (a <= clip) return a * std::sin(phase);
    double sum = 0.0;
    for (int n = 1; n * hz < 0.49 * rate_hz; n += 2)
        sum += clipped_harmonic(clip / a, n) * std::sin(n * phase);
    return a * sum;
}

inline const Reading* reading_named(const Measurement& m, std::string_view name,
                                    std::optional<Side> side = {}, std::optional<int> order = {}) {
    for (const Reading& r : m.readings)
        if (r.name == name && (!side || r.side == side || r.from == side) && (!order || r.order == order))
            return &r;
    return nullptr;
}

}  // namespace fourpole
