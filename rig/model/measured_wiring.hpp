// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/model/model.hpp"

#include <optional>
#include <string>
#include <vector>

namespace fourpole {

/// A 2x2 matrix as it was measured, [driver][channel], at one frequency. Only ratios of its
/// coefficients count: a common gain is not known.
struct UncertainMatrix {
    DriverMatrix matrix;
    /// Standard uncertainty of the real part of each coefficient, and of its imaginary part, in the
    /// matrix' own unit; nullopt: unknown.
    PerSide<PerSide<std::optional<double>>> u;
    double frequency_hz = 1000.0;

    bool has_all_u() const;
};

/// The point of a curve whose place is nearest to a frequency, in hertz; nullptr: none has a place.
const Point* nearest_point(const Reading& curve, double frequency_hz);

/// The matrix in a take's readings: coefficients of `wiring`, uncertainties of the `transfer`
/// curves at the frequency nearest to it. A transfer that is only a bound gives a third of the
/// bound, the noise that the bound was made from. nullopt: the readings have no wiring matrix.
std::optional<UncertainMatrix> measured_matrix(const Readings& readings);

/// What a measured matrix says in the words of wiring_outcome(), and how sure that is.
struct MeasuredWords {
    struct Candidate {
        std::string outcome;
        double probability = 0.0;
    };
    std::vector<Candidate> candidates;  ///< the likeliest first; each above `least_probability`
    /// One outcome has at least `decided_from` of the probability. nullopt: u is not known, and the
    /// only candidate is what the coefficients say as they stand.
    std::optional<bool> decided;
    /// "stereo", or "between "stereo" and "mixture: ..."".
    std::string words;

    static constexpr double decided_from = 0.95;
    static constexpr double least_probability = 0.01;
};

/// Probability of each outcome, for independent normal errors of standard deviation u around the
/// coefficients (flat prior), by 4096 draws that are the same in every call. The matrix is scaled
/// to a largest coefficient of 1: "silent" is below a thousandth of the loudest.
/// Accuracy of a probability p: sqrt(p (1 - p) / 4096), 0.4 % at 0.95.
MeasuredWords words_with_doubt(const UncertainMatrix& measured);

}  // namespace fourpole
