// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/points.hpp"
#include "rig/measure/tones.hpp"
#include "rig/measure/wanted.hpp"
#include "rig/units.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace fourpole {

namespace {

constexpr double pi = std::numbers::pi;

Reading begin(const ToneContext& context, std::string name, std::string definition, std::string unit) {
    Reading r;
    r.name = std::move(name);
    r.definition = std::move(definition);
    r.unit = std::move(unit);
    r.calibration = context.calibration.state;
    return r;
}

Estimate times(Estimate e, std::complex<double> factor) {
    e.value *= factor;
    e.noise *= std::abs(factor);
    return e;
}

void read_ladder(const ToneContext& context, Side side, const std::vector<SingleTone>& ladder,
                 Readings& out) {
    Reading r = begin(context, "linearity", "linearity.fitted_tone@1", "dBFS");
    r.side = side;
    r.curve = true;
    r.axis = "level_dbfs";
    for (const SingleTone& tone : ladder)
        if (const auto e = context.input(*tone.segment, side)->at(tone.hz)) {
            Point p = decibel_point(AmplitudeRatio{tone.amplitude}.decibels(), *e, {});
            p.phase_deg.reset();
            r.points.push_back(p);
        }
    std::sort(r.points.begin(), r.points.end(), [](const Point& a, const Point& b) { return *a.at > *b.at; });
    r.details.emplace_back("tone_hz", ladder[0].hz);
    out.push_back(std::move(r));
}

/// Phases of a segment's lines turned to the programme's own start.
std::complex<double> turned(const ToneContext& context, const FittedInput& input, double hz) {
    if (!context.clock) return 1.0;
    const double u = context.clock->u_at(input.centre());
    return std::polar(1.0, -std::remainder(2.0 * pi * hz * u, 2.0 * pi));
}

/// One curve from side to side over all segments.
Reading transfer_curve(const ToneContext& context, const char* name, Side from, Side to) {
    Reading r = begin(context, name, std::string(name) + ".tones@1", context.calibrated() ? "dBV" : "dB");
    r.from = from;
    r.to = to;
    if (from == to) r.side = to;
    r.curve = true;
    for (const FittedSegment& segment : context.tones.segments) {
        const auto& input = context.input(segment, to);
        if (!input) continue;
        for (const PlayedLine& line : segment.segment.lines) {
            const double played = std::abs(line.played[from]);
            if (played <= 0.0 || std::abs(line.played[other(from)]) > 0.0) continue;
            const auto e = input->at(line.hz);
            if (!e) continue;
            const auto ratio =
                times(*e, context.scale(to) * turned(context, *input, line.hz) / line.played[from]);
            Point p = decibel_point(line.hz, ratio, {}, context.relative_u(to));
            if (!context.clock) p.phase_deg.reset();
            r.points.push_back(p);
        }
    }
    return r;
}

Reading crosstalk_curve(const ToneContext& context, Side from) {
    Reading r = begin(context, "crosstalk", "crosstalk.tones@1", "dB");
    r.from = from;
    r.to = other(from);
    r.curve = true;
    for (const FittedSegment& segment : context.tones.segments) {
        const auto &own = context.input(segment, from), &there = context.input(segment, other(from));
        if (!own || !there) continue;
        for (const PlayedLine& line : segment.segment.lines) {
            if (std::abs(line.played[from]) <= 0.0 || std::abs(line.played[other(from)]) > 0.0) continue;
            const auto a = own->at(line.hz), b = there->at(line.hz);
            if (!a || !b) continue;
            const double size = context.scale(from) * std::abs(a->value);
            if (size <= least_over_noise * context.scale(from) * a->noise) {
                r.points.push_back({.at = line.hz, .state = State::not_measured});
                continue;
            }
            // Both stand at the middles of their own stretches.
            const double apart =
                2.0 * pi * own->fit.scale * line.hz * (own->centre() - there->centre()) / own->rate_hz;
            const auto unit =
                std::polar(1.0, std::remainder(apart, 2.0 * pi)) * std::conj(a->value) / std::abs(a->value);
            r.points.push_back(decibel_point(
                line.hz, times(*b, context.scale(other(from)) * unit), {size, a->noise / std::abs(a->value)},
                std::hypot(context.relative_u(from), context.relative_u(other(from)))));
        }
    }
    return r;
}

/// Rising, each frequency once: of levels of one frequency the surest says its gain, the loudest as a rule.
void by_frequency(Reading& r) {
    const auto doubt = [](const Point& p) { return p.u.value_or(1e9); };
    std::stable_sort(r.points.begin(), r.points.end(), [&](const Point& a, const Point& b) {
        return *a.at != *b.at ? *a.at < *b.at : doubt(a) < doubt(b);
    });
    const auto same = [](const Point& a, const Point& b) { return *a.at == *b.at; };
    r.points.erase(std::unique(r.points.begin(), r.points.end(), same), r.points.end());
}

}  // namespace

