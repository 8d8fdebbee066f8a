// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/analysis/cross_spectrum.hpp"
#include "rig/measure/audio_band.hpp"
#include "rig/measure/heard_noise.hpp"
#include "rig/measure/points.hpp"
#include "rig/measure/third_octaves.hpp"
#include "rig/units.hpp"

#include <cmath>
#include <string>

namespace fourpole {

namespace {

/// Both powers over the audio band, and how much chance is in their ratio.
struct PowerRatio {
    double xx = 0.0, yy = 0.0;
    double relative_u = 0.0;  ///< of yy / xx
};

/// Of powers X_b and Y_b with the shares x_b and y_b of the whole, each of n_b values and a coherence c_b
/// between them:
///     variance of ln(Y / X) = sum (y_b^2 + x_b^2 - 2 c_b x_b y_b) / n_b
/// What leaks alike everywhere has no chance in it, however the noise itself fell out.
PowerRatio power_ratio(const CrossSpectrum& cross, const AudioBand& audio, double end_hz) {
    constexpr double however_short = 1e9;  // a third of few values counts for what it holds
    std::vector<CrossBand> bands;
    PowerRatio out;
    for (const Third& third : thirds(end_hz, however_short)) {
        bands.push_back(
            cross.band(std::max(third.from_hz, audio.from_hz), std::min(third.to_hz, audio.to_hz)));
        out.xx += bands.back().xx, out.yy += bands.back().yy;
    }
    if (out.xx <= 0.0 || out.yy <= 0.0) return out;
    double variance = 0.0;
    for (const CrossBand& b : bands) {
        if (b.averages <= 0.0) continue;
        const double x = b.xx / out.xx, y = b.yy / out.yy;
        variance += (x * x + y * y - 2.0 * b.coherence() * x * y) / b.averages;
    }
    out.relative_u = std::sqrt(std::max(0.0, variance));
    return out;
}

/// All that the idle side holds, whatever it follows: leak, and what its pauses do not hold.
Reading power_crosstalk(const HeardNoise& heard, const CrossSpectrum& cross, Side from, double scale,
                        double relative_u) {
    const AudioBand audio = audio_band(heard.recording.rate_hz);
    const PowerRatio ratio = power_ratio(cross, audio, heard.end_hz());
    const auto& floor = heard.floor[other(from)];
    BandPower own;
    if (floor)
        own = floor->band(audio.from_hz, std::min(audio.to_hz, heard.end_hz()), [](double) { return 1.0; });
    Reading r = noise_reading(heard, "crosstalk", "crosstalk.noise_power@1", "dB");
    r.from = from, r.to = other(from);
    const double power = scale * scale;
    Point p = power_point(power * (ratio.yy - own.mean_square),
                          power * std::hypot(ratio.relative_u * ratio.yy, own.u), {std::sqrt(ratio.xx), 0.0},
                          relative_u);
    // Without a pause nobody knows what of it is the input's own noise.
    if (!floor && p.state == State::exact) p.state = State::at_most, p.u.reset();
    r.points.push_back(p);
    r.details.emplace_back("band_from_hz", audio.from_hz);
    r.details.emplace_back("band_to_hz", std::min(audio.to_hz, heard.end_hz()));
    r.details.emplace_back("floor", std::string(floor ? "taken off" : "not known: no pause"));
    return r;
}

/// A third of both sides: powers, and the relative u of their ratio.
struct BothPowers {
    double one = 0.0, two = 0.0, relative_u = 0.0;
};
BothPowers at_once(const CrossSpectrum& cross, const Third& third) {
    const CrossBand b = cross.band(third.from_hz, third.to_hz);
    const double scatter = b.averages > 0.0 ? 2.0 * (1.0 - b.coherence()) / b.averages : 0.0;
    return {b.xx, b.yy, std::sqrt(scatter)};
}
BothPowers in_turn(const PerSide<NoiseSpectrum>& spectra, const Third& third, double seconds) {
    const auto of = [&](Side side) {
        return played_band(spectra[side], third, seconds, [](double) { return 1.0; });
    };
    const BandPower one = of(sides[0]), two = of(sides[1]);
    if (one.mean_square <= 0.0 || two.mean_square <= 0.0) return {};
    return {one.mean_square, two.mean_square, std::hypot(one.u / one.mean_square, two.u / two.mean_square)};
}

}  // namespace

void read_noise_crosstalk(const HeardNoise& heard, Side from, Readings& out) {
    const auto* stretch = heard.longest([&](const NoiseSegment& s) { return s.only(from); });
    const Side to = other(from);
    if (!stretch || !heard.captured(from) || !heard.captured(to)) return;
    const CrossSpectrum cross(without_mean(heard.samples(from, *stretch)),
                              without_mean(heard.samples(to, *stretch)), heard.recording.rate_hz);
    const double scale = heard.context.scale(to) / heard.context.scale(from);
    const double relative_u = std::hypot(heard.context.relative_u(from), heard.context.relative_u(to));
    Reading r = noise_curve(heard, "crosstalk", "crosstalk.noise_coherent@1", "dB", from, to);
    for (const Third& third : thirds(heard.end_hz(), heard.seconds(*stretch))) {
        const CrossBand band = cross.band(third.from_hz, third.to_hz);
        if (band.xx <= 0.0) continue;
        Estimate e = band.ratio();
        e.value *= scale, e.noise *= scale;
        r.points.push_back(decibel_point(third.centre_hz, e, {}, relative_u));
    }
    if (r.points.empty()) return;
    out.push_back(std::move(r));
    out.push_back(power_crosstalk(heard, cross, from, scale, relative_u));
}

void read_noise_balance(const HeardNoise& heard, Readings& out) {
    constexpr Side one = sides[0], two = sides[1];
    const auto* both = heard.longest([](const NoiseSegment& s) { return s.plays[one] && s.plays[two]; });
    PerSide<const NoiseStretch*> of{};
    PerSide<const Noise*> noise{};
    PerSide<std::vector<double>> x;
    for (const Side side : sides) {
        of[side] = both ? both : heard.of(side);
        if (!of[side] || !heard.captured(side)) return;
        noise[side] = &*of[side]->segment.plays[side];
        x[side] = without_mean(heard.samples(side, *of[side]));
    }
    if (noise[one]->spectrum != noise[two]->spectrum) return;
    const double rate_hz = heard.recording.rate_hz;
    std::optional<CrossSpectrum> cross;
    std::optional<PerSide<NoiseSpectrum>> spectra;
    if (both)
        cross.emplace(x[one], x[two], rate_hz);
    else
        spectra.emplace(
            PerSide<NoiseSpectrum>{{NoiseSpectrum(x[one], rate_hz), NoiseSpectrum(x[two], rate_hz)}});
    const double played = noise[one]->amplitude / noise[two]->amplitude;
    const double gain = heard.context.scale(one) / heard.context.scale(two) / played;
    Reading r = noise_curve(heard, "balance", "balance.noise_third_octave@1", "dB", one, two);
    const double seconds = std::min(heard.seconds(*of[one]), heard.seconds(*of[two]));
    for (const Third& third : thirds(heard.end_hz(), seconds)) {
        const BothPowers p = cross ? at_once(*cross, third) : in_turn(*spectra, third, seconds);
        if (p.one <= 0.0 || p.two <= 0.0) continue;
        Point point{.at = third.centre_hz};
        point.value = AmplitudeRatio{gain * std::sqrt(p.one / p.two)}.decibels();
        point.u = db_per_relative * std::hypot(0.5 * p.relative_u, heard.context.relative_u(one),
                                               heard.context.relative_u(two));
        r.points.push_back(point);
    }
    r.details.emplace_back("from_stretches", std::string(both ? "one" : "two"));
    add_curve(std::move(r), out);
}

}  // namespace fourpole
