// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/report/trouble.hpp"

#include "rig/report/key_figures.hpp"
#include "rig/report/numbers.hpp"
#include "rig/report/violations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

namespace fourpole {
namespace {

int weight(const RunRecord::LimitResult& limit) { return !limit.tested ? 1 : limit.failed ? 0 : 2; }

bool is_diagnosis(const RunRecord& run, const std::string& reason) {
    return std::any_of(run.diagnoses.begin(), run.diagnoses.end(),
                       [&](const Diagnosis& d) { return d.sentence == reason; });
}

std::string listed(const std::vector<std::string>& all) {
    std::string out;
    for (const std::string& one : all) out += (out.empty() ? "" : ", ") + one;
    return out;
}

std::string arms_listed(const std::vector<std::string>& arms) {
    return (arms.size() == 1 ? "arm " : "arms ") + listed(arms);
}

bool ends_with_reason(const RunRecord& run, const std::string& text, bool of_valid_takes) {
    for (const TakeRecord& take : run.takes)
        for (const std::string& reason : take.reasons)
            if (take.valid == of_valid_takes && text.size() >= reason.size() &&
                text.compare(text.size() - reason.size(), reason.size(), reason) == 0)
                return true;
    return false;
}

Remark::Weight weight(const RunRecord& run, const std::string& reason) {
    if (is_diagnosis(run, reason)) return Remark::Weight::diagnosis;
    if (run.valid) return Remark::Weight::note;
    const bool only_valid = ends_with_reason(run, reason, true) && !ends_with_reason(run, reason, false);
    return only_valid ? Remark::Weight::note : Remark::Weight::not_valid;
}

}  // namespace

std::vector<RunRecord::LimitResult> limits_worst_first(const RunRecord& run) {
    auto out = run.limits;
    std::stable_sort(out.begin(), out.end(),
                     [](const auto& a, const auto& b) { return weight(a) < weight(b); });
    return out;
}

std::size_t failed_limits(const RunRecord& run) {
    return static_cast<std::size_t>(
        std::count_if(run.limits.begin(), run.limits.end(), [](const auto& l) { return weight(l) == 0; }));
}

bool perhaps_another_arm(const RunRecord& run, const std::string& arm) {
    return std::any_of(run.diagnoses.begin(), run.diagnoses.end(),
                       [&](const Diagnosis& d) { return d.other_arm && d.names(arm); });
}

bool wired_otherwise(const RunRecord& run, const std::string& arm) {
    if (perhaps_another_arm(run, arm)) return false;
    if (std::any_of(run.diagnoses.begin(), run.diagnoses.end(),
                    [&](const Diagnosis& d) { return d.names(arm); }))
        return true;
    const std::string heard = measured_wiring(run, arm);
    for (const auto& facts : run.arms)
        if (facts.id == arm && !facts.wiring.empty() && !heard.empty()) return heard != facts.wiring;
    return false;
}

std::string headline(const RunRecord& run) {
    std::vector<std::string> parts, otherwise, elsewhere;
    if (!run.valid) parts.emplace_back("NOT VALID");
    if (const std::size_t failed = failed_limits(run); failed > 0)
        parts.push_back(counted(failed, "limit") + " failed");
    for (const auto& arm : run.arms) {
        if (wired_otherwise(run, arm.id)) otherwise.push_back(arm.id);
        if (perhaps_another_arm(run, arm.id)) elsewhere.push_back(arm.id);
    }
    if (!elsewhere.empty()) parts.push_back("on one route: " + arms_listed(elsewhere));
    if (!otherwise.empty()) parts.push_back("wired otherwise than predicted: " + arms_listed(otherwise));
    if (const auto violated = violated_arms(run); !violated.empty())
        parts.push_back("model violated in " + arms_listed(violated));
    if (otherwise.empty() && elsewhere.empty() && !run.diagnoses.empty())
        parts.push_back(counted(run.diagnoses.size(), "diagnosis"));
    std::string out;
    for (const std::string& part : parts) out += (out.empty() ? "" : "; ") + part;
    return out;
}

std::string stopped_text(const RunRecord& run) {
    int most = 0;
    for (const TakeRecord& take : run.takes) most = std::max(most, take.repeat);
    std::vector<std::string> missing;
    for (const auto& arm : run.arms)
        for (int k = 1; k <= most; ++k)
            if (std::none_of(run.takes.begin(), run.takes.end(),
                             [&](const TakeRecord& take) { return take.arm == arm.id && take.repeat == k; }))
                missing.push_back(fmt::format("{}-{}", arm.id, k));
    if (most == 0) return "STOPPED: no take was made";
    if (missing.empty())
        return fmt::format("STOPPED after {} of each arm: the later takes are missing",
                           counted(static_cast<std::size_t>(most), "take"));
    return fmt::format("STOPPED: {} {} missing", (missing.size() == 1 ? "take " : "takes ") + listed(missing),
                       missing.size() == 1 ? "is" : "are");
}

std::vector<Remark> remarks(const RunRecord& run) {
    std::vector<Remark> out;
    for (const std::string& reason : run.reasons) out.push_back({weight(run, reason), reason});
    for (const Diagnosis& d : run.diagnoses)
        if (std::find(run.reasons.begin(), run.reasons.end(), d.sentence) == run.reasons.end())
            out.push_back({Remark::Weight::diagnosis, d.sentence});
    for (const std::string& arm : violated_arms(run))
        out.push_back({Remark::Weight::model_violated, violation_text(run, arm)});
    std::stable_sort(out.begin(), out.end(),
                     [](const Remark& a, const Remark& b) { return a.weight < b.weight; });
    return out;
}

std::size_t takes_behind(const RunRecord& run, const Verdict& verdict) {
    std::optional<std::size_t> least;
    for (const std::string& arm : verdict.arms) {
        const auto takes = static_cast<std::size_t>(
            std::count_if(run.takes.begin(), run.takes.end(),
                          [&](const TakeRecord& take) { return take.arm == arm && take.valid; }));
        if (!least || takes < *least) least = takes;
        if (!verdict.difference) break;  // words are judged in the first arm alone
    }
    return least.value_or(0);
}

}  // namespace fourpole
