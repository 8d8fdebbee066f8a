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
#include <vector>

namespace fourpole {

/// The order in which takes are made: every arm once, then every arm again in reverse
/// (A B C, C B A ...), so that a drift of the bench falls on all arms alike.
std::vector<TakeRequest> take_order(const Session& session);

/// Plays, stores and measures every take of the session; a take that is stored already is not
/// played again. The facts of a take that is made now name the prediction of its arm, which
/// must be on disk; one that a bench replays keeps the name that it was made under. While one take is
/// measured the next one plays. `progress` gets 0..1 over the whole and the step's name; false stops (Fault
/// stopped).
Result<std::vector<TakeRecord>> take_all(const Session& session, AudioPort& bench,
                                         const std::filesystem::path& folder, const RunFacts& facts,
                                         const std::vector<ArmPrediction>& predictions,
                                         const std::function<bool(double, const std::string&)>& progress);

}  // namespace fourpole
