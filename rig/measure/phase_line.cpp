// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/phase_line.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <vector>

namespace fourpole {

namespace {

constexpr double pi = std::numbers::pi;
constexpr int per_octave = 24;
constexpr double low_hz = 500.0, high_hz = 15000.0;
constexpr double pace_high_hz = 8000.0;  ///< a steep filter at 16 kHz bends the group delay above it
/// What a line leaves over is the device's own dispersion, alike at neighbouring points: it counts as a few
/// independent ones, not as all.
constexpr double independent = 6.0;
constexpr double device_slope_s = 5e-6;  ///< of group delay, a natural octave
constexpr std::size_t pace_bands = 3, least_of_band = 8;

std::vector<double> line_band(const Probe& probe, double highest_hz) {
    const double low = std::max(low_hz, 4.0 * probe.f1_hz), high = std::min(highest_hz, 0.75 * probe.f2_hz);
    return high > 2.0 * low ? octave_grid(low, high, per_octave) : std::vector<double>{};
}

/// Each point is looked for where the slope of those before it leads: the grid is dense at its low end, so
/// that a delay of thousands of samples is followed to its high end, where a step is hundreds of hertz.
std::vector<double> unwrapped(const std::vector<double>& f, const std::vector<std::complex<double>>& h) {
    constexpr std::size_t of_slope = 8;
    std::vector<double> phase;
    for (std::size_t i = 0; i < h.size(); ++i) {
        const std::size_t from = i > of_slope ? i - 1 - of_slope : 0;
        const double slope = i > 1 ? (phase[i - 1] - phase[from]) / (f[i - 1] - f[from]) : 0.0;
        const double expected = i > 0 ? phase[i - 1] + slope * (f[i] - f[i - 1]) : 0.0;
        phase.push_back(expected + std::remainder(std::arg(h[i]) - expected, 2.0 * pi));
    }
    return phase;
}

/// Weighted least squares y = constant + slope x. The grid is logarithmic, so each point stands for a stretch
/// of hertz proportional to its frequency, which is its weight.
struct Straight {
    double constant = 0.0, slope = 0.0;
    double left_over = 0.0;  ///< weighted mean square
    double spread = 0.0;     ///< weighted variance of x
};

Straight straight(const std::vector<double>& weight, const std::vector<double>& x,
                  const std::vector<double>& y) {
    double w = 0, wx = 0, wy = 0, wxx = 0, wxy = 0;
    for (std::size_t i = 0; i < x.size(); ++i)
        w += weight[i], wx += weight[i] * x[i], wy += weight[i] * y[i], wxx += weight[i] * x[i] * x[i],
            wxy += weight[i] * x[i] * y[i];
    Straight out;
    out.slope = (w * wxy - wx * wy) / (w * wxx - wx * wx);
    out.constant = (wy - out.slope * wx) / w;
    for (std::size_t i = 0; i < x.size(); ++i) {
        const double d = y[i] - out.constant - out.slope * x[i];
        out.left_over += weight[i] * d * d / w;
    }
    out.spread = wxx / w - wx * wx / (w * w);
    return out;
}

/// How much of `bend` is in the phase beside a straight line, which explains neither.
struct Bend {
    double pace = 0.0, u = 0.0;
};

Bend bend_in(const std::vector<double>& f, const std::vector<double>& bend,
             const std::vector<double>& phase) {
    const Straight of_bend = straight(f, f, bend), of_phase = straight(f, f, phase);
    double along = 0.0, square = 0.0, weight = 0.0;
    for (std::size_t i = 0; i < f.size(); ++i) {
        const double bent = bend[i] - of_bend.constant - of_bend.slope * f[i];
        along += f[i] * bent * (phase[i] - of_phase.constant - of_phase.slope * f[i]);
        square += f[i] * bent * bent, weight += f[i];
    }
    const double pace = along / square;
    const double left_over = std::max(0.0, of_phase.left_over - pace * along / weight);
    return {pace, std::sqrt(left_over * weight / independent / square)};
}

PhaseLine fit_line(const std::vector<double>& f, const std::vector<std::complex<double>>& h, double rate_hz) {
    const Straight line = straight(f, f, unwrapped(f, h));
    const double to_samples = rate_hz / (2.0 * pi);
    const double u = std::sqrt(line.left_over / independent / line.spread);
    return {-line.slope * to_samples, u * to_samples, std::remainder(line.constant, 2.0 * pi), f.front(),
            f.back()};
}

}  // namespace

std::optional<PhaseLine> phase_line(const Probe& probe, std::size_t y, double rate_hz) {
    const auto f = line_band(probe, high_hz);
    if (f.empty()) return std::nullopt;
    std::vector<std::complex<double>> h;
    for (const double hz : f) h.push_back(probe.deconvolution->transfer_value(y, hz));
    return fit_line(f, h, rate_hz);
}

std::optional<PhaseLine> phase_line_between(const Probe& a, std::size_t ya, const Probe& b, std::size_t yb,
                                            double rate_hz) {
    const auto f = line_band(a, high_hz);
    if (f.empty()) return std::nullopt;
    std::vector<std::complex<double>> h;
    for (const double hz : f)
        h.push_back(b.deconvolution->transfer_value(yb, hz) *
                    std::conj(a.deconvolution->transfer_value(ya, hz)));
    return fit_line(f, h, rate_hz);
}

std::optional<SweepPace> own_pace(const Probe& probe, std::size_t y, double rate_s, double rate_hz) {
    const auto f = line_band(probe, pace_high_hz);
    if (!probe.sweep || f.size() < pace_bands * least_of_band) return std::nullopt;
    std::vector<std::complex<double>> h;
    std::vector<double> bend;  // of a pace of 1
    for (const double hz : f) {
        h.push_back(probe.deconvolution->transfer_value(y, hz));
        bend.push_back(2.0 * pi * rate_s * hz * std::log(hz / probe.f1_hz));
    }
    auto phase = unwrapped(f, h);
    std::vector<double> paces;
    double noise = 0.0;
    for (std::size_t band = 0; band < pace_bands; ++band) {
        const std::size_t from = band * f.size() / pace_bands, to = (band + 1) * f.size() / pace_bands;
        const auto part = [&](const std::vector<double>& of) {
            return std::vector(of.begin() + static_cast<std::ptrdiff_t>(from),
                               of.begin() + static_cast<std::ptrdiff_t>(to));
        };
        const Bend one = bend_in(part(f), part(bend), part(phase));
        paces.push_back(one.pace), noise += one.u * one.u;
    }
    double mean = 0.0, apart = 0.0;
    for (const double pace : paces) mean += pace / static_cast<double>(pace_bands);
    for (const double pace : paces)
        apart += std::pow(pace - mean, 2) / (static_cast<double>(pace_bands) - 1.0);
    for (std::size_t i = 0; i < f.size(); ++i) phase[i] -= mean * bend[i];
    const Straight line = straight(f, f, phase);
    const double u = std::hypot(std::sqrt(apart), std::sqrt(noise) / static_cast<double>(pace_bands),
                                device_slope_s / rate_s);
    return SweepPace{1e6 * mean, 1e6 * u, -line.slope * rate_hz / (2.0 * pi)};
}

}  // namespace fourpole
