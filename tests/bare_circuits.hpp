// SPDX-License-Identifier: GPL-3.0-or-later
// Circuits in which only stage and drivers count, so that every figure follows by hand.
#pragma once

#include "rig/model/model.hpp"
#include "tests/catch.hpp"

#include <array>

namespace fourpole {

inline Figure figure(double value, double tolerance = 0.0) {
    Figure f;
    f.value = value;
    f.tolerance = tolerance;
    return f;
}

/// Plug, cable and contacts of 0 ohm: only stage and drivers count.
inline Circuit three_pole(double driver_ohm) {
    Circuit c;
    c.name = "three pole";
    c.plug = {"trs", "", {{"T", "L+"}, {"R1", "R+"}, {"S", "C"}}};
    c.jack = {"3-contact", "", {{"T", "aL"}, {"R1", "aR"}, {"S", "G"}}};
    for (const Side s : sides) c.drivers[s].coil_resistance_ohm = figure(driver_ohm);
    return c;
}

inline Circuit bridged(double driver_ohm) {
    Circuit c = three_pole(driver_ohm);
    c.stage.kind = OutputStage::Kind::btl;
    c.cable.kind = Cable::Kind::separate_returns;
    c.plug = {"trrs", "", {{"T", "L+"}, {"R1", "R+"}, {"R2", "R-"}, {"S", "L-"}}};
    c.jack = {"4-contact", "", {{"T", "aL"}, {"R1", "aR"}, {"R2", "aR-"}, {"S", "aL-"}}};
    return c;
}

inline CircuitAt at_1khz(const Circuit& c) {
    const auto solved = solve(c, std::array{1000.0});
    REQUIRE(solved.has_value());
    return solved->front();
}

}  // namespace fourpole
