// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/align/markers.hpp"
#include "rig/stimulus/evaluate.hpp"

#include <optional>
#include <string>
#include <vector>

namespace fourpole {

/// The player's clock against the converter's, with standard uncertainties.
struct ClockEstimate {
    Clock clock;                  ///< ppm is 0 where it could not be measured
    std::optional<double> u_ppm;  ///< nullopt: not measured
    double u_start = 0.0;         ///< samples
    std::string from;             ///< "chirps", "sweeps", "same clock", "nothing: ..."
};

/// Delay between two stretches of one capture that hold the same event, from the phase of
/// their cross-spectrum (maximum likelihood for white noise; the device's own response is in
/// both and cancels).
///
///     tau = arg max Re sum_k Y_b[k] conj(Y_a[k]) e^(j w_k tau),  w from f_low to f_high
///     u(tau)^2 = sigma^2 (I + sigma^2 / 2 sum w^2) / I^2, I = sum w^2 |S|^2 of what both have in common,
///     sigma^2 from what the best delay leaves over
///
/// `at_a`, `at_b`: integer samples; returns samples to add to (at_b - at_a).
struct DelayEstimate {
    double samples = 0.0;
    double u = 0.0;
};
DelayEstimate delay_between(const Recording& recording, std::ptrdiff_t at_a, std::ptrdiff_t at_b,
                            std::size_t frames, double low_hz, double high_hz);

/// Clock from identical chirps with time between them; else only the start, from whatever
/// marker there is (`u_ppm` stays unknown).
/// Accuracy: within 1.5 of the Cramer-Rao bound for chirps; 2 chirps of 0.15 s 6.2 s apart at
/// -70 dBFS of noise: 1e-4 ppm.
std::optional<ClockEstimate> estimate_clock(const Recording& recording, const Programme& programme,
                                            const std::vector<MarkerGroup>& groups,
                                            const std::vector<std::vector<Arrival>>& arrivals);

}  // namespace fourpole
