// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/flow/predictions.hpp"

#include "rig/files/read_text.hpp"
#include "rig/files/sha256.hpp"
#include "rig/files/write_atomic.hpp"
#include "rig/model/model.hpp"
#include "rig/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace fourpole {

std::vector<double> prediction_grid(const Programme& programme) {
    double low = 20.0, high = 20000.0;
    for (const Event& e : programme.events)
        if (const auto* sweep = std::get_if<Sweep>(&e.what)) low = sweep->f1_hz, high = sweep->f2_hz;
    std::vector<double> out;
    for (int k = static_cast<int>(std::ceil(12.0 * std::log2(low / 1000.0)));; ++k) {
        const double f = 1000.0 * std::exp2(k / 12.0);
        if (f > high * (1.0 + 1e-9)) return out;
        out.push_back(f);
    }
}

Result<ArmPrediction> predict_arm(const Arm& arm, std::span<const double> frequency_hz, int draws) {
    BandOrder order;
    order.draws = static_cast<std::size_t>(std::max(draws, 0));
    order.covariance = frequency_hz.size() <= 256;
    auto prediction = predict(arm.circuit, frequency_hz, order);
    if (!prediction) return prediction.error();
    // dB re the EMF -> rms volts of a full-scale sine.
    const double to_dbv = AmplitudeRatio{arm.circuit.stage.emf_v / std::numbers::sqrt2}.decibels();
    ArmPrediction out;
    out.arm = arm.id;
    for (PredictedCurve& curve : prediction->curves) {
        if (curve.nominal.name != "crosstalk") {
            curve.nominal.unit = "dBV";
            for (Point& p : curve.nominal.points)
                if (p.value) *p.value += to_dbv;
            for (auto* ends : {&curve.low, &curve.high, &curve.simultaneous.low, &curve.simultaneous.high,
                               &curve.three_sigma.low, &curve.three_sigma.high})
                for (double& v : *ends) v += to_dbv;
        }
        out.readings.push_back(std::move(curve.nominal));
        out.low.push_back(std::move(curve.low));
        out.high.push_back(std::move(curve.high));
        const bool drawn = curve.simultaneous_factor.has_value();
        out.simultaneous.push_back(drawn ? std::move(curve.simultaneous) : Band{});
        out.three_sigma.push_back(drawn ? std::move(curve.three_sigma) : Band{});
        out.covariance.push_back(std::move(curve.covariance));
    }
    out.draws = prediction->draws;
    out.end_error_db = prediction->end_error_db;
    out.readings.push_back(std::move(prediction->wiring));
    out.low.emplace_back();
    out.high.emplace_back();
    out.three_sigma.emplace_back();
    return out;
}

Result<std::vector<ArmPrediction>> predict_arms(const Session& session, int draws) {
    const auto grid = prediction_grid(session.programme);
    std::vector<ArmPrediction> out;
    for (const Arm& arm : session.arms) {
        auto one = predict_arm(arm, grid, draws);
        if (!one) return one.error();
        out.push_back(std::move(*one));
    }
    return out;
}

Result<Done> refuse_hazards(const Session& session) {
    std::string findings;
    for (const Arm& arm : session.arms) {
        const auto w = wiring(arm.circuit);
        if (!w) return w.error();
        for (const Short& s : w->hazards)
            findings += fmt::format(
                "{}arm {}: plug {} in jack {} shorts output {}: {:.2f} A per volt of EMF, 0.05 allowed",
                findings.empty() ? "" : "\n", arm.id, arm.circuit.plug.id, arm.circuit.jack.id, s.output,
                s.ampere_per_volt);
    }
    if (findings.empty()) return Done{};
    return Fault{Fault::Kind::unsafe, "", findings + "\nnothing was played"};
}

namespace {

std::filesystem::path prediction_path(const std::filesystem::path& folder, const std::string& arm) {
    return folder / "predictions" / (arm + ".json");
}

constexpr std::size_t most_bytes = std::size_t{64} << 20U;

}  // namespace

Result<std::vector<ArmPrediction>> predictions_again(const std::filesystem::path& folder,
                                                     const Session& session, int draws) {
    auto predictions = predict_arms(session, draws);
    if (!predictions) return predictions.error();
    for (ArmPrediction& p : *predictions) {
        const auto file = prediction_path(folder, p.arm);
        const auto stored = read_text(file, most_bytes);
        if (!stored) return stored.error();
        const std::string text = to_json(p);
        if (text != *stored)
            return Fault{
                Fault::Kind::bad_input, "",
                fmt::format("{}: is not what this program ({}, {}) predicts from the stored profiles; the "
                            "report can only be rebuilt by the program that made it, from unchanged files",
                            file.string(), program_version(), program_revision())};
        p.sha256 = sha256_hex(text);
    }
    return predictions;
}

Result<Done> store_predictions(const std::filesystem::path& folder, std::vector<ArmPrediction>& predictions) {
    const auto made = make_folder(folder / "predictions");
    if (!made) return made.error();
    for (ArmPrediction& p : predictions) {
        p.sha256.clear();
        const std::string text = to_json(p);
        const auto file = prediction_path(folder, p.arm);
        std::error_code ignored;
        if (std::filesystem::exists(file, ignored)) {
            const auto stored = read_text(file, most_bytes);
            if (!stored) return stored.error();
            if (*stored != text)
                return Fault{Fault::Kind::bad_input, "",
                             file.string() +
                                 ": is another prediction than this program's; the takes of "
                                 "this run were made after that one, begin a new run"};
        } else if (const auto written = write_atomic(file, text); !written) {
            return written.error();
        }
        p.sha256 = sha256_hex(text);
    }
    return Done{};
}

}  // namespace fourpole
