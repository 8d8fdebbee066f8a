// SPDX-License-Identifier: GPL-3.0-or-later
// Two captures of one closed-form programme: B = g (f(A's music at u) ) + noise, u = (1 + ppm 1e-6)(n -
// delay) / fs.
#pragma once

#include "rig/capture/take.hpp"

#include <cmath>
#include <cstddef>
#include <numbers>
#include <random>
#include <vector>

namespace fourpole {

/// Partials from 45 Hz to 16 kHz that fall by 4 dB an octave, each with a slow modulation of its own.
struct Music {
    struct Partial {
        double hz, amplitude, phase, slow_hz, slow_phase;
    };
    std::vector<Partial> partials;

    explicit Music(unsigned seed, int count = 40) {
        std::mt19937_64 random(seed);
        std::uniform_real_distribution<double> any(0.0, 1.0);
        for (int i = 0; i < count; ++i) {
            const double hz = 45.0 * std::pow(16000.0 / 45.0, (i + any(random)) / count);
            partials.push_back({hz, 0.04 * std::pow(hz / 100.0, -0.67), 6.28 * any(random),
                                0.3 + 3.0 * any(random), 6.28 * any(random)});
        }
    }
    double at(double u) const {
        constexpr double turn = 2.0 * std::numbers::pi;
        double sum = 0.0;
        for (const Partial& p : partials)
            sum += p.amplitude * (0.7 + 0.3 * std::sin(turn * p.slow_hz * u + p.slow_phase)) *
                   std::sin(turn * p.hz * u + p.phase);
        return sum;
    }
};

/// Notes that come and go, so that seldom more than a dozen sound at once and every moment resembles others.
struct PassingNotes {
    struct Note {
        double hz, amplitude, phase, from_s, for_s;
    };
    std::vector<Note> notes;

    explicit PassingNotes(unsigned seed, double seconds = 10.0, int count = 120) {
        std::mt19937_64 random(seed);
        std::uniform_real_distribution<double> any(0.0, 1.0);
        for (int i = 0; i < count; ++i) {
            const double hz = 40.0 * std::pow(14000.0 / 40.0, any(random));
            const double amplitude = std::pow(10.0, -(20.0 + 30.0 * any(random)) / 20.0);
            const double phase = 6.28 * any(random), from_s = -1.0 + seconds * any(random);
            notes.push_back({hz, amplitude, phase, from_s, 0.3 + 2.7 * any(random)});
        }
    }
    std::vector<double> samples(double rate_hz, std::size_t count) const {
        constexpr double turn = 2.0 * std::numbers::pi;
        std::vector<double> out(count);
        for (const Note& note : notes)
            for (std::size_t n = 0; n < count; ++n) {
                const double v = static_cast<double>(n) / rate_hz - note.from_s;
                if (v <= 0.0 || v >= note.for_s) continue;
                const double swell = std::sin(0.5 * turn * v / note.for_s);
                out[n] += note.amplitude * swell * swell * std::sin(turn * note.hz * v + note.phase);
            }
        return out;
    }
};

/// How one capture was made.
struct CaptureOf {
    double rate_hz = 48000.0;
    double seconds = 3.0;
    double ppm = 0.0, delay = 0.0;  ///< samples of this capture
    double gain = 1.0, cubic = 0.0, offset = 0.0;
    double noise = 1e-5;
    int bits = 24;  ///< 64: floating point, as it is
    unsigned seed = 1;
};

inline std::vector<double> channel_of(const Music& music, const CaptureOf& how) {
    std::mt19937_64 random(how.seed);
    std::normal_distribution<double> noise(0.0, how.noise > 0.0 ? how.noise : 1.0);
    std::vector<double> out(static_cast<std::size_t>(how.seconds * how.rate_hz));
    for (std::size_t n = 0; n < out.size(); ++n) {
        const double x =
            music.at((1.0 + 1e-6 * how.ppm) * (static_cast<double>(n) - how.delay) / how.rate_hz);
        double y = how.gain * (x + how.cubic * x * x * x) + how.offset;
        if (how.noise > 0.0) y += noise(random);
        out[n] = how.bits == 64 ? y : std::ldexp(std::round(std::ldexp(y, how.bits - 1)), 1 - how.bits);
    }
    return out;
}

inline Take take_of(std::vector<std::vector<double>> channels, const CaptureOf& how) {
    Take take;
    take.rate_hz = how.rate_hz;
    take.bits = how.bits;
    take.floating_point = how.bits == 64;
    take.channels = std::move(channels);
    return take;
}

inline Take capture(const Music& music, const CaptureOf& how) {
    return take_of({channel_of(music, how)}, how);
}

}  // namespace fourpole
