// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/measure/tone_mirror.hpp"

#include <complex>

namespace fourpole {

ToneState mirrored(const ToneState& state) { return {-state.delay, state.gain, state.pace}; }

Recording mirrored(const Recording& recording, std::size_t first, std::size_t last) {
    Recording out;
    out.rate_hz = recording.rate_hz;
    for (const Side side : sides) {
        if (!recording.has(side)) continue;
        const auto& y = recording.samples[side];
        const auto behind = static_cast<std::ptrdiff_t>(y.size() - 1 - last);
        out.samples[side].assign(y.rbegin() + behind, y.rend() - static_cast<std::ptrdiff_t>(first));
    }
    return out;
}

ToneReference mirrored(const ToneReference& reference, std::size_t last) {
    ToneReference out = reference;
    for (const Side side : sides)
        if (auto& wave = out.wave[side]) {
            for (auto& p : wave->phasors) p = std::conj(p);
            wave->centre = static_cast<double>(last) - wave->centre;
        }
    out.from = last + 1 - reference.to, out.to = last + 1 - reference.from;
    return out;
}

ToneSplit mirrored(const ToneSplit& split, std::size_t last) {
    ToneSplit out = split;
    out.last = last + 1 - split.first, out.first = last + 1 - split.last;
    out.before = mirrored(split.behind), out.behind = mirrored(split.before);
    // By each count the tones in front of the break stand elsewhere; from where they are said to stand, those
    // behind it do.
    const double front = split.counts.front().match.now.delay;
    for (ToneCount& c : out.counts) {
        const double further = c.match.now.delay - front;
        c.match.now = out.behind;
        c.match.now.delay += further;
    }
    return out;
}

}  // namespace fourpole
