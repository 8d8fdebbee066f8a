// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/mains_beside_tones.hpp"

#include "rig/measure/mains_lines_beside.hpp"
#include "rig/measure/take_health.hpp"
#include "rig/measure/wanted.hpp"
#include "rig/units.hpp"

#include <algorithm>
#include <cmath>

namespace fourpole {

namespace {

const FittedSegment* longest_of(const ToneContext& context, Side side) {
    const FittedSegment* out = nullptr;
    for (const FittedSegment& s : context.tones.segments)
        if (s.input[side] && (!out || s.input[side]->seconds() > out->input[side]->seconds())) out = &s;
    return out;
}

}  // namespace

void read_mains_beside_tones(const ToneContext& context, Measurement& out) {
    if (!wanted(context.analyses, "mains")) return;
    for (const Side side : sides) {
        const auto of_pauses = [&](const Reading& r) { return r.name == "mains" && r.side == side; };
        const auto paused = std::find_if(out.readings.begin(), out.readings.end(), of_pauses);
        if (paused != out.readings.end() && paused->scalar().state == State::exact) continue;
        const FittedSegment* segment = longest_of(context, side);
        if (!segment) continue;
        auto lines = mains_lines_beside(segment->segment, *segment->input[side]);
        // What the steps of a converter without a dither make of a tone stands anywhere, also at 200 Hz.
        for (MainsLine& line : lines) line.u = std::hypot(line.u, segment->input[side]->grain);
        const bool any =
            std::any_of(lines.begin(), lines.end(), [](const MainsLine& l) { return seen_beside_tones(l); });
        if (!any && (lines.empty() || lines[0].order != 1)) continue;
        const double bound = any ? 0.0 : lines[0].amplitude + 2.0 * lines[0].u;
        if (!any && paused != out.readings.end() && paused->scalar().value &&
            *paused->scalar().value <= AmplitudeRatio{bound}.decibels())
            continue;
        std::erase_if(out.readings, of_pauses);
        for (const MainsLine& line : lines)
            add_mains(side, line, seen_beside_tones(line), "mains.beside_tones@1", out);
    }
}

}  // namespace fourpole
