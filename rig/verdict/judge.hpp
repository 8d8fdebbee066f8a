// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/compare/comparison.hpp"
#include "rig/profile/profile.hpp"
#include "rig/reading.hpp"
#include "rig/verdict/verdict.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace fourpole {

/// What one arm brought to the judge.
struct ArmTakes {
    std::string arm, label;            ///< "A", "MD-DR7 with 4 poles"
    std::vector<Readings> takes;       ///< of the valid takes only
    std::vector<std::string> refused;  ///< why the others are not valid, one sentence each
    std::string otherwise = "";        ///< why valid takes say nothing: it is not the arm of the session
};

/// The only judge. Works out the claim's figures from `arms` (found by id) and answers.
///
/// difference_at_least: the improvement is d = a - b (b - a where lower is better), each arm
/// the mean over the claim's band, both directions and all valid takes, with its two-sided
/// interval at the claim's confidence.
///     supported     the interval's lower end >= smallest_difference
///     refuted       its upper end < smallest_difference
///     undecided     else, with the smallest n of takes per arm whose expected interval would
///                   clear the threshold (absent when none up to 10000 would)
///     not_measured  a figure is missing, no valid take, or floors rule both arms
/// Where the instrument's floor rules one arm, d is only bounded: "at least" can support but
/// never refute, "at most" can refute but never support; the rest is undecided, and no
/// number of takes would change that.
///
/// outcome_is_one_of: the words (detail "outcome" of the claim's reading, "wiring") of arm a
/// begin with one of the claim's prefixes in every valid take: supported; in none: refuted;
/// in some: undecided.
[[nodiscard]] Verdict judge(const ClaimUse& use, std::span<const ArmTakes> arms);

/// The answer alone, from a difference a - b already made.
[[nodiscard]] Verdict::Answer answer_to(const Claim& claim, const Difference& difference);

/// The smallest n of takes per arm (2..10000) whose expected interval half-width is below the
/// distance of the improvement from the threshold; nullopt: none, or d stands right on it.
std::optional<int> takes_that_would_decide(const Claim& claim, const Difference& difference);

}  // namespace fourpole
