// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/flow/conclude.hpp"

#include "rig/compare/beside.hpp"
#include "rig/flow/diagnose.hpp"
#include "rig/flow/limits.hpp"
#include "rig/measure/crosstalk_causes.hpp"
#include "rig/measure/interface_crosstalk.hpp"
#include "rig/measure/measure.hpp"
#include "rig/measure/remove_fixture.hpp"
#include "rig/measure/wanted.hpp"
#include "rig/measure/whereabouts.hpp"
#include "rig/measure/wiring_level.hpp"
#include "rig/profile/load.hpp"
#include "rig/units.hpp"
#include "rig/verdict/judge.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace fourpole {

namespace {

std::string predicted_wiring(const ArmPrediction& prediction) {
    for (const Reading& r : prediction.readings)
        if (const Detail* d = r.name == "wiring" ? r.detail("outcome") : nullptr)
            return std::get<std::string>(*d);
    return "";
}

void add_arms(const Session& session, RunRecord& out) {
    for (const Arm& arm : session.arms) {
        RunRecord::ArmFacts facts{
            arm.id, arm.label, arm.player.name, arm.player.sha256, arm.earphone.name, arm.earphone.sha256,
            ""};
        for (const ArmPrediction& p : out.predictions)
            if (p.arm == arm.id) facts.wiring = predicted_wiring(p);
        out.arms.push_back(std::move(facts));
    }
}

/// What the fixture does is taken out of every valid take; what it cannot be taken out of is none.
void remove_fixture(const Session& session, RunRecord& out) {
    if (!session.fixture.circuit) return;
    for (const Arm& arm : session.arms) {
        std::optional<Result<FixtureRemoval>> removal;
        for (TakeRecord& take : out.takes) {
            if (take.arm != arm.id || !take.valid) continue;
            if (!removal)
                removal = FixtureRemoval::of(circuit_on_bench(arm, session.fixture),
                                             captured_frequencies(take.readings));
            if (*removal) {
                (*removal)->apply(take.readings);
                continue;
            }
            take.valid = false;
            take.reasons.push_back(removal->error().what);
            take.readings.clear();
        }
    }
}

/// The interface's profile says how much it leaks, and no take can tell that from the earphone's own.
void allow_for_interface(const Session& session, RunRecord& out) {
    const std::optional<Figure>& leak = session.interface.crosstalk_db;
    std::optional<double> ratio;
    if (leak) ratio = AmplitudeRatio::from_decibels(leak->value + leak->tolerance).count;
    bool any = false;
    for (TakeRecord& take : out.takes) {
        if (!take.valid) continue;
        allow_for_interface_crosstalk(take.readings, ratio);
        any = any || std::any_of(take.readings.begin(), take.readings.end(),
                                 [](const Reading& r) { return r.name == "crosstalk"; });
    }
    if (!leak && any)
        out.reasons.push_back(
            fmt::format("interface {}: its profile states no crosstalk_db, so all crosstalk that was read "
                        "may be its own, "
                        "and each is a bound only; wire its outputs to its inputs, measure (calibrate "
                        "--loopback) and state it",
                        session.interface.id));
}

void judge_wiring(const Session& session, RunRecord& out) {
    for (const Arm& arm : session.arms)
        for (TakeRecord& take : out.takes)
            if (take.arm == arm.id && take.valid)
                judge_wiring_by_level(take.readings, arm.circuit.stage.emf_v);
}

void add_means(RunRecord& out) {
    for (const auto& arm : out.arms) {
        std::vector<Readings> valid;
        for (const TakeRecord& take : out.takes)
            if (take.arm == arm.id && take.valid) valid.push_back(take.readings);
        for (Repeated& r : over_repeats(valid)) {
            out.means.push_back(std::move(r));
            out.mean_arms.push_back(arm.id);
        }
    }
}

void add_comparisons(RunRecord& out) {
    for (std::size_t i = 0; i < out.means.size(); ++i) {
        const Reading& mean = out.means[i].mean;
        if (mean.name != "response" && mean.name != "crosstalk") continue;
        for (const ArmPrediction& p : out.predictions) {
            if (p.arm != out.mean_arms[i]) continue;
            for (std::size_t k = 0; k < p.readings.size(); ++k) {
                const Reading& r = p.readings[k];
                // Volts cannot be held against full scale: without a calibration there is no level.
                if (r.name != mean.name || r.from != mean.from || r.to != mean.to || r.unit != mean.unit)
                    continue;
                out.beside.push_back(beside(p.arm, mean, r, p.low[k], p.high[k], p.three_sigma[k]));
                if (k < p.covariance.size() && !p.covariance[k].empty())
                    out.beside.back().consistency = consistency(mean, r, p.covariance[k]);
            }
        }
    }
}

/// What the judge gets to see of each arm for one claim.
std::vector<ArmTakes> evidence(const Claim& claim, const RunRecord& out) {
    std::vector<ArmTakes> arms;
    for (const auto& arm : out.arms) {
        ArmTakes takes{arm.id, arm.label, {}, {}};
        for (const TakeRecord& take : out.takes) {
            if (take.arm != arm.id) continue;
            if (take.valid)
                takes.takes.push_back(take.readings);
            else
                takes.refused.push_back(take.reasons.empty() ? "invalid take" : take.reasons.front());
        }
        for (const Diagnosis& d : out.diagnoses) {
            // Another circuit is what a claim about words may be about, as long as every take shows it.
            const bool whole = claim.rule != Claim::Rule::difference_at_least && takes.refused.empty();
            const bool spoils = d.other_arm || d.unplugged || (d.other_circuit && !whole);
            if (!spoils || !d.names(arm.id)) continue;
            takes.takes.clear();
            takes.otherwise = d.sentence;
        }
        arms.push_back(std::move(takes));
    }
    return arms;
}

/// A run that was stopped says what it never made.
void add_missing_takes(const Session& session, RunRecord& out) {
    std::string missing;
    for (const Arm& arm : session.arms)
        for (int repeat = 1; repeat <= session.repeats; ++repeat) {
            const bool made = std::any_of(out.takes.begin(), out.takes.end(), [&](const TakeRecord& take) {
                return take.arm == arm.id && take.repeat == repeat;
            });
            if (!made) missing += fmt::format("{}{}-{}", missing.empty() ? "" : ", ", arm.id, repeat);
        }
    if (missing.empty()) return;
    out.complete = false;
    out.reasons.push_back("the run was stopped; takes that were never made: " + missing);
}

/// Which takes were made after the prediction that they are held against.
void add_order_of_events(RunRecord& out) {
    if (out.predictions.empty()) return;
    for (TakeRecord& take : out.takes) {
        if (take.prediction_sha256.empty()) {
            take.reasons.push_back("nothing says that it was captured after its prediction");
            continue;
        }
        for (const ArmPrediction& p : out.predictions)
            if (p.arm == take.arm) take.predicted_before = p.sha256 == take.prediction_sha256;
        if (take.predicted_before == false)
            take.reasons.push_back(
                "was captured after another prediction than the one it is held against here");
    }
}

/// Of an arm that should hear nothing and does: an empty take proves no silence.
void add_silent_arms(RunRecord& out) {
    for (const auto& arm : out.arms) {
        if (arm.wiring != "silence") continue;
        const bool heard = std::any_of(out.takes.begin(), out.takes.end(), [&](const TakeRecord& take) {
            return take.arm == arm.id && take.valid;
        });
        if (!heard)
            out.reasons.push_back(
                fmt::format("arm {}: the model predicts silence, and no take of it holds the programme; a "
                            "lead that is not "
                            "plugged in looks the same, so no verdict stands on it",
                            arm.id));
    }
}

/// "takes: dc: ..." once, not once a take.
void add_take_reasons(RunRecord& out) {
    std::vector<std::pair<std::string, std::string>> by_text;  // text, takes
    for (const TakeRecord& take : out.takes) {
        if (!take.valid) out.valid = false;
        for (const std::string& reason : take.reasons) {
            const std::string which = fmt::format("{}-{}", take.arm, take.repeat);
            const auto same = std::find_if(by_text.begin(), by_text.end(),
                                           [&](const auto& known) { return known.first == reason; });
            if (same == by_text.end())
                by_text.emplace_back(reason, which);
            else
                same->second += ", " + which;
        }
    }
    for (const auto& [text, takes] : by_text) out.reasons.push_back(fmt::format("take {}: {}", takes, text));
}

}  // namespace

