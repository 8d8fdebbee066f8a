// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/tone_fits.hpp"

#include "rig/analysis/health.hpp"
#include "rig/measure/hidden_hum.hpp"
#include "rig/measure/hum_beside_tones.hpp"
#include "rig/measure/segment_clocks.hpp"
#include "rig/measure/steady_part.hpp"
#include "rig/measure/sweeps.hpp"
#include "rig/measure/telling_line.hpp"
#include "rig/share_out.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace fourpole {

namespace {

constexpr double pi = std::numbers::pi;
constexpr double widest_ppm = 2500.0;   ///< beyond what is called a clock, so that it can be called none
constexpr double highest_share = 0.49;  ///< of the capture's rate
constexpr int most_trims = 4;
constexpr double well_known_rad = 0.05;  ///< of the phase at the ends of a segment, by its own clock
constexpr std::size_t least_samples = 1024;
constexpr double lobe_bins = 2.0;            ///< of the spectrum's fade
constexpr double leaks = 3.0;                ///< of the density: more than chance
constexpr double swings_within_hz = 100.0;   ///< beside a tone
constexpr double swing_beyond_chance = 2.0;  ///< of the noise in that band
constexpr double one_order = 0.02;           ///< lines nearer than this are one order of the mains

std::span<const double> part(const Recording& recording, Side side, const TonePlace& place) {
    return std::span(recording.samples[side]).subspan(place.from, place.to - place.from);
}

std::vector<double> frequencies(const ToneSegment& segment) {
    std::vector<double> out;
    for (const PlayedLine& l : segment.lines) out.push_back(l.hz);
    return out;
}

/// The clock by one segment alone.
SegmentClock clock_of(const Recording& recording, const ToneSegment& segment, const TonePlace& place,
                      std::optional<double> told_ppm) {
    const auto side = loudest_input(recording, place);
    if (!place.heard || !side) return {};
    const auto y = part(recording, *side, place);
    const auto told = told_ppm ? std::optional(1.0 + 1e-6 * *told_ppm) : std::nullopt;
    const auto fit = fit_clock(y, recording.rate_hz, segment, told, widest_ppm);
    if (!fit) return {};
    const std::size_t telling = telling_line(*fit, frequencies(segment), segment.lines.size());
    const double hz = segment.lines[telling].hz;
    const double turn = fit->u_scale * pi * hz * static_cast<double>(y.size()) / recording.rate_hz;
    const auto wander = pace_doubt(*fit, fit->phasors[telling], hz, recording.rate_hz);
    return {.scale = fit->scale * (1.0 + (wander ? wander->pace_off : 0.0)),
            .u = fit->u_scale,
            .known = turn < well_known_rad,
            .from_s = static_cast<double>(place.from) / recording.rate_hz,
            .to_s = static_cast<double>(place.to) / recording.rate_hz,
            .wander = wander};
}

/// The clock as the steady part of the tone that tells time best holds it.
void follow(const FittedInput& input, SegmentClock& clock) {
    const std::size_t telling = telling_line(input.fit, input.hz, input.played);
    clock.wander = pace_doubt(input.fit, input.fit.phasors[telling], input.hz[telling], input.rate_hz);
    clock.scale = input.fit.scale * (1.0 + (clock.wander ? clock.wander->pace_off : 0.0));
    clock.u = input.fit.u_scale;
}

/// Once the hum beside the tones is known: without what was fitted, and with what is hidden in u.
void mend_by_hum(const FittedSegment& fitted, const FittedInput& input, SegmentClock& clock) {
    clock.u_by_hum = u_scale_by_hidden(input, fitted.segment.lines.size());
    if (input.hum.empty()) return;
    follow(input, clock);
}

std::optional<FittedInput> fit_input(const Recording& recording, Side side, const ToneSegment& segment,
                                     TonePlace place, double scale, ToneClock clock, double grain) {
    std::optional<ToneFit> fit;
    std::vector<double> hz = frequencies(segment);
    for (int round = 0; round < most_trims; ++round) {
        if (place.to - place.from < least_samples) return {};
        hz = frequencies(segment);
        const double seconds = static_cast<double>(place.to - place.from) / recording.rate_hz;
        for (const double f : products_of(segment, recording.rate_hz, seconds)) hz.push_back(f);
        fit = fit_tones(part(recording, side, place), recording.rate_hz, hz, scale, clock);
        if (!fit) return {};
        const SteadyPart steady = steady_part(*fit, hz, recording.rate_hz);
        if (steady.to - steady.from == fit->rest.size()) break;
        place = {place.from + steady.from, place.from + steady.to, true};
    }
    NoiseSpectrum noise(fit->rest, recording.rate_hz);
    FittedInput out{.from = place.from,
                    .to = place.to,
                    .rate_hz = recording.rate_hz,
                    .hz = std::move(hz),
                    .fit = std::move(*fit),
                    .noise = std::move(noise),
                    .played = segment.lines.size(),
                    .grain = grain,
                    .hum = {},
                    .unfitted = {},
                    .hidden = {},
                    .wander = {}};
    take_hum(out, segment, part(recording, side, place), clock);
    return out;
}

/// Rms of what swings a tone, seconds, however fast: its sidebands within 100 Hz have A^2 / 2 sigma^2 of
/// power. What stands there for another reason counts too, and matters little: u has its square.
double swing_beside(const FittedInput& input) {
    const std::size_t line = telling_line(input.fit, input.hz, input.played);
    const double f = input.fit.scale * input.hz[line], amplitude = std::abs(input.fit.phasors[line]);
    const double noise = input.noise.density(f) * (swings_within_hz + std::min(f, swings_within_hz));
    const double power = input.noise.around(f, swings_within_hz);
    if (amplitude <= 0.0 || power < swing_beyond_chance * noise) return 0.0;
    return std::sqrt(2.0 * (power - noise)) / amplitude / (2.0 * pi * f);
}

/// One clock, one swing: of both inputs the line that tells time best says what stands beside it.
void tell_swing(FittedSegment& segment, const PaceDoubt& wander) {
    double most = 0.0, swing_s = wander.rms_s;
    for (const auto& input : segment.input.values) {
        if (!input) continue;
        const std::size_t line = telling_line(input->fit, input->hz, input->played);
        const double size = std::abs(input->fit.phasors[line]) * input->hz[line];
        if (size > most) most = size, swing_s = std::max(wander.rms_s, swing_beside(*input));
    }
    for (auto& input : segment.input.values)
        if (input) input->swing_s = swing_s, input->wander = wander;
}

/// Square of the sideband of line k that may stand on line i and be fitted with it: what is left where its
/// mirror image is, beyond chance.
double mirrored_power(const FittedInput& input, std::size_t k, std::size_t i) {
    const double f = input.fit.scale * (2.0 * input.hz[k] - input.hz[i]), width = lobe_bins / input.seconds();
    if (std::abs(input.hz[k] - input.hz[i]) > swings_within_hz || f <= width) return 0.0;
    const double chance = 2.0 * width * input.noise.density(f), power = input.noise.around(f, width);
    return power > leaks * chance ? 2.0 * (power - chance) : 0.0;
}

void tell_common_clock(const std::vector<SegmentClock>& clocks, FittedTones& out) {
    out.wander.reset();
    const auto common = common_clock(clocks);
    if (!common) return;
    out.ppm = common->ppm, out.u_ppm = common->u_ppm, out.seconds = common->seconds;
    out.wander = common->wander;
}

}  // namespace

