// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/analysis/long_quiet.hpp"
#include "rig/analysis/weighting.hpp"
#include "rig/measure/audio_band.hpp"
#include "rig/measure/hum_beside_tones.hpp"
#include "rig/measure/points.hpp"
#include "rig/measure/take_health.hpp"
#include "rig/measure/tones.hpp"
#include "rig/measure/wanted.hpp"
#include "rig/model/effective_bits.hpp"
#include "rig/units.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <span>

namespace fourpole {

namespace {

constexpr double loudest_quiet_tone = 0.01;  ///< -40 dBFS: AES17 takes -60
constexpr double usual_tone = 1e-3;
constexpr double shortest_silence_s = 0.2;
constexpr int mains_orders = 9;
constexpr double seen_from_u = 4.0;  ///< as `mains` of the pauses
constexpr double unity_within_u = 3.0, unity_within_db = 0.02;

/// Power beside the tone, as a square of a peak: what a full-scale sine of 1.0 is held against.
struct Residual {
    double power = 0.0, u = 0.0;
};

Residual residual(const FittedInput& input, const SingleTone& tone, Weighting weighting, double q) {
    const AudioBand band = audio_band(input.rate_hz);
    const auto gain = [&](double f) { return weight(weighting, f) * (q > 0.0 ? notch(f, tone.hz, q) : 1.0); };
    const BandPower noise = input.band(band.from_hz, band.to_hz, gain);
    Residual out{2.0 * noise.mean_square, 2.0 * noise.u};
    double variance = out.u * out.u;
    for (int order = 2; order <= highest_harmonic; ++order) {
        const auto e = input.at(order * tone.hz);
        if (!e || order * tone.hz > band.to_hz) continue;
        const double g2 = std::pow(gain(order * tone.hz), 2), noise2 = e->noise * e->noise;
        // The fit took the noise at this line along with it, so that nothing is to be taken off.
        out.power += g2 * std::norm(e->value);
        variance += g2 * g2 * 2.0 * std::norm(e->value) * noise2;
    }
    out.u = std::sqrt(variance);
    return out;
}

/// The quiet tone that the range is read beside: the one nearest to -60 dBFS.
std::optional<SingleTone> quiet_tone(const std::vector<SingleTone>& tones) {
    std::optional<SingleTone> out;
    for (const SingleTone& tone : tones) {
        if (tone.amplitude > loudest_quiet_tone) continue;
        const auto far = [](const SingleTone& t) { return std::abs(std::log(t.amplitude / usual_tone)); };
        if (!out || far(tone) < far(*out)) out = tone;
    }
    return out;
}

/// Full scale of the player in the capture's own numbers.
struct FullScale {
    Reference reference;
    std::string from;
};

FullScale full_scale(const ToneContext& context, Side side, const SingleTone& quiet) {
    // A loud tone of the same frequency says it best.
    const SingleTone* loudest = &quiet;
    const auto tones = loudest_of_each(single_tones(context, side));
    for (const SingleTone& tone : tones)
        if (tone.hz == quiet.hz) loudest = &tone;
    const auto e = context.input(*loudest->segment, side)->at(loudest->hz);
    const double size = std::abs(e->value) / loudest->amplitude, noise = e->noise / std::abs(e->value);
    const double off_db = std::abs(AmplitudeRatio{size}.decibels());
    const double u_db = db_per_relative * noise / std::numbers::sqrt2;
    // A loop of numbers, or an interface set to unity: noise must not move what is 1 by construction.
    if (off_db < unity_within_u * u_db && u_db < unity_within_db)
        return {{1.0, 0.0}, "full scale of the capture: the tone's gain is 1 within its uncertainty"};
    return {{size, noise},
            "the tone at " + std::string(loudest == &quiet ? "its low level" : "its loudest") +
                ", times what it was played below full scale"};
}

Reading begin(const ToneContext& context, const char* name, std::string definition, const char* unit,
              Side side, Weighting weighting, const AudioBand& band) {
    Reading r;
    r.name = name;
    r.definition = std::move(definition);
    r.unit = unit;
    r.side = side;
    r.calibration = context.calibration.state;
    r.details.emplace_back("weighting", std::string(fourpole::name(weighting)));
    r.details.emplace_back("band_from_hz", band.from_hz);
    r.details.emplace_back("band_to_hz", band.to_hz);
    return r;
}

State turned(State s) {
    return s == State::at_most ? State::at_least : s == State::at_least ? State::at_most : s;
}

/// Gives the unweighted one back: a reading of its own, and what bits are counted by.
Point read_range(const ToneContext& context, Side side, const SingleTone& tone, Readings& out) {
    const FittedInput& input = *context.input(*tone.segment, side);
    const AudioBand band = audio_band(input.rate_hz);
    const FullScale full = full_scale(context, side, tone);
    Point unweighted;
    const auto add = [&](Weighting weighting, double q, const std::string& definition) {
        const Residual rest = residual(input, tone, weighting, q);
        Point p = power_point(rest.power, rest.u, full.reference);
        if (p.value) p.value = -*p.value;
        p.state = turned(p.state);
        p.at = tone.hz;
        if (weighting == Weighting::none) unweighted = p;
        Reading r = begin(context, "dynamic_range", definition, "dB", side, weighting, band);
        r.points.push_back(p);
        r.details.emplace_back("tone_dbfs", AmplitudeRatio{tone.amplitude}.decibels());
        r.details.emplace_back("re", full.from);
        out.push_back(std::move(r));
    };
    for (const Weighting w : all_weightings) add(w, 0.0, "dynamic_range.exact_residual@1");
    add(Weighting::ccir_rms, aes17_notch_q, "dynamic_range.aes17_notch_q2@1");
    return unweighted;
}

void read_bits(const ToneContext& context, Side side, const AudioBand& band, const Point& range,
               Readings& out) {
    if (!range.value) return;
    Reading r = begin(context, "effective_bits", "effective_bits.ideal_quantizer@1", "bits", side,
                      Weighting::none, band);
    Point p{.value = effective_bits(*range.value, BitsDefinition::ideal_quantizer), .state = range.state};
    constexpr double db_a_bit = 6.020599913279624;  // 20 lg 2
    if (range.u) p.u = *range.u / db_a_bit;
    r.points.push_back(p);
    for (const auto& [key, definition] : {std::pair{"by/step_ratio", BitsDefinition::step_ratio},
                                          std::pair{"by/ideal_quantizer", BitsDefinition::ideal_quantizer},
                                          std::pair{"by/tpdf_dithered", BitsDefinition::tpdf_dithered}})
        r.details.emplace_back(key, effective_bits(*range.value, definition));
    out.push_back(std::move(r));
}

void read_noise(const ToneContext& context, Side side, const SingleTone& tone, Readings& out) {
    const FittedInput& input = *context.input(*tone.segment, side);
    const AudioBand band = audio_band(input.rate_hz);
    for (const Weighting w : all_weightings) {
        const Residual rest = residual(input, tone, w, 0.0);
        const double scale = context.scale(side);
        Point p =
            power_point(scale * scale * rest.power, scale * scale * rest.u, {}, context.relative_u(side));
        Reading r = begin(context, "noise", "noise.beside_tone@1", context.calibrated() ? "dBV" : "dBFS",
                          side, w, band);
        r.points.push_back(p);
        r.details.emplace_back("tone_dbfs", AmplitudeRatio{tone.amplitude}.decibels());
        out.push_back(std::move(r));
    }
}

/// The silence events of one side as stretches of the capture in which nothing else plays.
std::vector<QuietStretch> silences(const Recording& recording, const Programme& programme, const Clock& clock,
                                   Side side) {
    std::vector<QuietStretch> out;
    const auto quiet = quiet_stretches(recording, programme, clock);
    for (const Event& e : programme.events) {
        if (!std::holds_alternative<Silence>(e.what) || !e.on[side]) continue;
        const double from = clock.sample_at(event_start(e)), to = clock.sample_at(event_end(e));
        for (const QuietStretch& q : quiet) {
            const double first = std::max(from, static_cast<double>(q.from));
            const double last = std::min(to, static_cast<double>(q.from + q.count));
            if (last - first >= shortest_silence_s * recording.rate_hz)
                out.push_back({static_cast<std::size_t>(std::ceil(first)),
                               static_cast<std::size_t>(std::floor(last - first))});
        }
    }
    // In pieces: by 2^19 samples a level is known to 0.01 dB, and more of them at once are only memory.
    return cut_to(most_quiet_at_once, out);
}

/// What a silence holds: its hum as lines, and the noise beside them.
struct Silent {
    NoiseSpectrum noise;
    std::vector<HumLine> hum;
    double count = 0.0;