Result<TakeRecord> record_of(Take& take, const Programme& programme, bool same_clock,
                             const KnownCircuit& circuit, const MeasureProgress& told) {
    const bool sensed = circuit.sense && wanted(programme.analyses, "impedance");
    auto measured = sensed ? measure_impedance(take, programme, same_clock, *circuit.sense)
                           : measure_in_place(take, programme, same_clock, told);
    if (!measured) return measured.error();
    if (circuit.loads && !sensed && measured->valid)
        if (auto read = add_load_readings(*circuit.loads, take, programme, same_clock, *measured); !read)
            return read.error();
    count_from_the_file(take, *measured);
    TakeRecord out = facts_of(take, programme);
    out.valid = measured->valid;
    out.reasons = std::move(measured->reasons);
    out.readings = std::move(measured->readings);
    return out;
}

TakeRecord facts_of(const Take& take, const Programme& programme) {
    TakeRecord out;
    out.take_sha256 = take.sha256;
    out.programme_id = programme.id;
    out.programme_sha256 = programme.sha256;
    out.arm = take.facts.arm;
    out.repeat = take.facts.repeat;
    out.bench = take.facts.bench;
    out.simulated = take.facts.simulated;
    out.calibration = take.facts.calibration;
    out.prediction_sha256 = take.facts.prediction_sha256;
    out.switch_states = take.facts.switch_states;
    out.switch_writes = take.facts.switch_writes;
    out.rate_hz = take.rate_hz;
    out.frames = static_cast<std::int64_t>(take.frames_of_file.value_or(take.frames()));
    return out;
}

