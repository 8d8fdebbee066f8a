// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/profile/profile.hpp"
#include "rig/result.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace fourpole {

/// One figure of a circuit under the name that its JSON has: "contacts.tip_ohm",
/// "driver_left.resonances.0.mechanical_q" (the left driver of an earphone whose profile gives
/// one `driver` for both as well: two units are two things).
struct Element {
    std::string name, words;  ///< "tip contact"
    std::string unit;         ///< "ohm", "F", "H", "Hz", "" (a ratio)
    /// What becomes of it where every impedance is multiplied by k: value k^impedance_power.
    int impedance_power = 0;
    bool either_sign = false;
    Figure* figure = nullptr;
};

/// Every element of the circuit that its kind of stage and cable has, in the order of
/// for_each_figure(). The pointers live as long as `circuit` is neither moved nor changed in
/// shape.
std::vector<Element> elements_of(Circuit& circuit);

/// Which names a word of --free or --fix means: the name itself, a block ("cable",
/// "driver_left"), or whole parts of it ("coil_resistance_ohm" = both drivers'; "driver" = both).
bool means(std::string_view word, std::string_view name);

/// Standard uncertainty that a profile's tolerance stands for, relative to the value:
///     uniform tolerance / sqrt 3, normal tolerance / 2, log-normal ln(1 + tolerance) / 1.96
double relative_u_of(const Figure& figure);

}  // namespace fourpole
