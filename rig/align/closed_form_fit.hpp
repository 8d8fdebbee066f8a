// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/align/event_stretch.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>

namespace fourpole {

/// y[from, to) of a stretch as its event's closed form at a clock, turned and scaled: least squares on both
/// its quadratures.
struct Fit {
    double phase = 0.0;      ///< radians
    double left_over = 0.0;  ///< sum of squares that it does not explain
    double energy = 0.0;
    double along = 0.0, across = 0.0;  ///< of the closed form and of its quadrature

    /// Of the phase, radians, if all that is left over turned it (hum may; white noise turns it less).
    double u_phase() const { return std::sqrt(left_over / std::max(energy - left_over, 1e-300)); }
};
Fit fit(const EventStretch& s, const Clock& clock, std::ptrdiff_t from, std::ptrdiff_t to);

/// Delay of y[from, to) against the closed form, samples; nullopt where the stretch is too short.
struct Delay {
    double samples = 0.0;
    bool sure = false;  ///< no other delay fits nearly as well
};

/// The farthest that a delay is looked for, either way, samples.
inline constexpr std::ptrdiff_t most_delay = 6144;

/// By the envelope over both quadratures of a matched filter that every frequency passes alike: blind to
/// what a device turns, and to what stands beside the stretch.
std::optional<Delay> delay_of(const EventStretch& s, const Clock& clock, std::ptrdiff_t from,
                              std::ptrdiff_t to);

/// The clock of a player that began `samples` of the capture later.
Clock later(Clock clock, double samples);

/// The clock at which the closed form has the frequency that samples [from, to) have.
Clock in_tune(const EventStretch& s, Clock clock, std::ptrdiff_t from, std::ptrdiff_t to);

}  // namespace fourpole
