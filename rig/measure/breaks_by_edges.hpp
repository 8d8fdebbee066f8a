// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/measure/tone_breaks.hpp"
#include "rig/measure/tone_segments.hpp"
#include "rig/programme.hpp"
#include "rig/signal.hpp"
#include "rig/stimulus/evaluate.hpp"

#include <vector>

namespace fourpole {

/// What the edges of tones that follow each other say of the stream, where no marker does: frames that were
/// lost or inserted in a pause, those that a tone's own phase cannot see, and of those that it counts only up
/// to its period, how many there were.
///
/// Each edge's place against the programme's (rig/measure/tone_edges.hpp) stays what it was until something
/// breaks: of all ways to cut the edges into runs of one place each that is taken for which
///
///     sum over edges of min((off - run's) / u, 3)^2 + 30 per cut
///
/// is least. A device delays the edges of a tone at its resonance, both of them and no others: that is no
/// cut.
/// @param clock   start and pace as the tones have them; a start that is off moves all edges alike
/// @param breaks  one a segment; a count that its modulus leaves open is settled, and what is found is added
/// Not seen: what is less than some 6 u of the edges; what has less than four edges behind it or before it.
void settle_by_edges(const Recording& recording, const Programme& programme,
                     const std::vector<ToneSegment>& segments, const Clock& clock,
                     std::vector<ToneBreaks>& breaks);

}  // namespace fourpole
