// SPDX-License-Identifier: GPL-3.0-or-later
// Response, phase and crosstalk of a filter that is exact in the capture's own samples.
#pragma once

#include "tests/conformance_takes.hpp"
#include "tests/made_take.hpp"

namespace fourpole::conformance {

/// A high-pass at 8 Hz and a peak of 3 dB at 3 kHz, as recursions.
struct Filter {
    static constexpr double pole = 0.99895, b0 = 1.01, b1 = -1.72, b2 = 0.83, a1 = -1.70, a2 = 0.82;

    static std::vector<double> through(const std::vector<double>& x) {
        std::vector<double> out(x.size());
        double x1 = 0.0, y1 = 0.0, h1 = 0.0, h2 = 0.0, z1 = 0.0, z2 = 0.0;
        for (std::size_t n = 0; n < x.size(); ++n) {
            const double h = x[n] - x1 + pole * y1;
            x1 = x[n], y1 = h;
            const double z = b0 * h + b1 * h1 + b2 * h2 - a1 * z1 - a2 * z2;
            h2 = h1, h1 = h, z2 = z1, z1 = z;
            out[n] = z;
        }
        return out;
    }
    static Complex gain(double f) {
        const Complex z = std::polar(1.0, -2.0 * pi * f / rate);
        return (1.0 - z) / (1.0 - pole * z) * (b0 + b1 * z + b2 * z * z) / (1.0 + a1 * z + a2 * z * z);
    }
};
/// What of a side's own voltage the other holds: inverted, rising with frequency, -40 dB and less than -36.
inline Complex leak_gain(double f) { return -0.01 - 0.006 * (1.0 - std::polar(1.0, -2.0 * pi * f / rate)); }

/// The shipped sweeps (A = 0.5, L = 0.35 s) through it, -90 dBFS of noise.
inline const Measurement& swept() {
    static const Measurement m = [] {
        const Programme programme = sweep_pair();
        Take take;
        take.rate_hz = rate;
        take.bits = 24;
        take.floating_point = true;
        const auto frames = static_cast<std::size_t>((programme.length_s + 0.5) * rate);
        PerSide<std::vector<double>> own;
        for (const Side s : sides)
            own[s] = Filter::through(render(programme, s, {rate, 9876.54321, 37.31}, frames));
        std::mt19937_64 random(12);
        std::normal_distribution<double> noise(0.0, rms_of(-90.0));
        for (const Side s : sides) {
            const auto& others = own[other(s)];
            std::vector<double> y(frames);
            for (std::size_t n = 0; n < frames; ++n)
                y[n] = own[s][n] - 0.016 * others[n] + (n > 0 ? 0.006 * others[n - 1] : 0.0) + noise(random);
            take.channels.push_back(std::move(y));
        }
        return read(take, programme);
    }();
    return m;
}

inline double response_error(double low, double high) {
    return worst_of(2, [&](unsigned side) {
        return worst(reading(swept().readings, "response", sides[side - 1], sides[side - 1]), low, high,
                     [](double f) { return db(std::abs(Filter::gain(f))); });
    });
}
inline std::optional<double> response_mid() { return response_error(100.0, 18000.0); }
inline std::optional<double> response_edges() { return response_error(31.0, 19500.0); }

/// The linear delay that the reading takes out is the device's: of truth and reading alike.
inline std::optional<double> response_phase() {
    return worst_of(2, [](unsigned side) {
        const Reading& r = reading(swept().readings, "response", sides[side - 1], sides[side - 1]);
        double fy = 0.0, ff = 0.0, out = 0.0;
        const auto error = [](const Point& p) {
            return std::remainder(*p.phase_deg - std::arg(Filter::gain(*p.at)) * degrees_per_radian, 360.0);
        };
        const auto inside = [](const Point& p) { return *p.at > 100.0 && *p.at < 18000.0; };
        for (const Point& p : r.points)
            if (inside(p)) fy += *p.at * error(p), ff += *p.at * *p.at;
        for (const Point& p : r.points)
            if (inside(p)) out = std::max(out, std::abs(error(p) - fy / ff * *p.at));
        return out;
    });
}
inline std::optional<double> crosstalk_size() {
    return worst_of(2, [](unsigned side) {
        const Side from = sides[side - 1];
        return worst(reading(swept().readings, "crosstalk", from, other(from)), 100.0, 18000.0,
                     [](double f) { return db(std::abs(leak_gain(f))); });
    });
}
inline std::optional<double> crosstalk_phase() {
    double out = 0.0;
    for (const Side from : sides)
        for (const Point& p : reading(swept().readings, "crosstalk", from, other(from)).points)
            if (*p.at > 100.0 && *p.at < 18000.0)
                out = std::max(out,
                               std::abs(std::remainder(
                                   *p.phase_deg - std::arg(leak_gain(*p.at)) * degrees_per_radian, 360.0)));
    return out;
}

/// Four lines of 0.2 on one side, a ten-thousandth of them on the other.
inline std::optional<double> crosstalk_80() {
    return twice_the_rms(4, [](unsigned seed) {
        const Programme p =
            of_tones({{411.3, 0.2, 0.1}, {1307.7, 0.2, 1.9}, {3911.1, 0.2, 4.0}, {9103.9, 0.2, 2.2}}, 1.0,
                     {{true, false}});
        Take take = take_of(p, {.start = 0.0, .seconds = 1.0});
        std::mt19937_64 random(seed);
        std::normal_distribution<double> noise(0.0, rms_of(-100.0));
        for (std::size_t n = 0; n < take.frames(); ++n) {
            take.channels[1][n] = -1e-4 * take.channels[0][n] + noise(random);
            take.channels[0][n] += noise(random);
        }
        return rms(reading(read(take, p).readings, "crosstalk"), 1.0, 20000.0, [](double) { return -80.0; });
    });
}

/// The kit's device: high-pass 8 Hz, 3 dB at 3 kHz, low-pass 40 kHz, and its leaks.
inline Complex kit_device(double f, Side side) {
    const Complex j(0.0, 1.0), s = j * f / 3000.0;
    const double a = std::pow(10.0, 3.0 / 40.0), q = 1.2;
    return j * f / 8.0 / (1.0 + j * f / 8.0) / (1.0 + j * f / 40000.0) * (s * s + s * a / q + 1.0) /
           (s * s + s / (a * q) + 1.0) * (side == Side::right ? 0.98 : 1.0) * 1.0003;
}
inline Complex kit_leak(double f, Side from) {
    const Complex j(0.0, 1.0);
    return (from == Side::left ? -0.015848931924611134 * (1.0 + j * f / 15000.0)
                               : -0.01778279410038923 * (1.0 + j * f / 18000.0)) /
           (1.0 + j * f / 90000.0);
}
inline const Measurement& kit_swept() {
    static const Measurement m = of_kit("sweep_p37_noise90");
    return m;
}
inline std::optional<double> kit_response() {
    if (!kit()) return {};
    return worst_of(2, [](unsigned side) {
        const Side s = sides[side - 1];
        return worst(reading(kit_swept().readings, "response", s, s), 100.0, 18000.0,
                     [&](double f) { return db(std::abs(kit_device(f, s))); });
    });
}
inline std::optional<double> kit_crosstalk() {
    if (!kit()) return {};
    return worst_of(2, [](unsigned side) {
        const Side s = sides[side - 1];
        return worst(reading(kit_swept().readings, "crosstalk", s, other(s)), 100.0, 18000.0,
                     [&](double f) { return db(std::abs(kit_leak(f, s))); });
    });
}
inline std::optional<double> kit_multitone() {
    if (!kit()) return {};
    const Measurement m = of_kit("multitone_m112");
    return worst_of(2, [&](unsigned side) {
        const Side s = sides[side - 1];
        return worst(reading(m.readings, "crosstalk", s, other(s)), 1.0, 24000.0,
                     [&](double f) { return db(std::abs(kit_leak(f, s))); });
    });
}

}  // namespace fourpole::conformance