    BandPower band(const AudioBand& band, Weighting weighting) const {
        const auto gain = [weighting](double f) { return weight(weighting, f); };
        return with_hum(noise.band(band.from_hz, band.to_hz, gain), hum, band.from_hz, band.to_hz, gain);
    }
};

/// Of all silences, by how long they are.
struct Sum {
    double power = 0.0, variance = 0.0, samples = 0.0;

    void add(const BandPower& p, double count) {
        power += p.mean_square * count, variance += std::pow(p.u * count, 2), samples += count;
    }
};

double largest_weight(Weighting weighting, const AudioBand& band) {
    double most = 0.0;
    for (double f = band.from_hz; f <= band.to_hz; f += 10.0) most = std::max(most, weight(weighting, f));
    return most;
}

Silent silent(std::span<const double> x, double rate_hz) {
    const double seconds = static_cast<double>(x.size()) / rate_hz;
    const auto constant = fit_tones(x, rate_hz, {}, 1.0, ToneClock::given);
    Silent out{NoiseSpectrum(constant->rest, rate_hz), {}, static_cast<double>(x.size())};
    if (!hum_stands_out(out.noise, seconds, rate_hz)) return out;
    const QuietStretch whole{0, x.size()};
    std::vector<double> hz;
    for (const MainsLine& line : quiet_content(x, {&whole, 1}, rate_hz, mains_orders).lines)
        if (line.amplitude > seen_from_u * line.u) hz.push_back(line.frequency_hz);
    const auto fit = fit_tones(x, rate_hz, hz, 1.0, ToneClock::given);
    if (hz.empty() || !fit) return out;
    out.noise = NoiseSpectrum(fit->rest, rate_hz);
    for (std::size_t k = 0; k < hz.size(); ++k)
        out.hum.push_back(hum_line(hz[k], fit->phasors[k], out.noise, seconds));
    return out;
}

}  // namespace

void read_idle_noise(const Recording& recording, const Programme& programme, const Clock& clock, double step,
                     const ToneContext& context, Readings& out) {
    if (!wanted(context.analyses, "noise")) return;
    const AudioBand band = audio_band(recording.rate_hz);
    for (const Side side : sides) {
        const Side at = context.map[side];
        if (!recording.has(at)) continue;
        std::vector<Sum> sums(std::size(all_weightings));
        for (const QuietStretch& q : silences(recording, programme, clock, side)) {
            const Silent s =
                silent(std::span(recording.samples[at]).subspan(q.from, q.count), recording.rate_hz);
            for (std::size_t i = 0; i < sums.size(); ++i)
                sums[i].add(
                    s.band(band, *std::next(std::begin(all_weightings), static_cast<std::ptrdiff_t>(i))),
                    s.count);
        }
        if (sums.front().samples <= 0.0) continue;
        std::size_t next = 0;
        for (const Weighting w : all_weightings) {
            const auto& [power, variance, samples] = sums[next++];
            // A full-scale sine of peak 1 has a mean square of 1/2.
            const double scale2 = 2.0 * std::pow(context.scale(side), 2) / samples;
            Reading r =
                begin(context, "noise", "noise.idle@1", context.calibrated() ? "dBV" : "dBFS", side, w, band);
            if (power > 0.0) {
                r.points.push_back(
                    power_point(scale2 * power, scale2 * std::sqrt(variance), {}, context.relative_u(side)));
            } else {
                const double most = scale2 * samples * std::pow(0.5 * step * largest_weight(w, band), 2);
                r.points.push_back(
                    {.value = AmplitudeRatio{std::sqrt(most)}.decibels(), .state = State::at_most});
                r.details.emplace_back("why",
                                       std::string("digital silence: no sample moves, and half a step of "
                                                   "the converter is all that can hide in it"));
            }
            r.details.emplace_back("seconds", samples / recording.rate_hz);
            out.push_back(std::move(r));
        }
    }
}

void read_dynamic_range(const ToneContext& context, Readings& out) {
    for (const Side side : sides) {
        const auto tone = quiet_tone(single_tones(context, side));
        if (!tone) continue;
        if (wanted(context.analyses, "noise")) read_noise(context, side, *tone, out);
        if (!wanted(context.analyses, "dynamic_range")) continue;
        const Point range = read_range(context, side, *tone, out);
        read_bits(context, side, audio_band(context.input(*tone->segment, side)->rate_hz), range, out);
    }
}

}  // namespace fourpole
