// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/played_noise.hpp"

#include "rig/analysis/long_quiet.hpp"
#include "rig/analysis/noise_spectrum.hpp"
#include "rig/analysis/weighting.hpp"
#include "rig/measure/audio_band.hpp"
#include "rig/measure/heard_noise.hpp"
#include "rig/measure/points.hpp"
#include "rig/measure/third_octaves.hpp"
#include "rig/measure/wanted.hpp"
#include "rig/units.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>
#include <string>

namespace fourpole {

namespace {

constexpr double pink_from_hz = 10.0;
constexpr double shortest_quiet_s = 0.2;

std::string_view name(Noise::Spectrum s) {
    switch (s) {
        case Noise::Spectrum::white: return "white";
        case Noise::Spectrum::pink: return "pink";
        case Noise::Spectrum::iec_programme: return "iec_programme";
    }
    return "white";
}

bool there(const Readings& readings, std::string_view name, Side from, Side to) {
    return std::any_of(readings.begin(), readings.end(), [&](const Reading& r) {
        return r.name == name && r.from == from && r.to == to && !r.points.empty();
    });
}

void read_level(const HeardNoise& heard, Side side, const NoiseStretch& stretch,
                const NoiseSpectrum& spectrum, Readings& out) {
    const ToneContext& context = heard.context;
    const Noise& noise = *stretch.segment.plays[side];
    // A full-scale sine of peak 1 has a mean square of 1/2.
    const double scale2 = 2.0 * std::pow(context.scale(side), 2);
    const char* unit = context.calibrated() ? "dBV" : "dBFS";
    const AudioBand band = audio_band(heard.recording.rate_hz);
    const auto describe = [&](Reading& r) {
        r.details.emplace_back("spectrum", std::string(name(noise.spectrum)));
        r.details.emplace_back("played_dbfs",
                               AmplitudeRatio{noise.amplitude * std::numbers::sqrt2}.decibels());
        r.details.emplace_back("driven",
                               std::string(stretch.segment.only(side) ? "this side alone" : "both sides"));
        r.details.emplace_back("seconds", heard.seconds(stretch));
    };
    for (const Weighting w : all_weightings) {
        const BandPower p = spectrum.band(band.from_hz, band.to_hz, [w](double f) { return weight(w, f); });
        Reading r = noise_reading(heard, "level", "level.noise@1", unit);
        r.side = side;
        r.points.push_back(power_point(scale2 * p.mean_square, scale2 * p.u, {}, context.relative_u(side)));
        r.details.emplace_back("weighting", std::string(fourpole::name(w)));
        r.details.emplace_back("band_from_hz", band.from_hz);
        r.details.emplace_back("band_to_hz", band.to_hz);
        describe(r);
        out.push_back(std::move(r));
    }
    Reading r = noise_curve(heard, "level", "level.noise_third_octave@1", unit, side, side);
    r.from.reset(), r.to.reset();
    for (const Third& third : thirds(heard.end_hz(), heard.seconds(stretch))) {
        const BandPower p = played_band(spectrum, third, heard.seconds(stretch), [](double) { return 1.0; });
        Point point = power_point(scale2 * p.mean_square, scale2 * p.u, {}, context.relative_u(side));
        point.at = third.centre_hz;
        r.points.push_back(point);
    }
    describe(r);
    add_curve(std::move(r), out);
}

/// Power over nominal density at one frequency and bin, as a gain; counts the bins that it is asked for.
auto re_nominal(const NoiseSpectrum& spectrum, const Noise& noise, double player_rate_hz, double& bins) {
    return [&, player_rate_hz](double f) {
        bins += 1.0;
        return 1.0 / std::sqrt(nominal_density(noise, player_rate_hz, f) * spectrum.bin_hz());
    };
}

void read_response(const HeardNoise& heard, Side side, const NoiseStretch& stretch,
                   const NoiseSpectrum& spectrum, Readings& out) {
    const Noise& noise = *stretch.segment.plays[side];
    if (nominal_density(noise, heard.player_rate_hz, 1000.0) <= 0.0) return;
    const ToneContext& context = heard.context;
    const bool alone = stretch.segment.only(side);
    Reading r = noise_curve(heard, "response", alone ? "response.noise@1" : "response.noise_both_driven@1",
                            context.calibrated() ? "dBV" : "dB", side, side);
    const double scale2 = std::pow(context.scale(side), 2);
    for (const Third& third : thirds(heard.end_hz(), heard.seconds(stretch))) {
        double bins = 0.0;
        BandPower gain = played_band(spectrum, third, heard.seconds(stretch),
                                     re_nominal(spectrum, noise, heard.player_rate_hz, bins));
        gain.mean_square /= bins, gain.u /= bins;
        if (const auto& floor = heard.floor[side]) {
            double few = 0.0;
            const BandPower own =
                floor->band(third.from_hz, third.to_hz, re_nominal(*floor, noise, heard.player_rate_hz, few));
            if (few > 0.0)
                gain.mean_square -= own.mean_square / few, gain.u = std::hypot(gain.u, own.u / few);
        }
        Point p = power_point(scale2 * gain.mean_square, scale2 * gain.u, {}, context.relative_u(side));
        p.at = third.centre_hz;
        r.points.push_back(p);
    }
    r.details.emplace_back("spectrum", std::string(name(noise.spectrum)));
    r.details.emplace_back("resolution", std::string("third of an octave"));
    r.details.emplace_back("floor", std::string(heard.floor[side] ? "taken off" : "not known: no pause"));
    add_curve(std::move(r), out);
}

}  // namespace

double nominal_density(const Noise& noise, double player_rate_hz, double frequency_hz) {
    const double power = noise.amplitude * noise.amplitude;
    switch (noise.spectrum) {
        case Noise::Spectrum::white: return power / (0.5 * player_rate_hz);
        case Noise::Spectrum::pink:
            return power / (frequency_hz * std::log(0.5 * player_rate_hz / pink_from_hz));
        case Noise::Spectrum::iec_programme: return 0.0;
    }
    return 0.0;
}

void read_played_noise(const Recording& recording, double player_rate_hz,
                       const std::vector<NoiseStretch>& stretches, const std::vector<QuietStretch>& quiet,
                       const ToneContext& context, Readings& out) {
    if (stretches.empty()) return;
    HeardNoise heard{recording, player_rate_hz, stretches, context, {}};
    const auto longest = std::max_element(quiet.begin(), quiet.end(),
                                          [](const auto& a, const auto& b) { return a.count < b.count; });
    // Of a pause of minutes its last 2^19 samples say the same.
    const bool paused =
        longest != quiet.end() && static_cast<double>(longest->count) >= shortest_quiet_s * recording.rate_hz;
    for (const Side side : sides)
        if (paused && heard.captured(side))
            heard.floor[side].emplace(without_mean(std::span(recording.samples[context.map[side]])
                                                       .subspan(longest->from, longest->count)
                                                       .last(std::min(longest->count, most_quiet_at_once))),
                                      recording.rate_hz);
    for (const Side side : sides) {
        const auto* stretch = heard.of(side);
        if (!stretch || !heard.captured(side)) continue;
        const NoiseSpectrum spectrum(without_mean(heard.samples(side, *stretch)), recording.rate_hz);
        if (wanted(context.analyses, "level")) read_level(heard, side, *stretch, spectrum, out);
        if (wanted(context.analyses, "response") && !there(out, "response", side, side))
            read_response(heard, side, *stretch, spectrum, out);
        if (wanted(context.analyses, "crosstalk") && !there(out, "crosstalk", side, other(side)))
            read_noise_crosstalk(heard, side, out);
    }
    if (wanted(context.analyses, "response")) read_noise_balance(heard, out);
}

}  // namespace fourpole
