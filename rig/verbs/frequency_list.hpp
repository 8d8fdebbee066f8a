// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/result.hpp"

#include <string>
#include <vector>

namespace fourpole {

/// 1/12 octave from 20 Hz to 20 kHz, with 1 kHz and 20 kHz themselves.
std::vector<double> default_grid();

/// One frequency in Hz a line; empty lines and lines that begin with # are passed over.
/// Fault bad_input: every line that is none, none at all, or more than 10,000.
Result<std::vector<double>> read_frequencies(const std::string& file);

}  // namespace fourpole