double ToneContext::scale(Side output) const {
    return calibrated() ? calibration.side[map[output]].volts_per_full_scale / std::numbers::sqrt2 : 1.0;
}

double ToneContext::relative_u(Side output) const {
    return calibrated() ? calibration.side[map[output]].relative_u : 0.0;
}

std::vector<SingleTone> single_tones(const ToneContext& context, Side side) {
    std::vector<SingleTone> out;
    for (const FittedSegment& s : context.tones.segments) {
        if (s.segment.lines_of(side) != 1 || !context.input(s, side)) continue;
        for (const PlayedLine& line : s.segment.lines)
            if (const double amplitude = std::abs(line.played[side]); amplitude > 0.0)
                out.push_back({&s, line.hz, amplitude});
    }
    return out;
}

std::vector<std::vector<SingleTone>> of_each_frequency(const std::vector<SingleTone>& tones) {
    std::vector<std::vector<SingleTone>> out;
    for (const SingleTone& tone : tones) {
        const auto same =
            std::find_if(out.begin(), out.end(), [&](const auto& l) { return l[0].hz == tone.hz; });
        if (same == out.end())
            out.push_back({tone});
        else
            same->push_back(tone);
    }
    return out;
}

bool is_ladder(const std::vector<SingleTone>& tones_of_one) {
    constexpr std::ptrdiff_t levels_of_a_ladder = 3;
    std::vector<double> levels;
    for (const SingleTone& tone : tones_of_one) levels.push_back(tone.amplitude);
    std::sort(levels.begin(), levels.end());
    return std::unique(levels.begin(), levels.end()) - levels.begin() >= levels_of_a_ladder;
}

std::vector<SingleTone> loudest_of_each(const std::vector<SingleTone>& tones) {
    std::vector<SingleTone> out;
    for (const SingleTone& tone : tones) {
        const auto same =
            std::find_if(out.begin(), out.end(), [&](const SingleTone& t) { return t.hz == tone.hz; });
        if (same == out.end())
            out.push_back(tone);
        else if (tone.amplitude > same->amplitude)
            *same = tone;
    }
    return out;
}

void read_levels(const ToneContext& context, Readings& out) {
    for (const Side side : sides) {
        const auto tones = single_tones(context, side);
        if (wanted(context.analyses, "linearity"))
            for (const auto& tones_of_one : of_each_frequency(tones))
                if (is_ladder(tones_of_one)) read_ladder(context, side, tones_of_one, out);
        // A power stands on its level.
        if (!wanted(context.analyses, "level") && !wanted(context.analyses, "power")) continue;
        for (const SingleTone& tone : loudest_of_each(tones)) {
            const auto e = context.input(*tone.segment, side)->at(tone.hz);
            if (!e) continue;
            Reading r = begin(context, "level", "level.fitted_tone@1", context.calibrated() ? "dBV" : "dBFS");
            r.side = side;
            Point p = decibel_point(tone.hz, times(*e, context.scale(side)), {}, context.relative_u(side));
            p.phase_deg.reset();
            r.points.push_back(p);
            r.details.emplace_back("played_dbfs", AmplitudeRatio{tone.amplitude}.decibels());
            out.push_back(std::move(r));
        }
    }
}

void read_dc_beside_tones(const ToneContext& context, Readings& out) {
    if (!wanted(context.analyses, "dc")) return;
    for (const Side side : sides) {
        if (std::any_of(out.begin(), out.end(),
                        [&](const Reading& r) { return r.name == "dc" && r.side == side; }))
            continue;
        const FittedInput* longest = nullptr;
        for (const FittedSegment& s : context.tones.segments)
            if (const auto& input = s.input[side];
                input && (!longest || input->seconds() > longest->seconds()))
                longest = &*input;
        if (!longest) continue;
        Reading r = begin(context, "dc", "dc.beside_tones@1", "FS");
        r.calibration = "raw";
        r.side = side;
        r.points.push_back(
            {.value = longest->fit.constant, .u = std::sqrt(longest->noise.variance_of_mean())});
        out.push_back(std::move(r));
    }
}

void read_tone_responses(const ToneContext& context, Readings& out) {
    const auto add = [&](Reading r) {
        if (r.points.empty()) return;
        by_frequency(r);
        out.push_back(std::move(r));
    };
    for (const Side from : sides) {
        if (wanted(context.analyses, "response")) add(transfer_curve(context, "response", from, from));
        for (const Side to : sides) add(transfer_curve(context, "transfer", from, to));
        // A shared return stands on its crosstalk.
        if (wanted(context.analyses, "crosstalk") || wanted(context.analyses, "output_impedance"))
            add(crosstalk_curve(context, from));
    }
}

}  // namespace fourpole
