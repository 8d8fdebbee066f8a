// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/capture/take.hpp"
#include "rig/compare/comparison.hpp"
#include "rig/profile/profile.hpp"
#include "rig/reading.hpp"
#include "rig/result.hpp"
#include "rig/verdict/verdict.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace fourpole {

/// One take turned into readings. The same take gives the same record, bit for bit:
/// no clock, no path, no host name goes in here.
struct TakeRecord {
    std::string take_sha256;
    std::string programme_id, programme_sha256;
    std::string arm;  ///< "" outside a session
    int repeat = 0;
    std::string bench;
    bool simulated = false;
    std::string calibration = "raw";
    std::string prediction_sha256;                          ///< as the take's facts say; "" = they do not
    std::vector<std::string> switch_states, switch_writes;  ///< as TakeFacts
    /// In a run: whether that is the prediction which the take is held against; nullopt = unknown.
    std::optional<bool> predicted_before;
    double rate_hz = 0.0;
    std::int64_t frames = 0;
    bool valid = true;
    std::vector<std::string> reasons;  ///< why not valid, and warnings, one sentence each
    Readings readings;
    /// What the interface itself does at its own inputs, as a baseline file says.
    struct Loop {
        std::string made, usb, serial, gain, sha256;  ///< of the file; "" = it does not say
        bool response_taken_out = false;              ///< of the responses above
        Readings readings;                            ///< those that have a counterpart above
    };
    std::optional<Loop> loop;  ///< nothing: no baseline was given
};

/// What the model said for one arm, before the first take.
struct ArmPrediction {
    std::string arm;
    /// What it was made from, where the record stands alone: kind of file, its id, SHA-256 of its bytes. A
    /// run's record holds them beside its arms.
    struct Origin {
        std::string kind, id, sha256;
    };
    std::vector<Origin> origins;
    Readings readings;                           ///< nominal, with u
    std::vector<std::vector<double>> low, high;  ///< 95 % band per reading and point
    /// 95 % of the units stay in it along the whole curve; 99.73 % of them at each point. Empty where there
    /// is none.
    std::vector<Band> simultaneous, three_sigma;
    std::vector<std::vector<double>> covariance;  ///< of the curves' points, dB^2; never written
    std::size_t draws = 0;                        ///< units behind the bands
    std::optional<double> end_error_db;           ///< of the bands' ends, see Prediction
    std::string sha256;
};

/// What is probably connected wrongly, seen from the measurement alone.
struct Diagnosis {
    std::string sentence;
    std::vector<std::string> arms;  ///< none: it may be any
    /// The arm is not the circuit that the session says: nothing about levels may be judged.
    bool other_circuit = false;
    /// It is not even the arm: nothing at all may be judged.
    bool other_arm = false;
    /// Nothing is heard where something should be: that may be the lead, and no claim is about it.
    bool unplugged = false;

    bool names(const std::string& arm) const;
};

/// The whole main job: what record.json holds.
struct RunRecord {
    std::string session_id, session_name, session_sha256;
    struct ArmFacts {
        std::string id, label, player, player_sha256, earphone, earphone_sha256, wiring;
    };
    std::vector<ArmFacts> arms;
    std::string programme_id, programme_sha256;
    std::string bench;
    bool simulated = false;
    std::uint64_t seed = 0;
    std::string fault;  ///< planted defect of the simulated bench, "" = none
    std::vector<ArmPrediction> predictions;
    std::vector<TakeRecord> takes;
    std::vector<Repeated> means;         ///< per arm, in order of arms; `mean.details` has "arm"
    std::vector<std::string> mean_arms;  ///< arm of each entry of `means`
    std::vector<Beside> beside;
    std::vector<Verdict> verdicts;
    struct LimitResult {
        std::string reading, arm, sentence;
        bool failed = false;
        bool tested = true;  ///< false: nothing measured to test
    };
    std::vector<LimitResult> limits;
    bool valid = true;
    std::vector<std::string> reasons;
    std::vector<Diagnosis> diagnoses;
    bool complete = true;  ///< false: stopped before every take was made
};

/// JSON texts, UTF-8, two-space indent, numbers in the shortest form that reads back the
/// same, no NaN ever (an absent figure is null).
std::string to_json(const TakeRecord& record);
std::string to_json(const ArmPrediction& prediction);
std::string to_json(const RunRecord& record);

/// Program version and git revision as they stand in every record.
std::string program_version();
std::string program_revision();

}  // namespace fourpole
