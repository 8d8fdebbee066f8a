// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/model/model.hpp"

#include <array>
#include <span>
#include <string>
#include <vector>

namespace fourpole {

/// The four complex coefficients of a 2x2 matrix as eight real numbers: driver by driver, channel
/// by channel, real part before imaginary part.
inline constexpr std::size_t coefficient_count = 8;
using Coefficients = std::array<double, coefficient_count>;
Coefficients coefficients_of(const DriverMatrix& matrix);

/// One thing that may be wrong (or nothing), and what the drivers would hear if it were.
struct FaultHypothesis {
    std::string kind;  ///< "as wired", "pole swap", "open return", "mono bridge" ...
    std::string what;  ///< for the person at the bench: "tip and ring 2 are exchanged in the plug"
    DriverMatrix matrix;
    std::string outcome;               ///< wiring_outcome of the nominal circuit
    std::vector<std::string> hazards;  ///< outputs that would be shorted

    /// Covariance of the coefficients over the units that the tolerances describe, (V per V)^2.
    std::array<Coefficients, coefficient_count> covariance{};
};

/// Other plugs and jacks that may be there instead of the ones the profiles name.
struct OtherConnectors {
    std::span<const Plug> plugs;
    std::span<const Jack> jacks;
};

/// Every fault we have words for, made from `circuit`, solved at `frequency_hz`; "as wired" first.
///
///   pole swap           two segments of the plug carry each other's leads (every pair)
///   side swap           left and right exchanged at the plug, or at the taps
///   inverted side       the ends of one driver, or of both, exchanged
///   open return         a return wire or the common return broken
///   open signal         a signal wire broken
///   missing contact     a spring that touches nothing
///   shorted return, mono bridge, shorted side    two segments joined inside the plug (every pair)
///   partly inserted     every spring one segment, or half a one, nearer the tip or the sleeve
///   misplaced contact   one spring on a neighbouring segment, or bridging it with its own
///   wrong plug          another plug; a spring of ground on its sleeve, ring, both or none
///   wrong jack          another jack that the output stage can feed
///   dead side           a channel of the player, a tap, or a driver's coil
///
/// What cannot be built (a BTL jack on a single-ended stage) is left out, never an error.
/// Nominal matrices have solve()'s accuracy. Covariances take every figure with a tolerance alone,
/// one standard deviation up and down, slope and bend; figures count as independent of each other
/// (a common factor of both sides is the common gain's anyway). Zero without tolerances.
/// Fault bad_input: the circuit itself cannot be solved.
Result<std::vector<FaultHypothesis>> fault_hypotheses(const Circuit& circuit, double frequency_hz,
                                                      const OtherConnectors& others = {});

}  // namespace fourpole
