// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/audio/level_probe.hpp"

#include "drivers/audio/running_power.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <numbers>

namespace fourpole {

namespace {

using std::numbers::pi;
constexpr double length_s = 1.0, edge_s = 0.02;
constexpr double heard_from_s = 0.35, heard_s = 0.6;  ///< by then the latest has come, and nothing ends yet
constexpr double lowest_hz = 28.0, highest_hz = 19'000.0, highest_over_rate = 0.43;
constexpr double off_mains_hz = 8.0, mains_ends_hz = 1000.0, apart_hz = 8.0;

bool is_mains(double hz) {
    if (hz > mains_ends_hz) return false;
    return std::ranges::any_of(std::array{50.0, 60.0}, [&](double mains) {
        return std::abs(hz - mains * std::round(hz / mains)) < off_mains_hz;
    });
}

/// A quarter of an octave apart, and more than the window's main lobe of 5 Hz, to either side in turn.
PerSide<std::vector<double>> tones_of(double rate_hz) {
    PerSide<std::vector<double>> out;
    const double top = std::min(highest_hz, highest_over_rate * rate_hz);
    Side side = Side::left;
    double hz = lowest_hz;
    for (double at = lowest_hz; hz <= top; at *= std::exp2(0.25), side = other(side)) {
        out[side].push_back(hz);
        hz = std::max(at * std::exp2(0.25), hz + apart_hz);
        while (is_mains(hz)) hz += 1.0;
    }
    return out;
}

/// Of amplitude 1 each, with Newman's phases (pi k^2 / K), which keep the peak low.
std::vector<double> sum_of(const std::vector<double>& tones_hz, double rate_hz) {
    std::vector<double> out(static_cast<std::size_t>(length_s * rate_hz), 0.0);
    for (std::size_t k = 0; k < tones_hz.size(); ++k) {
        const double phase = pi * static_cast<double>(k * k) / static_cast<double>(tones_hz.size());
        const double turn = 2.0 * pi * tones_hz[k] / rate_hz;
        for (std::size_t n = 0; n < out.size(); ++n)
            out[n] += std::sin(turn * static_cast<double>(n) + phase);
    }
    const auto edge = static_cast<std::size_t>(edge_s * rate_hz);
    for (std::size_t n = 0; n < edge; ++n) {
        const double slope = 0.5 - 0.5 * std::cos(pi * static_cast<double>(n) / static_cast<double>(edge));
        out[n] *= slope;
        out[out.size() - 1 - n] *= slope;
    }
    return out;
}

double peak_of(const std::vector<double>& x) {
    double most = 0.0;
    for (const double v : x) most = std::max(most, std::abs(v));
    return most;
}

/// sqrt(P) at every millisecond's end.
std::vector<double> rms_each_ms(const std::vector<double>& x, double rate_hz) {
    const auto step = static_cast<std::size_t>(rate_hz / 1000.0);
    RunningPower power(rate_hz);
    std::vector<double> out;
    for (std::size_t n = 0; n < x.size(); ++n) {
        power.hear(x[n]);
        if (n % step == step - 1 || n + 1 == x.size()) out.push_back(std::sqrt(power.value()));
    }
    return out;
}

/// What is heard of the tones while all of them stand, under the window, whose mean is 1.
std::vector<double> faded_part(std::span<const double> heard, double rate_hz) {
    const auto first = static_cast<std::size_t>(heard_from_s * rate_hz);
    std::vector<double> out(static_cast<std::size_t>(heard_s * rate_hz));
    for (std::size_t n = 0; n < out.size(); ++n) {
        const double hann =
            1.0 - std::cos(2.0 * pi * static_cast<double>(n) / static_cast<double>(out.size()));
        out[n] = hann * hann / 1.5 * heard[first + n];
    }
    return out;
}

}  // namespace

LevelProbe::LevelProbe(double rate_hz, const PerSide<std::vector<double>>& programme)
    : rate_hz_(rate_hz), tones_hz_(tones_of(rate_hz)) {
    for (const Side side : sides) {
        sounds_[side] = sum_of(tones_hz_[side], rate_hz);
        amplitude_[side] = below * peak_of(programme[side]) / peak_of(sounds_[side]);
        for (double& x : sounds_[side]) x *= amplitude_[side];
        rms_[side] = rms_each_ms(programme[side], rate_hz);
    }
}

double LevelProbe::gain(std::span<const double> faded, Side from) const {
    if (amplitude_[from] == 0.0) return 0.0;
    double most = 0.0;
    for (const double hz : tones_hz_[from]) {
        std::complex<double> sum;
        for (std::size_t n = 0; n < faded.size(); ++n)
            sum += faded[n] * std::polar(1.0, -2.0 * pi * hz / rate_hz_ * static_cast<double>(n));
        most = std::max(most, 2.0 * std::abs(sum) / static_cast<double>(faded.size()));
    }
    return most / amplitude_[from];
}

double LevelProbe::most_rms(std::span<const double> heard) const {
    const auto faded = faded_part(heard, rate_hz_);
    PerSide<double> gains;
    for (const Side side : sides) gains[side] = gain(faded, side);
    double most = 0.0;
    for (std::size_t k = 0; k < rms_[Side::left].size(); ++k) {
        double sum = 0.0;
        for (const Side side : sides) sum += gains[side] * rms_[side][k];
        most = std::max(most, sum);
    }
    return most;
}

}  // namespace fourpole
