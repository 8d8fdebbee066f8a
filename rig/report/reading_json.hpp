// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/json/json.hpp"
#include "rig/reading.hpp"

#include <optional>
#include <vector>

namespace fourpole {

/// A finite number, or null. NaN and infinity are our own bugs: asserted, and null in release.
Json finite(std::optional<double> number);
Json finite(const std::vector<double>& numbers);
Json finite(const std::vector<std::optional<double>>& numbers);

/// One entry of a record's `readings`: a scalar as keys, a curve as arrays over its axis.
/// What a reading does not have (a side, an order, phases) has no key; an unknown figure is
/// null. `state` is one word where all points agree. Details are keys of their own, complex
/// numbers as {"re", "im"}.
Json json_of(const Reading& reading);

/// The head of every record: schema, kind, program.
Json record_head(const char* kind);

}  // namespace fourpole
