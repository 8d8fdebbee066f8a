// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/profile/profile.hpp"
#include "rig/verdict/judge.hpp"
#include "rig/verdict/verdict.hpp"

#include <string>
#include <vector>

namespace fourpole {

/// Why the judge answered as it did, in plain English with every number behind it.
std::string difference_sentence(const Claim& claim, const Verdict& verdict, const ArmTakes& a,
                                const ArmTakes& b);
std::string words_sentence(const Claim& claim, const ArmTakes& arm, const std::vector<std::string>& words);

/// The same in under 60 columns where the words allow.
std::string difference_brief(const Verdict& verdict);
std::string words_brief(const std::vector<std::string>& words);

/// What is missing, for a verdict of not_measured.
std::string missing_sentence(const Claim& claim, const ArmTakes& arm);

/// Two levels re one reference differ by decibels: "dB" for "dBV", every other unit as it is.
std::string unit_of_difference(const std::string& unit);

/// "A (MD-DR7 with 4 poles)"
std::string called(const ArmTakes& arm);

}  // namespace fourpole
