// SPDX-License-Identifier: GPL-3.0-or-later
// Captures of a sense-resistor circuit by its own formula: a sum of tones before the resistor, the
// divider's closed form behind it, noise of a fixed seed.
#pragma once

#include "rig/measure/impedance_readings.hpp"
#include "tests/catch.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <numbers>
#include <random>
#include <string>
#include <vector>

namespace fourpole {

struct SenseBench {
    double sense = 47.0, input = 1e6, contact = 0.0;  ///< ohms
    double gain = 0.97, delay_samples = 0.42;         ///< of channel 1 against channel 0
    double noise = 0.0, rate_hz = 48000.0, ppm = 0.0, start = 0.0;
    unsigned seed = 1;

    std::complex<double> between(double hz) const {
        return std::polar(gain, -2.0 * std::numbers::pi * hz * delay_samples / rate_hz);
    }
    /// V1/V0 as captured, with `z` at the plug; infinite: nothing is.
    std::complex<double> ratio(double hz, std::complex<double> z) const {
        const auto y = 1.0 / input + (std::isinf(z.real()) ? 0.0 : 1.0 / (z + contact));
        return between(hz) / (1.0 + sense * y);
    }
};

inline constexpr double open_plug = std::numeric_limits<double>::infinity();

/// 2 kohm beside 1 mH and 10 uF, behind 24 ohm and 0.2 mH: a driver of an earphone, with a peak at 1.6 kHz.
inline std::complex<double> reactive_load(double hz) {
    const std::complex<double> s(0.0, 2.0 * std::numbers::pi * hz);
    return 24.0 + 2e-4 * s + 1.0 / (1.0 / 2000.0 + 1.0 / (1e-3 * s) + 10e-6 * s);
}

inline Programme tones_for_impedance(PerSide<bool> on = {{true, false}}, double seconds = 2.0) {
    Programme p;
    p.id = "impedance_tones";
    p.sample_rate_hz = 48000.0;
    p.length_s = seconds;
    p.analyses = {"impedance"};
    Tones tones;
    tones.duration_s = seconds;
    for (int k = 0; k < 24; ++k) {
        const double hz = 21.3 * std::pow(2.0, 0.42 * k);
        tones.tones.push_back({hz, 0.02, 2.4 * k * k});
    }
    p.events.push_back({tones, on});
    return p;
}

/// The tones of `programme` through the bench with `z(hz)` at the plug.
template <class Load>
Take sensed(const SenseBench& bench, const Programme& programme, Load z) {
    Take take;
    take.rate_hz = bench.rate_hz;
    take.bits = 32;
    take.floating_point = true;
    const auto frames = static_cast<std::size_t>(programme.length_s * bench.rate_hz);
    take.channels.assign(2, std::vector<double>(frames));
    for (const Event& event : programme.events) {
        const auto& tones = std::get<Tones>(event.what);
        const auto from = static_cast<std::size_t>(tones.start_s * bench.rate_hz),
                   to = std::min(frames, from + static_cast<std::size_t>(tones.duration_s * bench.rate_hz));
        for (const Tone& t : tones.tones) {
            const double step =
                2.0 * std::numbers::pi * t.frequency_hz * (1.0 + 1e-6 * bench.ppm) / bench.rate_hz;
            // The device sees the tone at the frequency that it has.
            const auto m = bench.ratio(t.frequency_hz, z(t.frequency_hz));
            for (std::size_t n = from; n < to; ++n) {
                const double phase = t.phase_rad + step * (static_cast<double>(n - from) - bench.start);
                take.channels[0][n] += t.amplitude * std::sin(phase);
                take.channels[1][n] += t.amplitude * std::abs(m) * std::sin(phase + std::arg(m));
            }
        }
    }
    std::mt19937_64 random(bench.seed);
    std::normal_distribution<double> noise(0.0, bench.noise > 0.0 ? bench.noise : 1.0);
    if (bench.noise > 0.0)
        for (auto& channel : take.channels)
            for (double& v : channel) v += noise(random);
    return take;
}

inline Take sensed(const SenseBench& bench, const Programme& programme, double ohm) {
    return sensed(bench, programme, [ohm](double) { return std::complex<double>(ohm); });
}

inline StandardTake standard(Take take, double ohm = 0.0, double u = 0.0) {
    return {"cal.json: /impedance/it", {}, std::move(take), {}, {ohm, u}};
}

inline SenseCircuit circuit_of(const SenseBench& bench) {
    SenseCircuit out;
    out.sense = {bench.sense, 0.0};
    out.input = {bench.input, 0.0};
    return out;
}

inline Measurement read(const Take& take, const Programme& programme, const SenseCircuit& circuit) {
    auto out = measure_impedance(take, programme, false, circuit);
    if (!out) FAIL(out.error().what);
    return std::move(*out);
}

inline bool says(const Measurement& m, const std::string& words) {
    return std::any_of(m.reasons.begin(), m.reasons.end(),
                       [&](const std::string& r) { return r.find(words) != std::string::npos; });
}

inline std::string refusal(const Take& take, const Programme& programme, const SenseCircuit& circuit) {
    const auto out = measure_impedance(take, programme, false, circuit);
    REQUIRE_FALSE(out.has_value());
    CHECK(out.error().kind == Fault::Kind::bad_input);
    return out.error().what;
}

}  // namespace fourpole