RunRecord conclude(const Session& session, const RunFacts& facts, std::vector<ArmPrediction> predictions,
                   std::vector<TakeRecord> takes) {
    RunRecord out;
    out.session_id = session.id;
    out.session_name = session.name;
    out.session_sha256 = session.sha256;
    out.programme_id = session.programme.id;
    out.programme_sha256 = session.programme.sha256;
    out.bench = facts.bench;
    out.simulated = facts.simulated;
    out.seed = facts.seed;
    out.fault = facts.fault;
    out.predictions = std::move(predictions);
    out.takes = std::move(takes);
    const auto place = [&](const TakeRecord& take) {
        const auto arm = std::find_if(session.arms.begin(), session.arms.end(),
                                      [&](const Arm& a) { return a.id == take.arm; });
        return std::pair{arm - session.arms.begin(), take.repeat};
    };
    std::sort(out.takes.begin(), out.takes.end(),
              [&](const TakeRecord& a, const TakeRecord& b) { return place(a) < place(b); });

    add_order_of_events(out);
    add_missing_takes(session, out);
    add_arms(session, out);
    allow_for_interface(session, out);
    remove_fixture(session, out);
    for (TakeRecord& take : out.takes) split_crosstalk(take.readings);
    judge_wiring(session, out);
    add_means(out);
    add_comparisons(out);
    out.diagnoses = diagnose(out, session.arms);
    for (const ClaimUse& use : session.claims) out.verdicts.push_back(judge(use, evidence(use.claim, out)));
    out.limits = hold_limits(session, out);
    add_take_reasons(out);
    add_silent_arms(out);
    for (const Diagnosis& d : out.diagnoses) {
        out.reasons.push_back(d.sentence);
        // The bench did not route what it was told to: nothing that an arm's name stands on is valid.
        if (d.other_arm) out.valid = false;
    }
    return out;
}

int exit_code(const RunRecord& record) {
    if (!record.valid || !record.complete) return exit_code(Fault::Kind::take_invalid);
    const bool limit =
        std::any_of(record.limits.begin(), record.limits.end(), [](const auto& l) { return l.failed; });
    const bool model = std::any_of(record.beside.begin(), record.beside.end(),
                                   [](const Beside& b) { return b.state == "model violated"; });
    return limit || model || !record.diagnoses.empty() ? 1 : 0;
}

}  // namespace fourpole
