// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/model/model.hpp"

#include <optional>
#include <string_view>

namespace fourpole {

/// How far a stage can be driven before its sine bends. What is not known does not limit.
struct DriveLimits {
    std::optional<double> emf_v;     ///< peak, between the two ends of one side (bridged: twice an output's)
    std::optional<double> output_a;  ///< peak, of each output
};

enum class LimitedBy { voltage, current };
constexpr std::string_view name(LimitedBy l) { return l == LimitedBy::voltage ? "voltage" : "current"; }

/// One side alone, or both with the same EMF in phase: they meet in a shared ground.
enum class Driven { one, both };

/// The largest undistorted power into one driver.
struct MaxPower {
    double watt = 0.0;   ///< mean over a period of a sine; below 0 where the wiring feeds power back
    double emf_v = 0.0;  ///< peak EMF that it takes
    LimitedBy limited_by = LimitedBy::voltage;
};

/// With v, i the driver's voltage and current per volt of EMF (sum over the driven sides):
///
///     E = min(emf limit, output limit / |i|),   P = E^2 / 2 Re(v conj i)
///
/// Both driven, E ends where the first of the two outputs is at its limit. |i| is the driver's current, or
/// that of the output that delivers most where it is 1 % larger: a load bank beside the earphone, a
/// mono jack, whatever else an output feeds. What flows into an output counts like what it delivers.
/// @param at    the circuit solved for an EMF of `emf_v` volts
/// @return      nothing where no limit is known, or where none can be reached (no current flows)
/// Accuracy:    that of solve(), about 1e-12 of the value
/// Source:      truth kit, rigs/power.json
std::optional<MaxPower> max_power(const CircuitAt& at, double emf_v, Side side, Driven driven,
                                  const DriveLimits& limits);

}  // namespace fourpole
