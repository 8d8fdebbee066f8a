// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/compare/reading_difference.hpp"
#include "rig/compare/reading_pairs.hpp"
#include "rig/report/screen.hpp"
#include "rig/report/stored_record.hpp"

#include <string>
#include <vector>

namespace fourpole {

/// B - A of two records, as `compare A.json B.json` writes it.
struct ComparisonRecord {
    StoredRecord a, b;  ///< their readings are not written again
    bool same_calibration = false;
    std::vector<std::string> notes;  ///< a sentence each
    std::vector<ReadingDifference> differences;
    std::vector<UnlikePair> unlike;  ///< left out because the operator said so
    Readings only_a, only_b;
};

/// "crosstalk left → right: unit dB in A, dBV in B".
std::string sentence(const UnlikePair& pair);

/// JSON text, kind "comparison". Each entry of `readings` has the name of its quantity, `value`, `phase_deg`,
/// `u` and `state` of B - A, the interval's ends `low` and `high`, `z`, and what A and B said (`a`, `b`).
std::string to_json(const ComparisonRecord& record);

/// One row a quantity; of a curve the place nearest to 1 kHz, and the one that is farthest off.
std::string summary(const ComparisonRecord& record, const Screen& screen);

}  // namespace fourpole
