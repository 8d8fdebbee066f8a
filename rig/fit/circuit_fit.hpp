// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/fit/least_squares.hpp"
#include "rig/fit/observed.hpp"
#include "rig/profile/profile.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace fourpole {

/// What to find out, and from where to start.
struct FitOrder {
    Circuit circuit;                 ///< start values, and the values of what is not free
    std::vector<std::string> free;   ///< names (see means()); empty: every figure with a tolerance
    std::vector<std::string> fixed;  ///< names that stay as the profile says
    bool use_priors = false;         ///< tolerances count as data
    std::function<bool(int iteration)> go_on;
};

/// One thing that the fit was free to change.
struct Unknown {
    std::string name, words, unit;
    double start = 0.0, value = 0.0, u = 0.0;
    bool known = false;  ///< u is below half of the value: else nobody should read `value`
    bool seen = true;    ///< false: even with all others fixed the data would not tell it
    int impedance_power = 0;
    bool of_bench = false;  ///< a gain, a delay: of the measurement, not of the circuit
};

/// Several unknowns of which only a combination is determined: sum_k coefficient_k value_k.
struct Combination {
    struct Term {
        std::size_t unknown;  ///< index into CircuitFit::unknowns
        double coefficient;
    };
    std::vector<Term> terms;
    double value = 0.0, u = 0.0;
    std::string unit;
};

/// What a record says about a circuit.
struct CircuitFit {
    Circuit circuit;  ///< with the fitted values in place
    std::vector<Unknown> unknowns;
    LeastSquares numbers;  ///< in the order of `unknowns`
    std::vector<Combination> combinations;
    /// Set where only ratios of impedances are determined: this one was left at its profile's
    /// value, and every ohm, henry and 1/farad is in proportion to it.
    std::string reference;
    double reference_value = 0.0;
    std::size_t complex_points = 0, residuals = 0;
    std::size_t bounds_broken = 0;  ///< at_most points that the fitted model exceeds
    double low = 0.0, high = 0.0;   ///< 99 % band of chi-square; both 0 where dof is 0
    bool has_band() const { return numbers.dof > 0; }
    /// Chi-square above its band: the model does not explain the data.
    bool violated() const { return has_band() && numbers.chi_square > high; }
    bool too_good() const { return has_band() && numbers.chi_square < low; }
};

/// Least squares over the free figures of a circuit and what the bench adds:
///     gain.left, gain.right   of each captured side; free, unless the record is calibrated: then
///                             1 with the calibration's own uncertainty as prior
///     delay_s                 left over after alignment: phase -2 pi f delay; free
///     interface.crosstalk     real share of the other side in each captured one; free where
///                             the record holds crosstalk, start 0; where the record says how large
///                             it is at most, half of that is its prior, and a second one stands
///                             beside it: interface.crosstalk_capacitive, at 20 kHz
/// Model: solve() and impedance() of rig/model. Transfers in volts are V rms per full scale,
/// with stage.emf_v (peak) of the order's circuit.
/// Fault bad_input: a name that fits nothing (with the nearest), nothing free, a start of 0.
Result<CircuitFit> fit_circuit(const FitOrder& order, const Observed& observed);

}  // namespace fourpole
