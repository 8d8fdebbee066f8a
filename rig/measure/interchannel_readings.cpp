// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/audio_band.hpp"
#include "rig/measure/points.hpp"
#include "rig/measure/tones.hpp"
#include "rig/measure/wanted.hpp"
#include "rig/units.hpp"

#include <cmath>
#include <string>
#include <vector>

namespace fourpole {

namespace {

constexpr const char* reading_name = "interchannel_distortion";

/// A tone on one side, and both inputs while the other side of the player is idle. Amplitudes are peaks, in
/// volts (rms) or full scales as the calibration has them.
struct OneSided {
    Side from = Side::left;
    double hz = 0.0;
    const FittedInput* own = nullptr;
    const FittedInput* there = nullptr;
    Reference driven;
    double scale_there = 1.0, relative_u = 0.0;
};

std::vector<OneSided> one_sided_tones(const ToneContext& context, Side from) {
    std::vector<SingleTone> alone;
    for (const SingleTone& tone : single_tones(context, from))
        if (tone.segment->segment.lines_of(other(from)) == 0 && !tone.segment->segment.jtest)
            alone.push_back(tone);
    std::vector<OneSided> out;
    for (const SingleTone& tone : loudest_of_each(alone)) {
        const auto &own = context.input(*tone.segment, from),
                   &there = context.input(*tone.segment, other(from));
        const auto e = own->at(tone.hz);
        if (!there || !e || std::abs(e->value) <= least_over_noise * e->noise) continue;
        const double size = std::abs(e->value);
        out.push_back({from,
                       tone.hz,
                       &*own,
                       &*there,
                       {context.scale(from) * size, e->noise / size},
                       context.scale(other(from)),
                       std::hypot(context.relative_u(from), context.relative_u(other(from)))});
    }
    return out;
}

/// What the driven side's own harmonic leaves on the other where the crosstalk is that at the tone, dB;
/// nothing where either is not seen.
std::optional<double> leaked_db(const OneSided& tone, int order) {
    const auto one = tone.own->at(tone.hz), harmonic = tone.own->at(order * tone.hz);
    const auto leak = tone.there->at(tone.hz);
    for (const auto& e : {harmonic, leak})
        if (!e || std::abs(e->value) <= least_over_noise * e->noise) return {};
    return AmplitudeRatio{tone.scale_there * std::abs(leak->value) / tone.driven.size *
                          std::abs(harmonic->value) / std::abs(one->value)}
        .decibels();
}

Reading begin(const ToneContext& context, const OneSided& tone, std::string definition, Point p) {
    Reading r;
    r.name = reading_name;
    r.definition = std::move(definition);
    r.unit = "dB";
    r.from = tone.from;
    r.to = other(tone.from);
    r.calibration = context.calibration.state;
    p.at = tone.hz;
    p.phase_deg.reset();
    r.points.push_back(p);
    return r;
}

void read_tone(const ToneContext& context, const OneSided& tone, Readings& out) {
    const AudioBand band = audio_band(tone.there->rate_hz);
    PowerSum power;
    std::int64_t counted = 0;
    for (int order = 2; order <= highest_harmonic; ++order) {
        auto e = tone.there->at(order * tone.hz);
        if (!e) continue;
        e->value *= tone.scale_there;
        e->noise *= tone.scale_there;
        Reading r = begin(context, tone, "interchannel_distortion.fitted_tone@1",
                          decibel_point(tone.hz, *e, tone.driven, tone.relative_u));
        r.order = order;
        if (const auto leaked = leaked_db(tone, order)) r.details.emplace_back("leaked_db", *leaked);
        out.push_back(std::move(r));
        if (order * tone.hz <= band.to_hz) power.add(*e), ++counted;
    }
    if (counted == 0) return;
    Reading sum = begin(context, tone, "interchannel_distortion.sum@1",
                        power_point(power.sum, std::sqrt(power.variance), tone.driven, tone.relative_u));
    sum.details.emplace_back("bandwidth_hz", band.to_hz);
    sum.details.emplace_back("harmonics", counted);
    out.push_back(std::move(sum));
}

}  // namespace

void read_interchannel(const ToneContext& context, Readings& out) {
    if (!wanted(context.analyses, "harmonics")) return;
    for (const Side from : sides)
        for (const OneSided& tone : one_sided_tones(context, from)) read_tone(context, tone, out);
}

}  // namespace fourpole
