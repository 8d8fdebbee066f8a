// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/tone_wave.hpp"

#include "rig/analysis/tone_fit.hpp"
#include "rig/fft/phasor.hpp"
#include "rig/measure/tone_fits.hpp"
#include "rig/wide.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <span>

namespace fourpole {

namespace {

constexpr double pi = std::numbers::pi;
constexpr double longest_s = 2.0, shortest_s = 0.03, beats = 4.0;
constexpr int halvings = 4;
constexpr std::size_t most_parts = 8;  ///< of one length
constexpr double as_whole = 4.0;       ///< re what is left over of parts half as long
constexpr double widest_ppm = 2500.0;
constexpr double clear = 0.1;       ///< of the power, left over
constexpr double rounding = 1e-32;  ///< re the power: less than that a fit in double never leaves
constexpr double drowned = 0.01;    ///< of what is left over, by all products together

struct Part {
    std::size_t from = 0, to = 0;
    double scale = 1.0;
    double rest = std::numeric_limits<double>::infinity();  ///< share of the power that the lines leave over
};

std::vector<double> lines_of(const ToneSegment& segment) {
    std::vector<double> out;
    for (const PlayedLine& l : segment.lines) out.push_back(l.hz);
    return out;
}

double power_of(std::span<const double> y) {
    double sum = 0.0, squares = 0.0;
    for (const double v : y) sum += v, squares += v * v;
    const auto count = static_cast<double>(y.size());
    return std::max(squares / count - sum * sum / (count * count), 1e-300);
}

/// Fitted from the pilot's own frequency and from a clock like the converter's: beside another line the
/// strongest one near the pilot's may be that.
void fit(std::span<const double> y, double rate_hz, const std::vector<double>& hz, double pilot_hz,
         Part& part) {
    const double power = power_of(y);
    const auto coarse = coarse_scale(y, rate_hz, pilot_hz, widest_ppm);
    for (const double start : {coarse.value_or(1.0), 1.0}) {
        const auto found = fit_tones(y, rate_hz, hz, start, ToneClock::free);
        if (!found || std::abs(found->scale - 1.0) > 1e-6 * widest_ppm) continue;
        if (found->rest_variance / power < part.rest)
            part.rest = found->rest_variance / power, part.scale = found->scale;
        if (part.rest < 1e-4) break;
    }
}

std::vector<Part> parts(std::span<const double> y, double rate_hz, const ToneSegment& segment,
                        std::size_t length) {
    const auto hz = lines_of(segment);
    const std::size_t room = y.size() - length;
    const std::size_t count = std::min(most_parts, 1 + 2 * room / length);
    std::vector<Part> out;
    for (std::size_t k = 0; k < count; ++k) {
        Part part;
        part.from = count > 1 ? k * room / (count - 1) : 0;
        part.to = part.from + length;
        fit(y.subspan(part.from, length), rate_hz, hz, pilot(segment).hz, part);
        out.push_back(part);
    }
    return out;
}

Part best_of(const std::vector<Part>& all) {
    return *std::min_element(all.begin(), all.end(),
                             [](const Part& a, const Part& b) { return a.rest < b.rest; });
}

/// @param hum  mean square of what is no tone and goes on through a break; a short part may swallow it
std::optional<Part> whole_part(std::span<const double> y, double rate_hz, const ToneSegment& segment,
                               double hum) {
    const auto hz = lines_of(segment);
    double apart = hz.front();
    for (std::size_t k = 0; k + 1 < hz.size(); ++k) apart = std::min(apart, hz[k + 1] - hz[k]);
    auto length = static_cast<std::size_t>(
        std::min(static_cast<double>(y.size()), rate_hz * std::max(longest_s, beats / apart)));
    const double hum_may_leave = 2.0 * hum / power_of(y);
    std::optional<Part> best;
    for (int halving = 0; halving <= halvings; ++halving, length /= 2) {
        if (static_cast<double>(length) < shortest_s * rate_hz) break;
        const auto as_well_as = [&](const Part& other) {
            return best->rest <= std::max(as_whole * other.rest, hum_may_leave);
        };
        // A part that is whole leaves as much over in its own halves, and nobody need look elsewhere.
        if (best && as_well_as(best_of(
                        parts(y.subspan(best->from, best->to - best->from), rate_hz, segment, length))))
            break;
        const Part here = best_of(parts(y, rate_hz, segment, length));
        if (best && as_well_as(here)) break;
        if (!best || here.rest < best->rest) best = here;
    }
    if (!best || best->rest > clear) return {};
    return best;
}

bool moves(std::span<const double> y) {
    return std::any_of(y.begin(), y.end(), [&](double v) { return v != y.front(); });
}

std::optional<ToneWave> wave_of(std::span<const double> y, double rate_hz, const ToneSegment& segment,
                                Part& part, bool free, double& u_scale) {
    auto hz = lines_of(segment);
    const double seconds = static_cast<double>(y.size()) / rate_hz;
    for (const double f : products_of(segment, rate_hz, seconds)) hz.push_back(f);
    const auto found = fit_tones(y, rate_hz, hz, part.scale, free ? ToneClock::free : ToneClock::given);
    // The other side of a digital loop never moves: no wave, and no noise to hold what is left against.
    if (!found || found->rest_variance > clear * power_of(y) || !moves(y)) return {};
    if (free) part.scale = found->scale, u_scale = found->u_scale;
    const double variance = std::max(found->rest_variance, rounding * power_of(y));
    ToneWave out{{}, {}, found->centre(), found->constant, variance};
    // Of what a device makes of the lines only that counts which could be seen in what they leave over.
    const double seen = drowned * found->rest_variance / static_cast<double>(hz.size());
    for (std::size_t k = 0; k < hz.size(); ++k) {
        if (k >= segment.lines.size() && 0.5 * std::norm(found->phasors[k]) < seen) continue;
        out.omega.push_back(2.0 * pi * part.scale * hz[k] / rate_hz);
        out.phasors.push_back(found->phasors[k]);
    }
    return out;
}

/// a cos - b sin and its slope by the sample.
FOURPOLE_WIDE void add_line(double omega, double a, double b, const std::vector<double>& cosine,
                            const std::vector<double>& sine, ToneWave::Piece& to) {
    const double *c = cosine.data(), *s = sine.data();
    double *value = to.value.data(), *slope = to.slope.data();
    const std::size_t count = cosine.size();
    for (std::size_t n = 0; n < count; ++n) {
        value[n] += a * c[n] - b * s[n];
        slope[n] -= omega * (a * s[n] + b * c[n]);
    }
}

}  // namespace

ToneWave::Piece ToneWave::at(double first, std::size_t count, double pace) const {
    first += 0.5 * pace * (static_cast<double>(count) - 1.0);
    Piece out{std::vector<double>(count, constant), std::vector<double>(count, 0.0)};
    std::vector<double> c(count), s(count);
    for (std::size_t k = 0; k < omega.size(); ++k) {
        const double w = omega[k], a = phasors[k].real(), b = phasors[k].imag();
        turn_phasor(w * (1.0 - pace), std::remainder(w * (first - centre), 2.0 * pi), c, s);
        add_line(w, a, b, c, s, out);
    }
    return out;
}

std::optional<ToneReference> tone_reference(const Recording& recording, const ToneSegment& segment,
                                            const TonePlace& place, const PerSide<HumElsewhere>& hum) {
    const auto loudest = loudest_input(recording, place);
    if (!place.heard || !loudest || segment.lines.empty()) return {};
    const auto y_of = [&](Side side, std::size_t from, std::size_t to) {
        return std::span(recording.samples[side]).subspan(place.from + from, to - from);
    };
    double hum_power = 0.0;
    for (const auto& a : hum[*loudest].amplitude) hum_power += 0.5 * a.value_or(0.0) * a.value_or(0.0);
    auto part = whole_part(y_of(*loudest, 0, place.to - place.from), recording.rate_hz, segment, hum_power);
    if (!part) return {};
    ToneReference out;
    out.lines = segment.lines.size();
    for (const Side side : {*loudest, other(*loudest)}) {
        if (!recording.has(side)) continue;
        out.wave[side] = wave_of(y_of(side, part->from, part->to), recording.rate_hz, segment, *part,
                                 side == *loudest, out.u_scale);
        if (out.wave[side]) out.wave[side]->centre += static_cast<double>(place.from + part->from);
    }
    if (!out.wave[*loudest]) return {};
    out.scale = part->scale;
    out.from = place.from + part->from, out.to = place.from + part->to;
    return out;
}

}  // namespace fourpole
