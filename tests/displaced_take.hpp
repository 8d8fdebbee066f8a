// SPDX-License-Identifier: GPL-3.0-or-later
// Takes whose time is displaced: jitter and wander put into the stimulus' own closed form.
#pragma once

#include "rig/measure/measure.hpp"
#include "rig/stimulus/evaluate.hpp"
#include "tests/shared_data.hpp"

#include <cmath>
#include <functional>
#include <numbers>
#include <random>

namespace fourpole {

inline constexpr double pi = std::numbers::pi;
inline constexpr double rate = 48000.0;
/// Noise of -115 dBFS (0 dBFS: rms of a full-scale sine) in 20 kHz, as rms a sample of 24 kHz.
inline const double noise_m115 = std::sqrt(0.5) * 1.7782794e-6 * std::sqrt(24.0 / 20.0);

struct Played {
    double seconds = 4.5, start = 0.0, ppm = 0.0, noise = 0.0;
    std::function<double(double)> late = [](double) { return 0.0; };    ///< J(u), seconds
    std::function<double(double)> louder = [](double) { return 0.0; };  ///< m(u)
    double beside_hz = 0.0, beside = 0.0;                               ///< a line of its own
    double gain = 1.0;
};

/// Only the left side plays: x(u + J(u)) (1 + m(u)).
inline std::vector<double> clean(const Programme& programme, const Played& p) {
    const Clock clock{rate, p.start, p.ppm};
    std::vector<double> out(static_cast<std::size_t>(p.seconds * rate));
    for (std::size_t n = 0; n < out.size(); ++n) {
        const double u = clock.u_at(static_cast<double>(n));
        for (const Event& e : programme.events)
            out[n] += p.gain * (1.0 + p.louder(u)) * value_at(e, u + p.late(u));
        if (p.beside > 0.0) out[n] += p.beside * std::sin(2.0 * pi * p.beside_hz * u);
    }
    return out;
}

inline Measurement measured(const Programme& programme, std::vector<double> samples, double noise_rms,
                            unsigned seed) {
    Take take;
    take.rate_hz = rate;
    take.bits = 24;
    take.floating_point = true;
    std::mt19937_64 random(seed);
    std::normal_distribution<double> noise(0.0, noise_rms);
    for (double& x : samples) x += noise(random);
    take.channels.push_back(std::move(samples));
    auto out = measure(take, programme, false);
    REQUIRE(out.has_value());
    REQUIRE(out->valid);
    return std::move(*out);
}

inline Measurement measured(const Programme& programme, const Played& p) {
    return measured(programme, clean(programme, p), p.noise, 1);
}

inline std::function<double(double)> sine(double size, double hz, double phase = 0.3) {
    return [=](double u) { return size * std::sin(2.0 * pi * hz * u + phase); };
}

inline Programme jtest(int bits, double seconds = 4.0) {
    Programme p;
    p.sample_rate_hz = rate;
    p.length_s = seconds;
    p.events.push_back({JTest{0.0, seconds, bits, rate}, {{true, false}}});
    return p;
}

inline Programme tone(double hz, double seconds, std::vector<std::string> analyses) {
    Programme p;
    p.sample_rate_hz = rate;
    p.length_s = seconds;
    p.events.push_back({Tones{0.0, seconds, 0.0, {{hz, 0.5, 0.4}}}, {{true, false}}});
    p.analyses = std::move(analyses);
    return p;
}

inline double ps(double seconds) { return 1e12 * seconds; }
inline double ns(double seconds) { return 1e9 * seconds; }

/// Noise, and jitter at 1 kHz.
inline Played noisy(double peak_ps, double hz = 1000.0) {
    Played p;
    p.start = 4321.6;
    p.ppm = -83.0;
    p.noise = noise_m115;
    if (peak_ps > 0.0) p.late = sine(1e-12 * peak_ps, hz);
    return p;
}

}  // namespace fourpole
