// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/verdict/judge.hpp"

#include "rig/compare/difference.hpp"
#include "rig/verdict/sentence.hpp"

#include <algorithm>
#include <cmath>

namespace fourpole {
namespace {

constexpr int most_takes = 10000;

/// The improvement d and its interval: the difference a - b, turned where lower is better.
struct Improvement {
    double value, low, high;
    State state;
};

Improvement improvement(const Claim& claim, const Difference& d) {
    if (!claim.lower_is_better) return {*d.value, d.low, d.high, d.state};
    const State turned = d.state == State::at_least  ? State::at_most
                         : d.state == State::at_most ? State::at_least
                                                     : d.state;
    return {-*d.value, -d.high, -d.low, turned};
}

const ArmTakes* arm_called(std::span<const ArmTakes> arms, const std::string& id) {
    const auto found = std::find_if(arms.begin(), arms.end(), [&](const ArmTakes& a) { return a.arm == id; });
    return found == arms.end() ? nullptr : &*found;
}

/// Words of the claim's reading, one per take that has them.
std::vector<std::string> outcomes(const std::string& reading, const ArmTakes& arm) {
    std::vector<std::string> out;
    for (const Readings& take : arm.takes)
        for (const Reading& r : take) {
            const Detail* detail = r.name == reading ? r.detail("outcome") : nullptr;
            if (detail == nullptr) continue;
            if (const auto* words = std::get_if<std::string>(detail)) out.push_back(*words);
        }
    return out;
}

bool supports(const Claim& claim, const std::string& words) {
    return std::any_of(claim.outcomes.begin(), claim.outcomes.end(),
                       [&](const std::string& prefix) { return words.rfind(prefix, 0) == 0; });
}

void judge_words(const Claim& claim, const ArmTakes& arm, Verdict& verdict) {
    const auto words = outcomes(claim.reading, arm);
    if (words.empty() || words.size() < arm.takes.size()) {
        verdict.sentence = missing_sentence(claim, arm);
        return;
    }
    const auto fitting =
        std::count_if(words.begin(), words.end(), [&](const std::string& w) { return supports(claim, w); });
    if (fitting == 0)
        verdict.answer = Verdict::Answer::refuted;
    else if (fitting == static_cast<std::ptrdiff_t>(words.size()))
        verdict.answer = Verdict::Answer::supported;
    else
        verdict.answer = Verdict::Answer::undecided;
    verdict.sentence = words_sentence(claim, arm, words);
    verdict.brief = words_brief(words);
}

void judge_difference(const Claim& claim, const ArmTakes& a, const ArmTakes& b, Verdict& verdict) {
    const auto figure = [&](const ArmTakes& arm) {
        return band_mean(arm.takes, claim.reading, claim.band_from_hz, claim.band_to_hz);
    };
    const Difference d = difference(figure(a), figure(b), claim.confidence);
    verdict.difference = d;
    for (const auto& [arm, its] : {std::pair{&a, &d.a}, std::pair{&b, &d.b}})
        if (!its->value) {
            verdict.sentence = missing_sentence(claim, *arm);
            return;
        }
    verdict.answer = answer_to(claim, d);
    if (verdict.answer == Verdict::Answer::undecided)
        verdict.n_that_would_decide = takes_that_would_decide(claim, d);
    verdict.sentence = difference_sentence(claim, verdict, a, b);
    verdict.brief = difference_brief(verdict);
}

}  // namespace

Verdict::Answer answer_to(const Claim& claim, const Difference& difference) {
    if (!difference.value || difference.state == State::not_measured) return Verdict::Answer::not_measured;
    const Improvement d = improvement(claim, difference);
    const bool may_support = d.state != State::at_most, may_refute = d.state != State::at_least;
    if (may_support && d.low >= claim.smallest_difference) return Verdict::Answer::supported;
    if (may_refute && d.high < claim.smallest_difference) return Verdict::Answer::refuted;
    return Verdict::Answer::undecided;
}

std::optional<int> takes_that_would_decide(const Claim& claim, const Difference& difference) {
    // A bound stays a bound however often it is measured, and one take shows no scatter.
    if (!difference.value || difference.state != State::exact) return std::nullopt;
    if (difference.a.takes < 2 && difference.b.takes < 2) return std::nullopt;
    const double gap = std::abs(improvement(claim, difference).value - claim.smallest_difference);
    const auto decides = [&](int n) { return half_width_with(difference, n) < gap; };
    if (!decides(most_takes)) return std::nullopt;
    int too_few = 1, enough = most_takes;  // the half-width falls with n
    while (enough - too_few > 1) {
        const int n = (too_few + enough) / 2;
        (decides(n) ? enough : too_few) = n;
    }
    return enough;
}

Verdict judge(const ClaimUse& use, std::span<const ArmTakes> arms) {
    const Claim& claim = use.claim;
    Verdict verdict;
    verdict.claim_id = claim.id;
    verdict.claim_sha256 = claim.sha256;
    verdict.statement = claim.statement;
    verdict.quote = claim.quote;
    verdict.quote_where = claim.quote_where;
    verdict.smallest_difference = claim.smallest_difference;
    verdict.lower_is_better = claim.lower_is_better;
    verdict.arms.push_back(use.a);
    if (!use.b.empty()) verdict.arms.push_back(use.b);

    const bool needs_two = claim.rule == Claim::Rule::difference_at_least;
    if (needs_two && use.b.empty()) {
        verdict.sentence = "The claim compares two arms and the session names only " + use.a + ".";
        return verdict;
    }
    for (const std::string& id : verdict.arms) {
        const ArmTakes* arm = arm_called(arms, id);
        if (arm == nullptr || arm->takes.empty()) {
            verdict.sentence = missing_sentence(claim, arm == nullptr ? ArmTakes{id, "", {}, {}} : *arm);
            return verdict;
        }
        if (!needs_two) break;
    }
    const ArmTakes& a = *arm_called(arms, use.a);
    if (needs_two)
        judge_difference(claim, a, *arm_called(arms, use.b), verdict);
    else
        judge_words(claim, a, verdict);
    return verdict;
}

}  // namespace fourpole
