// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/analysis/weighting.hpp"
#include "rig/measure/audio_band.hpp"
#include "rig/measure/points.hpp"
#include "rig/measure/tones.hpp"
#include "rig/measure/wanted.hpp"
#include "rig/units.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string>

namespace fourpole {

namespace {

/// What stands beside one tone.
struct Beside {
    const FittedInput* input = nullptr;
    double hz = 0.0;
    Estimate tone;
    std::vector<std::pair<int, Estimate>> harmonics;

    Reference reference() const { return {std::abs(tone.value), tone.noise / std::abs(tone.value)}; }
};

std::optional<Beside> beside_tone(const ToneContext& context, Side side, const SingleTone& single) {
    const auto& input = context.input(*single.segment, side);
    const auto tone = input->at(single.hz);
    if (!tone || std::abs(tone->value) <= least_over_noise * tone->noise) return {};
    Beside out{&*input, single.hz, *tone, {}};
    for (int order = 2; order <= highest_harmonic; ++order)
        if (const auto e = input->at(order * single.hz)) out.harmonics.emplace_back(order, *e);
    return out;
}

Reading scalar(const ToneContext& context, const char* name, std::string definition, Side side, double hz,
               Point p) {
    Reading r;
    r.name = name;
    r.definition = std::move(definition);
    r.unit = "dB";
    r.side = side;
    r.calibration = context.calibration.state;
    p.at = hz;
    p.phase_deg.reset();
    r.points.push_back(p);
    return r;
}

void add_band(Reading& r, const AudioBand& band) {
    r.details.emplace_back("weighting", std::string(name(Weighting::none)));
    r.details.emplace_back("bandwidth_hz", band.to_hz);
    r.details.emplace_back("band_from_hz", band.from_hz);
    r.details.emplace_back("band_to_hz", band.to_hz);
}

void read_harmonics(const ToneContext& context, Side side, const Beside& beside, Readings& out) {
    for (const auto& [order, e] : beside.harmonics) {
        Reading r = scalar(context, "harmonic", "harmonic.fitted_tone@1", side, beside.hz,
                           decibel_point(beside.hz, e, beside.reference()));
        r.order = order;
        out.push_back(std::move(r));
    }
}

void read_thd(const ToneContext& context, Side side, const Beside& beside, Readings& out) {
    const AudioBand band = audio_band(beside.input->rate_hz);
    PowerSum power;
    std::int64_t counted = 0;
    for (const auto& [order, e] : beside.harmonics)
        if (order * beside.hz <= band.to_hz) power.add(e), ++counted;
    if (counted == 0) return;
    Reading r = scalar(context, "thd", "thd.fitted_harmonics@1", side, beside.hz,
                       power_point(power.sum, std::sqrt(power.variance), beside.reference()));
    add_band(r, band);
    r.details.emplace_back("harmonics", counted);
    out.push_back(std::move(r));
}

/// Everything but the tone re everything, in the audio band; with the notch's own slope where `q` > 0.
void read_thd_n(const ToneContext& context, Side side, const Beside& beside, double q, Readings& out) {
    const AudioBand band = audio_band(beside.input->rate_hz);
    const auto gain = [&](double f) { return q > 0.0 ? notch(f, beside.hz, q) : 1.0; };
    const BandPower noise = beside.input->band(band.from_hz, band.to_hz, gain);
    // Squares of peaks, as a line's: twice the mean square. What noise adds to a line is part of the rest.
    double rest = 2.0 * noise.mean_square;
    PowerSum power;
    for (const auto& [order, e] : beside.harmonics)
        if (order * beside.hz <= band.to_hz) {
            power.add(e, gain(order * beside.hz));
            rest += std::norm(gain(order * beside.hz) * e.value);
        }
    const double total = std::sqrt(std::norm(beside.tone.value) + rest);
    // Hum on the tone's own frequency is neither in the rest nor in the notch's.
    const double taken_for_tone = beside.input->variance_by_hum(beside.input->fit.scale * beside.hz);
    Reading r =
        scalar(context, "thd_n", q > 0.0 ? "thd_n.notch_q2@1" : "thd_n.exact_residual@1", side, beside.hz,
               power_point(rest, std::hypot(std::sqrt(power.variance), 2.0 * noise.u, taken_for_tone),
                           {total, 0.0}));
    add_band(r, band);
    r.details.emplace_back("re", std::string("total"));
    out.push_back(std::move(r));
}

// --- two tones ---

struct Pair {
    const FittedInput* input = nullptr;
    double low_hz = 0.0, high_hz = 0.0;
    double low_played = 0.0, high_played = 0.0;
    Estimate low, high;
};

std::vector<Pair> pairs_of(const ToneContext& context, Side side) {
    std::vector<Pair> out;
    for (const FittedSegment& s : context.tones.segments) {
        const auto& input = context.input(s, side);
        if (s.segment.lines_of(side) != 2 || !input) continue;
        Pair pair;
        pair.input = &*input;
        for (const PlayedLine& line : s.segment.lines) {
            const double amplitude = std::abs(line.played[side]);
            const auto e = input->at(line.hz);
            if (amplitude <= 0.0 || !e) continue;
            if (pair.low_hz == 0.0)
                pair.low_hz = line.hz, pair.low_played = amplitude, pair.low = *e;
            else
                pair.high_hz = line.hz, pair.high_played = amplitude, pair.high = *e;
        }
        if (pair.high_hz > 0.0 && std::abs(pair.low.value) > least_over_noise * pair.low.noise &&
            std::abs(pair.high.value) > least_over_noise * pair.high.noise)
            out.push_back(pair);
    }
    return out;
}

Point rss(const Pair& pair, std::initializer_list<double> products_hz, const Estimate& re) {
    PowerSum power;
    bool any = false;
    for (const double f : products_hz)
        if (const auto e = pair.input->at(std::abs(f))) power.add(*e), any = true;
    if (!any) return {.state = State::not_measured};
    return power_point(power.sum, std::sqrt(power.variance),
                       {std::abs(re.value), re.noise / std::abs(re.value)});
}

/// Which methods a pair of tones is played for.
struct Methods {
    bool smpte = false, ccif = false, dfd = false, md = false;
};

Methods methods_of(const ToneContext& context, const Pair& pair) {
    const double ratio = pair.low_played / pair.high_played;
    // 4:1 with a low tone far below; two alike near the top of the band.
    const bool modulated = ratio > 3.0 && ratio < 5.0 && pair.high_hz > 7.0 * pair.low_hz;
    const bool alike = ratio > 0.89 && ratio < 1.12 && pair.high_hz < 2.0 * pair.low_hz;
    const bool aes_md = modulated && pair.low_hz < 50.0;
    const bool aes_dfd = alike && pair.high_hz - pair.low_hz > 1500.0;
    if (context.analyses.empty()) return {modulated && !aes_md, alike && !aes_dfd, aes_dfd, aes_md};
    return {modulated && wanted(context.analyses, "imd_smpte"), alike && wanted(context.analyses, "imd_ccif"),
            alike && wanted(context.analyses, "imd_dfd"), modulated && wanted(context.analyses, "imd_md")};
}

void read_pair(const ToneContext& context, Side side, const Pair& pair, Readings& out) {
    const Methods methods = methods_of(context, pair);
    const double a = pair.low_hz, b = pair.high_hz;
    const auto add = [&](const char* reading, std::string definition, Point p, const char* re) {
        Reading r = scalar(context, reading, std::move(definition), side, b, p);
        r.details.emplace_back("low_hz", a);
        r.details.emplace_back("high_hz", b);
        r.details.emplace_back("re", std::string(re));
        r.details.emplace_back("weighting", std::string(name(Weighting::none)));
        r.details.emplace_back("bandwidth_hz", audio_band(pair.input->rate_hz).to_hz);
        out.push_back(std::move(r));
    };
    if (methods.smpte)
        add("imd_smpte", "imd_smpte.sidebands_rss@1",
            rss(pair, {b - a, b + a, b - 2 * a, b + 2 * a}, pair.high), "upper tone");
    if (methods.md) {
        add("imd_md", "imd_md.aes17_first_sidebands@1", rss(pair, {b - a, b + a}, pair.high), "upper tone");
        const Point second = rss(pair, {b - 2 * a, b + 2 * a}, pair.high);
        if (second.value) out.back().details.emplace_back("second_sidebands_db", *second.value);
    }
    if (methods.dfd)
        add("imd_dfd", "imd_dfd.aes17_lines@1", rss(pair, {b - a, 2 * a - b, 2 * b - a}, pair.low),
            "lower tone");
    if (methods.ccif) {
        add("imd_ccif", "imd_ccif.second_order@1", rss(pair, {b - a}, pair.low), "one tone");
        out.back().order = 2;
        add("imd_ccif", "imd_ccif.third_order_rss@1", rss(pair, {2 * a - b, 2 * b - a}, pair.low),
            "one tone");
        out.back().order = 3;
    }
}

/// Readings of single tones that differ by their frequency alone, as curves.
void join_steps(Readings steps, Readings& out) {
    while (!steps.empty()) {
        const Reading first = steps.front();
        const auto like = [&](const Reading& r) {
            return r.name == first.name && r.definition == first.definition && r.side == first.side &&
                   r.order == first.order;
        };
        const auto rest = std::stable_partition(steps.begin(), steps.end(), like);
        Readings alike(std::make_move_iterator(steps.begin()), std::make_move_iterator(rest));
        steps.erase(steps.begin(), rest);
        Reading curve = first;
        curve.curve = true;
        for (std::size_t i = 1; i < alike.size(); ++i) curve.points.push_back(alike[i].points.front());
        std::stable_sort(curve.points.begin(), curve.points.end(),
                         [](const Point& a, const Point& b) { return *a.at < *b.at; });
        // How many harmonics lie in the band is each step's own.
        std::erase_if(curve.details, [](const auto& d) { return d.first == "harmonics"; });
        out.push_back(std::move(curve));
    }
}

void read_steps(const ToneContext& context, Side side, const std::vector<SingleTone>& tones, Readings& out) {
    for (const SingleTone& single : tones) {
        // A J-test's square would be called noise.
        if (single.segment->segment.jtest) continue;
        const auto beside = beside_tone(context, side, single);
        if (!beside) continue;
        if (wanted(context.analyses, "harmonics")) read_harmonics(context, side, *beside, out);
        if (wanted(context.analyses, "thd")) read_thd(context, side, *beside, out);
        if (!wanted(context.analyses, "thd_n")) continue;
        read_thd_n(context, side, *beside, 0.0, out);
        read_thd_n(context, side, *beside, aes17_notch_q, out);
    }
}

}  // namespace

void read_distortion(const ToneContext& context, Readings& out) {
    constexpr std::size_t least_of_a_curve = 3;
    for (const Side side : sides) {
        const auto tones = loudest_of_each(single_tones(context, side));
        Readings steps;
        read_steps(context, side, tones, steps);
        if (tones.size() >= least_of_a_curve)
            join_steps(std::move(steps), out);
        else
            std::move(steps.begin(), steps.end(), std::back_inserter(out));
    }
}

void read_intermodulation(const ToneContext& context, Readings& out) {
    for (const Side side : sides)
        for (const Pair& pair : pairs_of(context, side)) read_pair(context, side, pair, out);
}

}  // namespace fourpole
