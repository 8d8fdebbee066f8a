// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/model/power.hpp"

#include <algorithm>
#include <cassert>

namespace fourpole {

namespace {

/// What an output delivers beyond a driver's current counts from here: a cable's capacitance takes 1e-3
/// at 40 kHz, a second driver or a load bank of 1 kilohm more.
constexpr double another_load = 0.01;

}  // namespace

std::optional<MaxPower> max_power(const CircuitAt& at, double emf_v, Side side, Driven driven,
                                  const DriveLimits& limits) {
    assert(emf_v > 0.0);
    const bool both = driven == Driven::both;
    const auto sum = [&](const PerSide<PerSide<Complex>>& of, Side driver) {
        return ((both ? of[other(driver)][driver] : Complex{}) + of[driver][driver]) / emf_v;
    };
    const Complex v = sum(at.voltage, side), i = sum(at.current, side);
    const double own = both ? std::max(std::abs(i), std::abs(sum(at.current, other(side)))) : std::abs(i);
    double most = 0.0;
    for (std::size_t o = 0; o < at.output[side].size(); ++o) {
        const Complex there = at.output[side][o] + (both ? at.output[other(side)][o] : Complex{});
        most = std::max(most, std::abs(there) / emf_v);
    }
    const double ampere = most > (1.0 + another_load) * own ? most : own;
    std::optional<MaxPower> out;
    if (limits.emf_v) out = MaxPower{0.0, *limits.emf_v, LimitedBy::voltage};
    if (limits.output_a && ampere > 0.0 && (!out || *limits.output_a < out->emf_v * ampere))
        out = MaxPower{0.0, *limits.output_a / ampere, LimitedBy::current};
    if (out) out->watt = 0.5 * out->emf_v * out->emf_v * (v * std::conj(i)).real();
    return out;
}

}  // namespace fourpole
