// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/json/json.hpp"
#include "rig/model/fault_odds.hpp"
#include "rig/model/measured_wiring.hpp"
#include "rig/result.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace fourpole {

/// A measured matrix beside what the model expects: in words, and by the faults that would explain it.
struct MeasuredBeside {
    UncertainMatrix matrix;
    MeasuredWords words;
    std::string expected;  ///< the predicted outcome
    std::vector<FaultHypothesis> hypotheses;
    std::optional<FaultRanking> ranking;  ///< nullopt: an uncertainty is not known

    /// The likeliest hypotheses, as many as the measurement does not tell apart, would short outputs.
    bool suspects_short() const;
    /// The words are decided and not what was predicted, or "as wired" is excluded.
    bool model_violated() const;
};

/// The wiring matrix of a record (fourpole/record@1) with its uncertainties. A run's record holds
/// several arms: `arm` names one ("" where there is only one). The first valid take counts.
/// Fault bad_input: no such record, arm or matrix.
Result<UncertainMatrix> read_matrix(const std::filesystem::path& record, const std::string& arm);

/// Ranks every fault that the circuit, and every plug and jack of the profiles folder instead of
/// its own, can have. Fault bad_input: the circuit cannot be solved.
Result<MeasuredBeside> hold_beside(const UncertainMatrix& measured, const Circuit& circuit);

std::string measured_in_words(const MeasuredBeside& beside);
Json measured_as_json(const MeasuredBeside& beside);

}  // namespace fourpole
