// SPDX-License-Identifier: GPL-3.0-or-later
// Circuits in which only stage and drivers count, so that every figure follows by hand.
#pragma once

#include "rig/model/model.hpp"
#include "tests/catch.hpp"

#include <array>

namespace fourpole {

inline Figure figure(double value, double tolerance = 0.0, Figure::Spread spread = Figure::Spread::uniform) {
    Figure f;
    f.value = value;
    f.tolerance = tolerance;
    f.spread = spread;
    return f;
}

/// A 3-pole plug in its jack; plug, cable and contacts of 0 ohm.
inline Circuit three_pole(double driver_ohm) {
    Circuit c;
    c.name = "three pole";
    c.plug = {"trs", "", {{"T", "L+"}, {"R1", "R+"}, {"S", "C"}}};
    c.jack = {"3-contact", "", {{"T", "aL"}, {"R1", "aR"}, {"S", "G"}}};
    for (const Side s : sides) c.drivers[s].coil_resistance_ohm = figure(driver_ohm);
    return c;
}

/// A 4-pole plug in a bridged player's jack.
inline Circuit bridged(double driver_ohm) {
    Circuit c = three_pole(driver_ohm);
    c.name = "bridged";
    c.stage.kind = OutputStage::Kind::btl;
    c.cable.kind = Cable::Kind::separate_returns;
    c.plug = {"trrs", "", {{"T", "L+"}, {"R1", "R+"}, {"R2", "R-"}, {"S", "L-"}}};
    c.jack = {"4-contact", "", {{"T", "aL"}, {"R1", "aR"}, {"R2", "aR-"}, {"S", "aL-"}}};
    return c;
}

/// A 4-pole plug whose returns meet in the ground behind the jack.
inline Circuit grounded(double driver_ohm) {
    Circuit c = bridged(driver_ohm);
    c.name = "grounded";
    c.stage.kind = OutputStage::Kind::single_ended;
    c.jack.springs = {{"T", "aL"}, {"R1", "aR"}, {"R2", "G"}, {"S", "G"}};
    return c;
}

inline CircuitAt solved_at(const Circuit& c, double frequency_hz) {
    const auto solved = solve(c, std::array{frequency_hz});
    if (!solved) FAIL(solved.error().what);
    return solved->front();
}

}  // namespace fourpole
