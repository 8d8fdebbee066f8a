// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/flow/diagnose.hpp"

#include "rig/model/fault_odds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

namespace fourpole {

namespace {

std::string outcome_of(const Readings& readings) {
    for (const Reading& r : readings)
        if (r.name == "wiring")
            if (const Detail* d = r.detail("outcome"))
                if (const auto* word = std::get_if<std::string>(d)) return *word;
    return "";
}

bool begins(const std::string& text, std::string_view with) { return text.rfind(with, 0) == 0; }

/// What usually makes a stereo arm sound like this.
std::string cause(const std::string& measured) {
    if (begins(measured, "channels swapped"))
        return "swapped sides: left and right plugs or taps are exchanged";
    if (measured == "stereo, one side inverted")
        return "inverted side: plus and minus of one driver or tap are exchanged";
    if (measured == "stereo, both inverted") return "inverted sides: plus and minus are exchanged on both";
    if (begins(measured, "difference signal"))
        return "open return: the common return is broken, the two drivers are in series";
    if (begins(measured, "mono"))
        return "mono bridge: the two sides are joined, or the plug bridges two contacts";
    if (begins(measured, "left side only") || begins(measured, "right side only"))
        return "open return or open signal wire on the silent side, or a contact that does not touch";
    if (measured == "silence") return "quiet player or unplugged earphone";
    return "a contact touches something it should not";
}

const Reading* curve_of(const RunRecord& record, const std::string& arm, const Reading& like) {
    for (std::size_t i = 0; i < record.means.size(); ++i)
        if (record.mean_arms[i] == arm && record.means[i].mean.same_quantity(like))
            return &record.means[i].mean;
    return nullptr;
}

const Reading* predicted(const RunRecord& record, const std::string& arm, const Reading& like) {
    for (const ArmPrediction& p : record.predictions)
        if (p.arm == arm)
            for (const Reading& r : p.readings)
                if (r.name == like.name && r.from == like.from && r.to == like.to) return &r;
    return nullptr;
}

/// Mean of |a - b| in dB over points both have; nullopt where none.
std::optional<double> apart(const Reading& a, const Reading& b) {
    double sum = 0.0, count = 0.0;
    for (std::size_t i = 0; i < a.points.size() && i < b.points.size(); ++i)
        if (a.points[i].value && b.points[i].value && a.points[i].at == b.points[i].at)
            sum += std::abs(*a.points[i].value - *b.points[i].value), ++count;
    return count > 0.0 ? std::optional(sum / count) : std::nullopt;
}

/// Different circuits agree by chance in one curve, never in all: responses and crosstalk of
/// two plugged-in arms within 0.3 dB, where the model has them 3 dB apart, are one circuit.
constexpr double alike_db = 0.3, different_db = 3.0;

std::optional<std::string> same_circuit(const RunRecord& record, const std::string& a, const std::string& b) {
    double measured = 0.0, expected = 0.0;
    int curves = 0;
    for (std::size_t i = 0; i < record.means.size(); ++i) {
        const Reading& mean = record.means[i].mean;
        if (record.mean_arms[i] != a || mean.name != "transfer") continue;
        const Reading* other_mean = curve_of(record, b, mean);
        const Reading *here = predicted(record, a, mean), *there = predicted(record, b, mean);
        if (!other_mean || !here || !there) continue;
        const auto m = apart(mean, *other_mean), p = apart(*here, *there);
        if (!m || !p) continue;
        measured = std::max(measured, *m);
        expected = std::max(expected, *p);
        ++curves;
    }
    if (curves < 2 || measured > alike_db || expected < different_db) return std::nullopt;
    return fmt::format(
        "relay stuck: arms {} and {} measure alike (all curves within {:.2f} dB on average) though "
        "the model has them {:.0f} dB apart; the route did not switch",
        a, b, measured, expected);
}

/// "open return: ..." by the faults that this arm's circuit can have; "" where they
/// are not to be had, or none of them explains the take.
std::string likeliest(std::span<const Arm> arms, const TakeRecord& take) {
    const auto arm = std::find_if(arms.begin(), arms.end(), [&](const Arm& a) { return a.id == take.arm; });
    const auto measured = measured_matrix(take.readings);
    if (arm == arms.end() || !measured || !measured->has_all_u()) return "";
    // What lies on the same bench gets plugged by mistake.
    std::vector<Plug> plugs;
    std::vector<Jack> jacks;
    for (const Arm& a : arms) {
        plugs.push_back(a.circuit.plug);
        jacks.push_back(a.circuit.jack);
    }
    const auto hypotheses = fault_hypotheses(arm->circuit, measured->frequency_hz, {plugs, jacks});
    if (!hypotheses) return "";
    const auto ranking = rank_faults(*hypotheses, *measured);
    if (!ranking || !ranking->explained) return "";
    return ranking_in_words(*hypotheses, *ranking);
}

/// Sides exchanged or turned over leave every magnitude what it was.
bool magnitudes_stand(const std::string& measured) {
    return begins(measured, "channels swapped") || begins(measured, "stereo");
}

}  // namespace

std::vector<Diagnosis> diagnose(const RunRecord& record, std::span<const Arm> arms) {
    std::vector<Diagnosis> out;
    for (std::size_t i = 0; i < record.arms.size(); ++i)
        for (std::size_t k = i + 1; k < record.arms.size(); ++k)
            if (auto words = same_circuit(record, record.arms[i].id, record.arms[k].id))
                out.push_back({std::move(*words), {record.arms[i].id, record.arms[k].id}, true, true, false});
    const auto on_one_route = [&](const std::string& arm) {
        return std::any_of(out.begin(), out.end(),
                           [&](const Diagnosis& d) { return d.other_arm && d.names(arm); });
    };
    for (const ArmPrediction& p : record.predictions) {
        // What it hears is another arm's: that says nothing of its own wiring.
        if (on_one_route(p.arm)) continue;
        const std::string expected = outcome_of(p.readings);
        for (const TakeRecord& take : record.takes) {
            if (take.arm != p.arm || !take.valid) continue;
            const std::string measured = outcome_of(take.readings);
            if (measured.empty() || expected.empty() || measured == expected) continue;
            // Of an arm that plays nothing the ratios are those of its leaks.
            const std::string ranked = measured == "silence" ? "" : likeliest(arms, take);
            out.push_back({fmt::format("arm {}: predicted \"{}\", measured \"{}\": {}", p.arm, expected,
                                       measured, ranked.empty() ? cause(measured) : ranked),
                           {p.arm},
                           !(begins(expected, "stereo") && magnitudes_stand(measured)),
                           false,
                           measured == "silence"});
            break;
        }
    }
    return out;
}

}  // namespace fourpole
