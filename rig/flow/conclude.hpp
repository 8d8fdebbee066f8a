// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/capture/take.hpp"
#include "rig/flow/calibration_file.hpp"
#include "rig/profile/profile.hpp"
#include "rig/report/record.hpp"
#include "rig/result.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace fourpole {

/// One take -> its record: the same road for `run`, `report` and `analyze`.
/// @param circuit  around it: with a sense resistor, and a programme that asks for `impedance` (or for
///                 everything), its channels stand before and after that; else they are sides, and known
///                 loads give `output_impedance` and `power`
/// @param take     its samples are lent to measure_in_place(), and back when this returns
/// @param told     hears how much of it is done, 0 .. 1
Result<TakeRecord> record_of(Take& take, const Programme& programme, bool same_clock,
                             const KnownCircuit& circuit = {}, const MeasureProgress& told = {});
/// The same of a take that lends nothing: of a copy.
inline Result<TakeRecord> record_of(const Take& take, const Programme& programme, bool same_clock,
                                    const KnownCircuit& circuit = {}, const MeasureProgress& told = {}) {
    Take copy = take;
    return record_of(copy, programme, same_clock, circuit, told);
}

/// A record of a take with all but its figures.
TakeRecord facts_of(const Take& take, const Programme& programme);

/// What a run was told besides its session; stands in its folder as run.json.
struct RunFacts {
    std::string bench;  ///< identity of the bench
    bool simulated = false;
    std::uint64_t seed = 0;
    std::string fault;
    int draws = 4096;             ///< units behind each predicted band
    std::string bench_profile{};  ///< of a sound card: BenchFile::text
};

/// From predictions and takes to the record: what `run` ends with and `report` repeats.
/// Only valid takes become means, comparisons and verdicts.
RunRecord conclude(const Session& session, const RunFacts& facts, std::vector<ArmPrediction> predictions,
                   std::vector<TakeRecord> takes);

/// The exit code that a finished record means: 3 a take is invalid or missing or was routed
/// wrongly, 1 a limit
/// failed, a model was violated or something is connected otherwise than the session says, else 0.
int exit_code(const RunRecord& record);

}  // namespace fourpole
