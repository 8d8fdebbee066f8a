// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/analysis/noise_spectrum.hpp"
#include "rig/measure/noise_places.hpp"
#include "rig/measure/third_octaves.hpp"
#include "rig/measure/tones.hpp"
#include "rig/reading.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <vector>

namespace fourpole {

/// Samples of a stretch without their mean: noise has none.
inline std::vector<double> without_mean(std::span<const double> x) {
    double sum = 0.0;
    for (const double v : x) sum += v;
    std::vector<double> out(x.begin(), x.end());
    for (double& v : out) v -= sum / static_cast<double>(x.size());
    return out;
}

/// A band of noise that was played, over so many seconds. Its chance is that of B T values, which the few
/// bins of a low third cannot tell of themselves.
template <class Gain>
BandPower played_band(const NoiseSpectrum& spectrum, const Third& third, double seconds, Gain gain) {
    constexpr double faded_scatter = 35.0 / 18.0;  // of a Hann window, re none
    BandPower out = spectrum.band(third.from_hz, third.to_hz, gain);
    const double values = (third.to_hz - third.from_hz) * seconds;
    out.u = out.mean_square * std::sqrt((out.faded ? faded_scatter : 1.0) / values);
    return out;
}

/// What all readings of one take's noise share.
struct HeardNoise {
    const Recording& recording;
    double player_rate_hz;
    const std::vector<NoiseStretch>& stretches;
    const ToneContext& context;
    PerSide<std::optional<NoiseSpectrum>> floor;  ///< by output: its input in the longest pause

    std::span<const double> samples(Side output, const NoiseStretch& s) const {
        return std::span(recording.samples[context.map[output]]).subspan(s.from, s.to - s.from);
    }
    double seconds(const NoiseStretch& s) const {
        return static_cast<double>(s.to - s.from) / recording.rate_hz;
    }
    /// Where the first of both converters' filters begins.
    double end_hz() const { return 0.4535 * std::min(recording.rate_hz, player_rate_hz); }
    bool captured(Side output) const { return recording.has(context.map[output]); }
    const NoiseStretch* longest(auto&& fits) const {
        const NoiseStretch* out = nullptr;
        for (const NoiseStretch& s : stretches)
            if (fits(s.segment) && (!out || s.to - s.from > out->to - out->from)) out = &s;
        return out;
    }
    const NoiseStretch* of(Side side) const {
        const auto* alone = longest([&](const NoiseSegment& s) { return s.only(side); });
        return alone ? alone : longest([&](const NoiseSegment& s) { return s.plays[side].has_value(); });
    }
};

inline Reading noise_reading(const HeardNoise& heard, const char* name, const char* definition,
                             const char* unit) {
    Reading r;
    r.name = name;
    r.definition = definition;
    r.unit = unit;
    r.calibration = heard.context.calibration.state;
    return r;
}

inline Reading noise_curve(const HeardNoise& heard, const char* name, const char* definition,
                           const char* unit, Side from, Side to) {
    Reading r = noise_reading(heard, name, definition, unit);
    r.curve = true;
    r.from = from, r.to = to;
    if (from == to) r.side = to;
    return r;
}

inline void add_curve(Reading r, Readings& out) {
    if (!r.points.empty()) out.push_back(std::move(r));
}

/// Coherent crosstalk in thirds, and that of power; see read_played_noise().
void read_noise_crosstalk(const HeardNoise& heard, Side from, Readings& out);

/// How the sides' levels differ, in thirds.
void read_noise_balance(const HeardNoise& heard, Readings& out);

}  // namespace fourpole
