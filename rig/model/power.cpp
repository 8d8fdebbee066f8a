// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/model/power.hpp"

#include <algorithm>
#include <cassert>

namespace fourpole {

std::optional<MaxPower> max_power(const CircuitAt& at, double emf_v, Side side, Driven driven,
                                  const DriveLimits& limits) {
    assert(emf_v > 0.0);
    const bool both = driven == Driven::both;
    const auto sum = [&](const PerSide<PerSide<Complex>>& of, Side driver) {
        return ((both ? of[other(driver)][driver] : Complex{}) + of[driver][driver]) / emf_v;
    };
    const Complex v = sum(at.voltage, side), i = sum(at.current, side);
    const double ampere = both ? std::max(std::abs(i), std::abs(sum(at.current, other(side)))) : std::abs(i);
    std::optional<MaxPower> out;
    if (limits.emf_v) out = MaxPower{0.0, *limits.emf_v, LimitedBy::voltage};
    if (limits.output_a && ampere > 0.0 && (!out || *limits.output_a < out->emf_v * ampere))
        out = MaxPower{0.0, *limits.output_a / ampere, LimitedBy::current};
    if (out) out->watt = 0.5 * out->emf_v * out->emf_v * (v * std::conj(i)).real();
    return out;
}

}  // namespace fourpole
