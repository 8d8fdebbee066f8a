// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/compare/consistency.hpp"
#include "rig/reading.hpp"

#include <optional>
#include <string>
#include <vector>

namespace fourpole {

/// One quantity of one arm over repeated takes: per point the mean, the standard
/// uncertainty of the mean (scatter of the repeats and the readings' own u) and the count.
struct Repeated {
    Reading mean;                ///< u = combined standard uncertainty of the mean
    std::vector<Reading> takes;  ///< the same reading of each take
    std::vector<int> counts;     ///< takes behind each point of `mean`
};

/// Means over takes of one arm. A figure is paired with the figure of the same quantity and
/// definition in the other takes; curve points by their place on the axis (1e-9 relative);
/// the places are those of the first take that has the curve.
///
///     value = mean of the takes' values (dB are averaged as dB), phase = angle of the mean
///             of the unit vectors
///     u^2   = S^2 + max(t^2 s^2 / n, R^2 / n)
///
/// s is the scatter of the n values, t = t_975(n - 1) / 1.960 widens it so that k = 1.96 still
/// covers 95 % after few takes. S is what repeating does not average: the detail
/// "systematic_u" (in the reading's unit) where the analysis knows it, else the takes' whole u
/// (root mean square). R is the rest of u, so that a lucky small scatter cannot undercut it.
/// A u that is unknown in one take leaves the mean's unknown.
///
/// State: exact when all are; any at_most makes the mean at_most the largest value, any
/// at_least at_least the smallest, both together not_measured. Points not measured in a take
/// are left out and counted (details "takes", "dropped_points"). Details that differ between
/// takes: numbers are averaged, words become a list, the rest is left to the takes.
std::vector<Repeated> over_repeats(const std::vector<Readings>& takes);

/// A measured reading beside its prediction.
struct Beside {
    std::string arm;
    Reading measured;
    Reading predicted;
    std::vector<double> low, high;         ///< predicted 95 % band, per measured point
    std::vector<std::optional<double>> z;  ///< (measured - predicted) / sqrt(u_m^2 + u_p^2), see beside.hpp
    std::optional<double> inside;          ///< fraction of exact points inside the band
    /// Of the curve as a whole, with the full covariance; nullopt where the prediction has none.
    std::optional<Consistency> consistency;
    std::string state;  ///< "model holds" | "model violated" | "not testable"
};

/// A scalar in one arm: band mean or wiring words, with the number of takes behind it.
struct ArmFigure {
    std::optional<double> value;  ///< nullopt: not measured
    double u = 0.0;               ///< standard uncertainty of `value` (of the mean)
    double scatter = 0.0;         ///< standard deviation from take to take
    int takes = 0;
    State state = State::not_measured;
    double bounds = 0.0;  ///< share of the points that are only bounds, 0 to 1
    std::string unit, words;
};

/// A - B with its interval.
struct Difference {
    ArmFigure a, b;
    std::optional<double> value;      ///< in the reading's unit
    double u = 0.0;                   ///< standard uncertainty
    double degrees_of_freedom = 0.0;  ///< Welch-Satterthwaite
    double low = 0.0, high = 0.0;     ///< interval at `confidence`
    double confidence = 0.95;
    State state = State::not_measured;  ///< at_least / at_most where a floor ruled one arm
};

}  // namespace fourpole