std::optional<Side> loudest_input(const Recording& recording, const TonePlace& place) {
    std::optional<Side> out;
    double most = 0.0;
    for (const Side side : sides) {
        if (!recording.has(side)) continue;
        if (!recording.has(other(side))) {
            const auto y = part(recording, side, place);
            const bool moves = std::any_of(y.begin(), y.end(), [](double v) { return v != 0.0; });
            return moves ? std::optional(side) : std::nullopt;
        }
        const double sum = energy_of(part(recording, side, place));
        if (sum > most) most = sum, out = side;
    }
    return out;
}

std::optional<Estimate> FittedInput::at(double nominal_hz) const {
    for (std::size_t i = 0; i < hz.size(); ++i)
        if (std::abs(hz[i] - nominal_hz) <= 1e-9 * nominal_hz) {
            // A one-sided density S makes an error of complex variance 2 S / T.
            const double density = noise.density(fit.scale * hz[i]);
            double variance = 2.0 * density / seconds() + grain * grain + variance_by_hum(fit.scale * hz[i]) +
                              variance_by_swing(i);
            // What else leaks there stands beside it, too. A played line's own sidebands are no leak.
            if (i >= played)
                if (const double leaked = noise.leaked_density(fit.scale * hz[i]); leaked > leaks * density)
                    variance = std::max(variance, 2.0 * leaked / seconds());
            return Estimate{fit.phasors[i], std::sqrt(variance)};
        }
    return std::nullopt;
}

double FittedInput::variance_by_leak(std::size_t k, std::size_t i) const {
    const double x = pi * seconds() * fit.scale * (hz[k] - hz[i]);
    const double ends = wander.first_s * wander.first_s + wander.last_s * wander.last_s -
                        2.0 * wander.first_s * wander.last_s * std::cos(2.0 * x);
    // Where the ends say nothing the bend between them leaks still, and what is faster than the blocks.
    const double square = 0.25 * ends + swing_s * swing_s;
    return std::norm(fit.phasors[k] * (2.0 * pi * fit.scale * hz[k])) * square / (x * x);
}

double FittedInput::variance_by_swing(std::size_t i) const {
    if (swing_s <= 0.0) return 0.0;
    // All of what a carrier lacks is along it; a complex error has half of its variance there.
    const double lacks = std::pow(2.0 * pi * fit.scale * hz[i] * swing_s, 2) / std::numbers::sqrt2;
    double variance = std::norm(fit.phasors[i] * lacks);
    for (std::size_t k = 0; k < hz.size(); ++k)
        if (k != i) variance += variance_by_leak(k, i) + mirrored_power(*this, k, i);
    return variance;
}

