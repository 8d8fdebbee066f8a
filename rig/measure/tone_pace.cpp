// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/tone_pace.hpp"

#include "rig/analysis/median.hpp"
#include "rig/measure/tone_wave.hpp"

#include <algorithm>
#include <cstddef>

namespace fourpole {

namespace {

constexpr std::size_t enough = 5;

/// Periods that a segment's pilot turns in its place: what a pace is read by.
double turns(const ToneSegment& segment, const TonePlace& place) {
    return pilot(segment).hz * static_cast<double>(place.to - place.from);
}

}  // namespace

std::optional<double> pace_of_tones(const Recording& recording, const std::vector<ToneSegment>& segments,
                                    const std::vector<TonePlace>& places) {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < segments.size(); ++i)
        if (places[i].heard) order.push_back(i);
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return turns(segments[a], places[a]) > turns(segments[b], places[b]);
    });
    std::vector<double> scales;
    for (const std::size_t i : order) {
        if (scales.size() == enough) break;
        if (const auto reference = tone_reference(recording, segments[i], places[i]))
            scales.push_back(reference->scale);
    }
    if (scales.empty()) return {};
    return median(scales);
}

}  // namespace fourpole
