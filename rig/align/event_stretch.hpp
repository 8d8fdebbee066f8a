// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/programme.hpp"
#include "rig/signal.hpp"
#include "rig/stimulus/evaluate.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace fourpole {

/// The stretch [from, to) of the capture in which one event plays, and the side that hears it
/// best. Without the event's onset and fade-out, which have a kink of their own, and without
/// what lies above 0.42 of the capture's rate, where its converter's filter begins.
struct EventStretch {
    const Event* event;
    std::ptrdiff_t from, to;
    std::span<const double> y;
};
std::optional<EventStretch> stretch_of(const Recording& recording, const Event& event, const Clock& clock);

/// Sum of squares of y[from, to).
double energy(std::span<const double> y, std::ptrdiff_t from, std::ptrdiff_t to);

// What the samples say of themselves, whatever the closed form is: around sample n a sine
// satisfies y[n+1] - c y[n] + y[n-1] = 0 with c = 2 cos(w) fitted on both sides of n.

/// First and last suspicious sample of each cluster, as capture indexes: the recurrence fails by 12
/// times its local median and by 4 `least_step`, and by twice what the event's own edges and pace leave
/// there.
std::vector<std::pair<std::ptrdiff_t, std::ptrdiff_t>> suspects(const EventStretch& s, const Clock& clock,
                                                                double least_step);

/// Where within 64 samples of `at` the recurrence fails most, if by more than 2 % of the peak there, over
/// three.
std::optional<std::ptrdiff_t> disturbance(const EventStretch& s, std::ptrdiff_t at);

/// Share of the wave in [from, to) that is no sine of one frequency: 0 for a sine, 1 for noise.
double noisiness(std::span<const double> y, std::ptrdiff_t from, std::ptrdiff_t to);

}  // namespace fourpole