double FittedInput::variance_by_hum(double f) const {
    // What is left of a line whose size is known from elsewhere is the same line.
    const auto same = [](const LineLeft& line, const HiddenLine& known) {
        return std::abs(line.hz - known.hz) < one_order * known.hz;
    };
    double variance = 0.0;
    for (const HiddenLine& known : hidden) {
        double leak = known.leak(f, seconds());
        for (const LineLeft& line : unfitted)
            if (same(line, known)) leak = std::max(leak, line.leak(f, seconds()));
        variance += leak * leak;
    }
    for (const LineLeft& line : unfitted)
        if (std::none_of(hidden.begin(), hidden.end(), [&](const HiddenLine& h) { return same(line, h); }))
            variance += std::pow(line.leak(f, seconds()), 2);
    return variance;
}

BandPower FittedInput::band(double from_hz, double to_hz, const std::function<double(double)>& gain) const {
    return with_hum(noise.band(from_hz, to_hz, gain), hum, from_hz, to_hz, gain);
}

std::vector<double> products_of(const ToneSegment& segment, double rate_hz, double seconds) {
    std::vector<double> wanted;
    for (const Side side : sides) {
        std::vector<double> own;
        for (const PlayedLine& l : segment.lines)
            if (std::abs(l.played[side]) > 0.0) own.push_back(l.hz);
        if (own.size() == 1)
            for (int order = 2; order <= highest_harmonic; ++order) wanted.push_back(order * own[0]);
        if (own.size() != 2) continue;
        const double a = own[0], b = own[1];
        for (const double f : {b - a, b + a, b - 2.0 * a, b + 2.0 * a, 2.0 * a - b, 2.0 * b - a, 2.0 * a,
                               2.0 * b, 3.0 * a, 3.0 * b})
            wanted.push_back(std::abs(f));
    }
    std::sort(wanted.begin(), wanted.end());
    std::vector<double> out;
    const double apart = 2.0 / seconds;
    for (const double f : wanted) {
        const auto near = [&](double other) { return std::abs(f - other) < apart; };
        const bool taken = std::any_of(out.begin(), out.end(), near) ||
                           std::any_of(segment.lines.begin(), segment.lines.end(),
                                       [&](const PlayedLine& l) { return near(l.hz); });
        if (f > apart && f < highest_share * rate_hz && !taken) out.push_back(f);
    }
    return out;
}

FittedTones fit_segments(const Recording& recording, const std::vector<ToneSegment>& segments,
                         const TonePlaces& places, const PerSide<double>& grain,
                         std::optional<double> told_ppm, const PerSide<HumElsewhere>& pauses,
                         const BesideFits& beside) {
    FittedTones out;
    std::vector<SegmentClock> clocks(segments.size());
    share_out(analysis_threads, segments.size(),
              [&](std::size_t i) { clocks[i] = clock_of(recording, segments[i], places.of[i], told_ppm); });
    tell_common_clock(clocks, out);
    std::vector<std::optional<Side>> loudest_of(segments.size());
    const double common = 1.0 + 1e-6 * out.ppm.value_or(told_ppm.value_or(0.0));
    const bool known = out.ppm || told_ppm;
    if (known) out.segments.resize(segments.size());
    share_out(analysis_threads, 2 * segments.size(), [&](std::size_t work) {
        if (work >= segments.size()) return beside(work - segments.size());
        if (!known) return;
        const std::size_t i = work;
        FittedSegment& to = out.segments[i];
        to.segment = segments[i];
        to.scale = clocks[i].known ? clocks[i].scale : common;
        to.u_scale = clocks[i].known ? clocks[i].u : 1e-6 * out.u_ppm;
        if (!places.of[i].heard) return;
        const auto loudest = loudest_of[i] = loudest_input(recording, places.of[i]);
        const auto fit = [&](Side side) {
            const bool own = clocks[i].known && side == *loudest;
            to.input[side] = fit_input(recording, side, segments[i], places.of[i], to.scale,
                                       own ? ToneClock::free : ToneClock::given, grain[side]);
            if (own && to.input[side]) to.scale = to.input[side]->fit.scale;
            if (!to.input[side]) return;
            // The first fit reaches over the tone's ends, whose steps are a swing that the steady part lacks.
            if (own && to.input[side]->fit.rest.size() < places.of[i].to - places.of[i].from)
                follow(*to.input[side], clocks[i]);
        };
        if (!loudest) return;
        fit(*loudest);
        if (recording.has(other(*loudest))) fit(other(*loudest));
        // Its own wander; that of another tone where it cannot tell.
        const auto& wander = clocks[i].wander ? clocks[i].wander : out.wander;
        tell_swing(to, wander.value_or(PaceDoubt{}));
    });
    tell_hidden_hum(out, pauses);
    for (std::size_t i = 0; i < out.segments.size(); ++i) {
        const auto& input = out.segments[i].input[loudest_of[i].value_or(Side::left)];
        if (!clocks[i].known || !loudest_of[i] || !input) continue;
        mend_by_hum(out.segments[i], *input, clocks[i]);
        out.segments[i].u_scale = std::hypot(clocks[i].u, clocks[i].u_by_hum);
    }
    if (out.ppm) tell_common_clock(clocks, out);
    return out;
}

}  // namespace fourpole
