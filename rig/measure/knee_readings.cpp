// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/audio_band.hpp"
#include "rig/measure/clipping_knee.hpp"
#include "rig/measure/points.hpp"
#include "rig/measure/tones.hpp"
#include "rig/measure/wanted.hpp"
#include "rig/units.hpp"

#include <cmath>
#include <string>
#include <vector>

namespace fourpole {

namespace {

std::vector<Rung> rungs_of(const ToneContext& context, Side side, const std::vector<SingleTone>& tones) {
    std::vector<Rung> out;
    for (const SingleTone& tone : tones) {
        if (tone.segment->segment.jtest) continue;
        const FittedInput& input = *context.input(*tone.segment, side);
        const auto e = input.at(tone.hz);
        if (!e || std::abs(e->value) <= least_over_noise * e->noise) continue;
        Rung rung{tone.amplitude, *e, {}};
        for (int order = 2; order <= highest_harmonic; ++order)
            if (const auto h = input.at(order * tone.hz);
                h && order * tone.hz <= audio_band(input.rate_hz).to_hz)
                rung.harmonics.emplace_back(order, *h);
        out.push_back(std::move(rung));
    }
    return out;
}

Reading reading_of(const ToneContext& context, Side side, double hz, const Knee& knee, std::size_t steps) {
    Reading r;
    r.name = "clipping_knee";
    r.definition = "clipping_knee.first_of_thd_and_compression@1";
    r.unit = context.calibrated() ? "dBV" : "dBFS";
    r.side = side;
    r.calibration = context.calibration.state;
    Point p{.at = hz, .value = knee.level_db + AmplitudeRatio{context.scale(side)}.decibels()};
    p.state = knee.state;
    if (knee.state == State::exact)
        p.u = std::hypot(knee.u_level_db, db_per_relative * context.relative_u(side));
    r.points.push_back(p);
    r.details.emplace_back("played_dbfs", knee.played_db);
    if (knee.state == State::exact) {
        r.details.emplace_back("u_played_db", knee.u_played_db);
        r.details.emplace_back("criterion", knee.criterion);
        r.details.emplace_back("law", knee.law);
    }
    if (knee.clip_level) r.details.emplace_back("flat_top_fs", *knee.clip_level);
    r.details.emplace_back("levels", static_cast<std::int64_t>(steps));
    return r;
}

}  // namespace

void read_clipping_knee(const ToneContext& context, Readings& out) {
    if (!wanted(context.analyses, "linearity") && !wanted(context.analyses, "thd")) return;
    for (const Side side : sides)
        for (const auto& tones : of_each_frequency(single_tones(context, side))) {
            const auto rungs = rungs_of(context, side, tones);
            const auto knee = clipping_knee(rungs);
            // One level that is not clipped hard says nothing of where the knee is.
            if (!knee || (!is_ladder(tones) && !knee->clip_level)) continue;
            out.push_back(reading_of(context, side, tones[0].hz, *knee, rungs.size()));
        }
}

}  // namespace fourpole
