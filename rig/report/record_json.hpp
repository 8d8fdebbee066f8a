// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/json/json.hpp"
#include "rig/report/record.hpp"

namespace fourpole {

/// A take's facts without its readings.
Json facts_of(const TakeRecord& take);

/// A prediction's readings, each with its band as arrays (or numbers) `low` and `high`.
Json readings_of(const ArmPrediction& prediction);
/// What a prediction was made from: kind, id and sha256 of each file, and the arm where it has one.
Json origins_of(const ArmPrediction& prediction);

Json json_of(const Beside& beside);
Json json_of(const Verdict& verdict);

}  // namespace fourpole
