// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/compare/comparison.hpp"

#include <optional>
#include <string>
#include <vector>

namespace fourpole {

struct Verdict {
    enum class Answer { supported, refuted, undecided, not_measured };
    std::string claim_id, statement, quote, quote_where;
    std::string claim_sha256;  ///< of the claim's file: the words that were judged
    Answer answer = Answer::not_measured;
    std::string sentence;           ///< why, with the numbers behind it
    std::string brief;              ///< the same for one line of a terminal
    std::vector<std::string> arms;  ///< ids
    std::optional<Difference> difference;
    double smallest_difference = 0.0;
    bool lower_is_better = false;            ///< the improvement is b - a
    std::optional<int> n_that_would_decide;  ///< takes per arm, when undecided
};

constexpr std::string_view name(Verdict::Answer a) {
    switch (a) {
        case Verdict::Answer::supported: return "supported";
        case Verdict::Answer::refuted: return "refuted";
        case Verdict::Answer::undecided: return "undecided";
        case Verdict::Answer::not_measured: return "not_measured";
    }
    return "not_measured";
}

}  // namespace fourpole
