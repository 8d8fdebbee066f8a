// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/fit/circuit_fit.hpp"
#include "rig/json/json.hpp"

#include <string>
#include <vector>

namespace fourpole {

/// Which profiles and program stand behind a fit.
struct FitFacts {
    std::string player, player_sha256, earphone, earphone_sha256;
    std::string program_version, program_revision;
};

/// What cannot be known, and what a reader must not miss about the data, a sentence each.
std::vector<std::string> sentences_of(const CircuitFit& fit, const Observed& observed);

/// fourpole/fit@1: the whole result. An unknown that the data do not tell has null as value and
/// u and the state not_measured; the correlation matrix holds the known ones only.
Json json_of(const CircuitFit& fit, const Observed& observed, const FitFacts& facts);

}  // namespace fourpole
