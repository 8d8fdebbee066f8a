// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/reading.hpp"

#include <optional>
#include <string>

namespace fourpole {

// Numbers for people. Nothing here depends on the locale.

/// Decimals that show two digits of the uncertainty, 1 to 6; 2 where it is unknown.
int decimals_for(std::optional<double> u);

/// Fixed decimals, never "-0.00".
std::string fixed(double value, int decimals);

/// "-40.12", "at most -80.1", "not measured": value and state, without the unit.
std::string value_text(const Point& point);
/// The same with the unit.
std::string value_text(const Point& point, const std::string& unit);

/// "100 Hz", "1 kHz", "12.5 kHz"; `digits` significant ones.
std::string hertz_text(double hz, int digits = 3);

/// "crosstalk left → right", "response left", "harmonic 3 right".
std::string quantity_text(const Reading& reading);

}  // namespace fourpole
