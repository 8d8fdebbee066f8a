// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/align/event_stretch.hpp"

#include <cstddef>

namespace fourpole {

/// True where samples [from, to) are a sine of one frequency, and no noise or silence: what was inserted has
/// no wave.
/// @param power  mean square of the wave in front
bool holds_wave(const EventStretch& s, std::ptrdiff_t from, std::ptrdiff_t to, double power);

/// Samples [from, to) that are neither the wave in front of a break nor that behind it.
struct Gap {
    std::ptrdiff_t from = 0, to = 0;
};

/// Where the closed form at clock `early` ends and at `late` begins, near a cluster of suspicious samples
/// [first, last]: each of the two, as it fits the samples of [before_from, first) and (last, after_to) next
/// to it, explains what it covers. Either nothing stands between the two, or `inserted` samples, or up to
/// `doubt` more or fewer, that neither explains; or, where both leave much, what neither explains from the
/// first sample on to the last.
Gap gap_at(const EventStretch& s, const Clock& early, const Clock& late, std::ptrdiff_t before_from,
           std::ptrdiff_t first, std::ptrdiff_t last, std::ptrdiff_t after_to, std::ptrdiff_t inserted,
           std::ptrdiff_t doubt);

}  // namespace fourpole
