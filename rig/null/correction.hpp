// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/align/samples.hpp"
#include "rig/null/residual.hpp"
#include "rig/signal.hpp"

#include <optional>
#include <vector>

namespace fourpole {

/// The linear difference of one channel, A = scale (1 + difference) B: gain, delay, clock and polarity are
/// no part of it, so what was learned on one programme holds for another one.
struct CorrectionCurve {
    std::optional<Side> side;         ///< absent: the one channel of a mono capture
    std::vector<LinearPoint> points;  ///< rising in frequency
};
using Correction = std::vector<CorrectionCurve>;

/// b through the filter 1 + difference(f): no delay, both sides of time, 0.34 s long. Between its points
/// the difference is a straight line over log f, beyond them it stays what it is at the last one.
///
/// Accuracy: that of the points; a shelf of 1 dB (a null of -35 dB) learned on one programme leaves 25 dB
/// less of another. What turns within 5 Hz is smoothed. The first and last 0.17 s of b are filtered as if b
/// were 0 outside.
Samples corrected(const Samples& b, double rate_hz, const std::vector<LinearPoint>& points);

}  // namespace fourpole
