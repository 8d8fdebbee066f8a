// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/report/record.hpp"

#include <string>
#include <vector>

namespace fourpole {

// What a reader must not miss: said first, in the terminal and on the page alike.

/// The limits with the failed ones first, then the untested, then the rest; else as they stand.
std::vector<RunRecord::LimitResult> limits_worst_first(const RunRecord& run);
std::size_t failed_limits(const RunRecord& run);

/// Measures alike with another arm though it should not: nothing in it is surely this arm's.
bool perhaps_another_arm(const RunRecord& run, const std::string& arm);

/// The arm measures as another circuit than predicted: its wiring's words differ from the
/// prediction's, or a diagnosis names it. A diagnosis that names no arm counts for all.
bool wired_otherwise(const RunRecord& run, const std::string& arm);

/// All that is wrong in one line, "" where nothing is:
/// "1 limit failed; model violated in arm B; wired otherwise than predicted: arm A".
std::string headline(const RunRecord& run);

/// Why a stopped run is one: "STOPPED: takes A-3, B-2 are missing". The most takes of one arm
/// stand for what was ordered; where all arms have as many, their number is said.
std::string stopped_text(const RunRecord& run);

/// One sentence of what is wrong or worth knowing, with its weight.
struct Remark {
    enum class Weight { not_valid, diagnosis, model_violated, note };
    Weight weight = Weight::note;
    std::string text;
};
/// The reasons and the violated models, heaviest first. In an invalid run what only valid takes say is a
/// note.
std::vector<Remark> remarks(const RunRecord& run);

/// The smallest number of valid takes in the verdict's arms.
std::size_t takes_behind(const RunRecord& run, const Verdict& verdict);

}  // namespace fourpole
