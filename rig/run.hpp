// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/bench/audio_port.hpp"
#include "rig/flow/conclude.hpp"
#include "rig/profile/profile.hpp"
#include "rig/report/record.hpp"
#include "rig/result.hpp"

#include <filesystem>
#include <functional>
#include <string>

namespace fourpole {

/// What the main job is told besides the session.
struct RunOrder {
    std::filesystem::path folder;  ///< where takes, predictions, record and report go
    RunFacts facts;
    bool resume = false;  ///< takes that are already in the folder are not played again
};

/// Tells how far it is (0..1 and what is being done); false stops at the next safe point.
using RunProgress = std::function<bool(double fraction, const std::string& step)>;

/// THE FLOW: predict, measure every arm, compare, judge. Everything the record rests on is on
/// disk before it: predictions before the first take, each take before its figures.
///
/// Faults: unsafe (a plug would short an output: nothing is played), bench_trouble, stopped
/// (what was taken is kept, `resume` goes on from there), bad_input (the folder).
/// An invalid take is no fault: the record says why, and no verdict rests on it.
Result<RunRecord> run(const Session& session, AudioPort& bench, const RunOrder& order,
                      const RunProgress& progress);

/// The record of an earlier run, worked out again from its stored session, predictions and
/// takes: bit for bit the same while the program is the same.
Result<RunRecord> run_again(const std::filesystem::path& folder, const RunProgress& progress);

}  // namespace fourpole
