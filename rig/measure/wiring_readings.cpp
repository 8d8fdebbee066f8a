// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/wiring_readings.hpp"

#include "rig/measure/points.hpp"
#include "rig/model/model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace fourpole {

namespace {

using Complex = std::complex<double>;
constexpr double pi = std::numbers::pi;
constexpr double centre_hz = 1000.0;
constexpr double octave = 2.0;
constexpr double largest_turn_rad = 0.3;

double octaves_off(double hz) { return std::abs(std::log2(hz / centre_hz)); }

/// What one side plays alone near 1 kHz, and where.
struct OneSide {
    const FittedSegment* segment = nullptr;
    const PlayedLine* line = nullptr;
    double middle = 0.0;  ///< sample that its stretch is centred on
};

std::optional<OneSide> line_of(const FittedTones& tones, Side from) {
    std::optional<OneSide> best;
    for (const FittedSegment& segment : tones.segments)
        for (const PlayedLine& line : segment.segment.lines) {
            if (std::abs(line.played[from]) <= 0.0 || std::abs(line.played[other(from)]) > 0.0) continue;
            if (octaves_off(line.hz) > 1.0 || (best && octaves_off(line.hz) >= octaves_off(best->line->hz)))
                continue;
            for (const Side at : sides)
                if (const auto& input = segment.input[at]; input && input->at(line.hz)) {
                    best = {&segment, &line, input->centre()};
                    break;
                }
        }
    return best;
}

/// The line on each input re how it was played, turned to u = 0; 0 where it is not heard.
PerSide<Complex> column_of(const OneSide& one, Side from, const Clock& clock) {
    PerSide<Complex> out;
    for (const Side at : sides) {
        const auto& input = one.segment->input[at];
        const auto e = input ? input->at(one.line->hz) : std::nullopt;
        if (!e || std::abs(e->value) < least_over_noise * e->noise) continue;
        const double u = clock.u_at(input->centre());
        out[at] =
            e->value / one.line->played[from] * std::polar(1.0, -2.0 * pi * std::fmod(one.line->hz * u, 1.0));
    }
    return out;
}

Complex largest_of(const PerSide<Complex>& column) {
    return std::abs(column[Side::left]) >= std::abs(column[Side::right]) ? column[Side::left]
                                                                         : column[Side::right];
}

/// Without a start: how the sides stand to each other is known where one line plays on both, in turn, and
/// the pace between is known well enough.
bool one_line(const PerSide<OneSide>& played, const FittedTones& tones, double rate_hz) {
    const OneSide &a = played[Side::left], &b = played[Side::right];
    const double apart_s = std::abs(a.middle - b.middle) / rate_hz;
    return a.line->hz == b.line->hz && tones.ppm &&
           2.0 * pi * a.line->hz * apart_s * 1e-6 * tones.u_ppm < largest_turn_rad;
}

std::string words_of(const DriverMatrix& matrix, Polarity polarity) {
    const std::string outcome = wiring_outcome(matrix);
    if (polarity == Polarity::told || outcome == "silence") return outcome;
    if (polarity == Polarity::of_both_open) return outcome + "; polarity of both together not told";
    // How much both sides share hangs on no start.
    const bool unlike = outcome.find("with much crosstalk") != std::string::npos;
    for (const Side driver : sides)
        if (!unlike &&
            driver_label(matrix.from[driver][Side::left], matrix.from[driver][Side::right]).size() == 4)
            return "both channels in one driver; sum or difference not told";
    return outcome + "; polarity not told";
}

std::string name_of(Polarity p) {
    switch (p) {
        case Polarity::told: return "told";
        case Polarity::of_both_open: return "of both together not told";
        case Polarity::of_each_open: return "of each side not told";
    }
    return "of each side not told";
}

Reading reading_of(const MeasuredMatrix& matrix, Polarity polarity, const char* definition) {
    const DriverMatrix words{matrix.from};
    Reading r;
    r.name = "wiring";
    r.definition = definition;
    r.points.push_back({.at = matrix.frequency_hz});
    r.details.emplace_back("outcome", words_of(words, polarity));
    for (const Side driver : sides)
        for (const Side channel : sides)
            r.details.emplace_back(fmt::format("{}/from_{}", name(driver), name(channel)),
                                   matrix.from[driver][channel]);
    for (const Side driver : sides)
        r.details.emplace_back(fmt::format("{}/label", name(driver)),
                               driver_label(words.from[driver][Side::left], words.from[driver][Side::right]));
    return r;
}

}  // namespace

std::optional<ToneMatrix> matrix_of_tones(const FittedTones& tones, const std::optional<Clock>& clock,
                                          const PerSide<bool>& captured) {
    if (!captured[Side::left] || !captured[Side::right]) return std::nullopt;
    PerSide<OneSide> played;
    for (const Side from : sides) {
        const auto one = line_of(tones, from);
        if (!one) return std::nullopt;
        played[from] = *one;
    }
    const double hz_a = played[Side::left].line->hz, hz_b = played[Side::right].line->hz;
    if (std::max(hz_a, hz_b) > octave * std::min(hz_a, hz_b)) return std::nullopt;
    Clock pace;
    for (const Side at : sides)
        if (const auto& input = played[Side::left].segment->input[at]) pace.rate_hz = input->rate_hz;
    pace.ppm = tones.ppm.value_or(0.0);
    ToneMatrix out;
    out.matrix.frequency_hz = hz_a == hz_b ? hz_a : std::sqrt(hz_a * hz_b);
    PerSide<PerSide<Complex>> column;
    for (const Side from : sides) column[from] = column_of(played[from], from, clock.value_or(pace));
    Complex loudest = largest_of(column[Side::left]);
    if (const Complex there = largest_of(column[Side::right]); std::abs(there) > std::abs(loudest))
        loudest = there;
    const double size = std::abs(loudest);
    if (!(size > 0.0)) return std::nullopt;
    out.polarity = clock                                   ? Polarity::told
                   : one_line(played, tones, pace.rate_hz) ? Polarity::of_both_open
                                                           : Polarity::of_each_open;
    for (const Side from : sides) {
        const Complex own = largest_of(column[from]);
        const Complex turn = out.polarity == Polarity::told           ? size
                             : out.polarity == Polarity::of_both_open ? loudest
                             : std::abs(own) > 0.0                    ? own / std::abs(own) * size
                                                                      : size;
        for (const Side at : sides) out.matrix.from[at][from] = column[from][at] / turn;
    }
    return out;
}

SideMap read_wiring(const FineTiming& fine, const HeardTones& tones, const Recording& recording,
                    Measurement& out) {
    SideMap map{{Side::left, Side::right}};
    if (const auto swept = matrix_at_1khz(fine.probes, fine.shift_samples, recording.rate_hz)) {
        out.readings.push_back(reading_of(*swept, Polarity::told, "wiring.matrix_1khz@2"));
    } else {
        const auto by_tones = matrix_of_tones(tones.fitted, tones.only_start ? tones.clock : std::nullopt,
                                              {{recording.has(Side::left), recording.has(Side::right)}});
        if (!by_tones) return map;
        out.readings.push_back(reading_of(by_tones->matrix, by_tones->polarity, "wiring.tones@2"));
        out.readings.back().details.emplace_back("polarity", name_of(by_tones->polarity));
    }
    if (std::get<std::string>(*out.readings.back().detail("outcome")).rfind("channels swapped", 0) == 0) {
        map = {{Side::right, Side::left}};
        out.reasons.push_back(
            "the sides are swapped: the player's left arrives at the right input; readings "
            "are named by the player's side");
    }
    return map;
}

}  // namespace fourpole
