// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/model/propagation.hpp"

#include <cstdint>
#include <optional>

namespace fourpole {

/// Propagation of distributions by the Monte Carlo method.
struct MonteCarloOrder {
    std::uint64_t seed = 1;
    double coverage = 0.95;
    /// Numerical tolerance in the outputs' unit; nullopt = from u with two significant digits
    /// (JCGM 101:2008, 7.9.2: u = c 10^l, tolerance 10^l / 2).
    std::optional<double> tolerance;
    std::size_t most_trials = 10'000'000;
    unsigned threads = 2;  ///< changes nothing but the time
};

/// One output.
struct Distribution {
    double mean = 0.0, u = 0.0;
    double low = 0.0, high = 0.0;                    ///< probabilistically symmetric interval
    double shortest_low = 0.0, shortest_high = 0.0;  ///< the shortest one
    double tolerance = 0.0;                          ///< that was to be reached
    double error = 0.0;  ///< twice the standard deviation of the worst of mean, u, low and high
};
struct MonteCarlo {
    std::vector<Distribution> outputs;
    std::size_t trials = 0;
    bool stable = false;  ///< every error is within its tolerance
};

/// Adaptive procedure of JCGM 101:2008, 7.9: blocks of max(100 / (1 - p), 10,000) trials until,
/// over the blocks, twice the standard deviation of the mean of each of mean, u and both ends
/// of the symmetric interval is within the tolerance for every output; `stable` is false where
/// `most_trials` comes first.
///
/// Mean and u are those of all trials. Where the guide sorts all trials at the end, here an end
/// is the mean over the blocks of the block's end, so that memory does not grow with the trials
/// (8 bytes an output and trial of one block): off by 1e-4 u for a normal. The shortest
/// interval of a block is the shortest of some and hence 0.3 % too short; its place along a flat
/// top is known to some 0.03 u only, however long one draws (a property of the estimate).
///
/// Pseudo-random numbers: Philox4x32-10, key = seed, counter = trial and input. The same seed
/// gives the same bits on any number of threads.
/// Fault bad_input: a coverage outside 0.5 .. 0.999, a tolerance of 0 or less, correlations that
/// no figures can have, a model that gives something not finite.
Result<MonteCarlo> monte_carlo(std::span<const Figure> inputs, const Model& model,
                               const MonteCarloOrder& order = {});
Result<MonteCarlo> monte_carlo(std::span<const Figure> inputs, const Correlation& correlation,
                               const Model& model, const MonteCarloOrder& order = {});

/// Half a unit of the last of two significant digits of u, see MonteCarloOrder.
double numerical_tolerance(double u);

}  // namespace fourpole
