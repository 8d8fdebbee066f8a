// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/model/fault_hypotheses.hpp"
#include "rig/model/measured_wiring.hpp"
#include "rig/result.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace fourpole {

/// How well one hypothesis explains a measured matrix.
struct RankedFault {
    std::size_t hypothesis = 0;   ///< place in the hypotheses that were given
    double log_likelihood = 0.0;  ///< natural, the common gain integrated out
    double log_odds = 0.0;        ///< of the best against this one, natural; 0 for the best
    double gain = 1.0;            ///< common gain at the best fit, measured / predicted
    double chi_square = 0.0;      ///< at that gain, 7 degrees of freedom
};

struct FaultRanking {
    std::vector<RankedFault> ranked;  ///< the likeliest first
    /// How many of them this measurement does not tell apart: odds of the first against each are
    /// below `told_apart`.
    std::size_t untold = 1;
    /// The best one fits: chi-square below the 99.9 % point of 7 degrees of freedom.
    bool explained = false;

    static constexpr double told_apart = 100.0;
};

/// Ranks hypotheses by the likelihood of the measured coefficients m (8 real numbers):
///
///     m = g h + error,   error ~ N(0, U + g^2 (S + p^2 J (S + h h') J' + d^2 h_max^2 I))
///
/// h, S   the hypothesis' coefficients and their covariance over units
/// U      diagonal, the measurement's variances, half of a complex error's power each
/// g > 0  the common gain, unknown: integrated over ln g, flat over +-60 dB around 1
/// p      common phase, standard deviation 0.1 rad: what is left of the delay at 1 kHz (J h = i h)
/// d      1e-4: what the circuit does not model (fixture, taps), -80 dB of the loudest h
///
/// Hypotheses are equally likely beforehand; the sort is stable, so that equals keep their order
/// ("as wired" before a fault that nobody could hear).
/// Accuracy: where gain is known to better than 1/3 neper by the fit (any signal 10 dB over its
/// noise) Laplace's formula, elsewhere a sum over 0.05 neper steps: ln likelihood within 0.1.
/// Faults bad_input: an uncertainty is unknown, or nothing was measured at all (all zero).
Result<FaultRanking> rank_faults(std::span<const FaultHypothesis> hypotheses,
                                 const UncertainMatrix& measured);

/// "open return: the left driver's return wire is open (2000 times likelier than the next: ...)".
/// One sentence without a full stop; says so where several fit alike, or none does.
std::string ranking_in_words(std::span<const FaultHypothesis> hypotheses, const FaultRanking& ranking);

}  // namespace fourpole
