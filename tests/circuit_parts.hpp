// SPDX-License-Identifier: GPL-3.0-or-later
// Circuits for tests: everything of 0 ohm but the drivers, to be filled in.
#pragma once

#include "rig/model/model.hpp"
#include "tests/catch.hpp"

#include <array>

namespace fourpole {

inline Figure exactly(double value) {
    Figure f;
    f.value = value;
    return f;
}

/// A 3-pole plug in its jack.
inline Circuit three_pole_circuit(double driver_ohm) {
    Circuit c;
    c.name = "three pole";
    c.plug = {"trs", "", {{"T", "L+"}, {"R1", "R+"}, {"S", "C"}}};
    c.jack = {"3-contact", "", {{"T", "aL"}, {"R1", "aR"}, {"S", "G"}}};
    for (const Side s : sides) c.drivers[s].coil_resistance_ohm = exactly(driver_ohm);
    return c;
}

/// A 4-pole plug in a bridged player's jack.
inline Circuit bridged_circuit(double driver_ohm) {
    Circuit c = three_pole_circuit(driver_ohm);
    c.name = "bridged";
    c.stage.kind = OutputStage::Kind::btl;
    c.cable.kind = Cable::Kind::separate_returns;
    c.plug = {"trrs", "", {{"T", "L+"}, {"R1", "R+"}, {"R2", "R-"}, {"S", "L-"}}};
    c.jack = {"4-contact", "", {{"T", "aL"}, {"R1", "aR"}, {"R2", "aR-"}, {"S", "aL-"}}};
    return c;
}

/// A 4-pole plug whose returns meet in the ground behind the jack.
inline Circuit grounded_circuit(double driver_ohm) {
    Circuit c = bridged_circuit(driver_ohm);
    c.name = "grounded";
    c.stage.kind = OutputStage::Kind::single_ended;
    c.jack.springs = {{"T", "aL"}, {"R1", "aR"}, {"R2", "G"}, {"S", "G"}};
    return c;
}

inline CircuitAt solved_at(const Circuit& c, double frequency_hz) {
    const auto solved = solve(c, std::array{frequency_hz});
    if (!solved) FAIL(solved.error().what);
    return (*solved)[0];
}

}  // namespace fourpole
