// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/reading.hpp"

#include <cstddef>
#include <optional>
#include <string>

namespace fourpole {

// Numbers for people. Nothing here depends on the locale.

/// Decimals that show two digits of the uncertainty, 1 to 6; 2 where it is unknown.
int decimals_for(std::optional<double> u);

/// Fixed decimals, never "-0.00".
std::string fixed(double value, int decimals);

/// A standard uncertainty: two digits of it, "0.012", "3.1e-09".
std::string uncertainty_text(double u);

/// "1 take", "3 takes", "2 diagnoses".
std::string counted(std::size_t count, const std::string& thing);

/// "-40.12", "at most -80.1", "not measured": value and state, without the unit.
std::string value_text(const Point& point);
/// The same with the unit.
std::string value_text(const Point& point, const std::string& unit);

/// The same in `width` columns at most, if one decimal does it: "at most -133.9 dB".
std::string fitting_value(const Point& point, const std::string& unit, int width);

/// "100 Hz", "1 kHz", "12.5 kHz"; `digits` significant ones.
std::string hertz_text(double hz, int digits = 3);

/// "crosstalk left → right", "response left", "harmonic 3 right".
std::string quantity_text(const Reading& reading);

}  // namespace fourpole
