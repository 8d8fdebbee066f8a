// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/model/derived.hpp"
#include "rig/profile/profile.hpp"
#include "rig/report/record.hpp"
#include "rig/result.hpp"

#include <optional>
#include <string>
#include <vector>

namespace fourpole {

/// What `fourpole predict` was told.
struct PredictOptions {
    std::string session, player, earphone, fixture, circuit, frequencies, record, netlist, html;
    std::optional<double> stable_to_db;
    bool json = false, matrix = false;
};

/// What to predict, and the arm's name in a session.
struct Subject {
    std::string arm;
    Circuit circuit;
    Drive drive;
    std::vector<ArmPrediction::Origin> origins;
};

/// The circuits of a session's arms, of --circuit, or of --player and --earphone in --fixture.
/// Faults as of the loaders; bad_input where --record would replace a session's profile.
Result<std::vector<Subject>> subjects_of(const PredictOptions& options);

/// Before any work: what was named on the command line stays as it is.
Result<Done> keep_inputs(const PredictOptions& options);

/// Tables are inputs too; they are known once the circuits are.
Result<Done> keep_tables(const PredictOptions& options, const Circuit& circuit);

}  // namespace fourpole
