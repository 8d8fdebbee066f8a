// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/measure/tone_match.hpp"

#include <cstddef>
#include <optional>

namespace fourpole {

/// One end of a tone: where its raised-cosine edge stands in the capture.
struct ToneEdge {
    double off_by = 0.0;  ///< samples by which it comes later than expected
    /// Standard uncertainty, samples: noise, what the fit leaves, and a twelfth of the tone's period and 1.5
    /// samples, by which a device's own phase may move it.
    double u = 0.0;
    double expected = 0.0;  ///< sample of the capture, of the end of the tone itself
};

/// An edge to be looked for.
struct EdgeWanted {
    bool begins = true;         ///< or ends
    double expected = 0.0;      ///< sample of the capture at which the tone begins, or ends
    double edge_samples = 0.0;  ///< of the raised cosine; 0: a step
    ToneState state;            ///< of the tones beside it
};

/// The tone's wave is known from its steady part; its edge is where
///
///     E(t) = sum_n (y(n) - w(n - t) x(n))^2 / noise,   w = 0.5 - 0.5 cos(pi n / edge)
///
/// is least, of all t within `reach` samples, then between three of them by a parabola. Other tones that
/// stand there count as noise (what is left over is in u). Nothing where that is no minimum within the reach,
/// or the capture does not hold it.
std::optional<ToneEdge> tone_edge(const Recording& recording, const ToneReference& reference,
                                  const EdgeWanted& wanted, std::ptrdiff_t reach);

}  // namespace fourpole
