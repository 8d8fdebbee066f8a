// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/flow/matrix.hpp"

#include "rig/model/derived.hpp"
#include "rig/model/model.hpp"
#include "rig/profile/load.hpp"

#include <array>
#include <utility>

namespace fourpole {
namespace {

constexpr std::array frequency_hz{1000.0};
/// Ends of a band to 0.7 % of the population: finer than any guess deserves.
constexpr int draws = 512;

/// The figures that decide level, power, noise and separation, of those that are guesses.
std::vector<std::string> guesses_in(const Player& player) {
    std::vector<std::string> out;
    const auto look = [&](const Figure& figure, const char* key) {
        if (figure.source.kind == Provenance::Kind::guess) out.emplace_back(key);
    };
    const bool btl = player.stage.kind == OutputStage::Kind::btl;
    look(player.full_scale_emf_v, btl ? "emf_differential_v" : "emf_v");
    look(player.stage.output_resistance_ohm, btl ? "half_bridge_resistance_ohm" : "output_resistance_ohm");
    look(player.noise_dbfs, "noise_dbfs");
    look(player.amplifier_leak, "amplifier_leak");
    if (!btl) look(player.stage.ground_path_ohm, "ground_path_ohm");
    if (player.current_limit_a) look(*player.current_limit_a, "current_limit_a_peak");
    return out;
}

void add(ArmPrediction& to, const PredictedCurve& curve) {
    to.readings.push_back(curve.nominal);
    to.low.push_back(curve.low);
    to.high.push_back(curve.high);
}

Result<MatrixCell> cell_of(const Player& player, const Earphone& earphone) {
    const auto circuit = compose(player, earphone);
    if (!circuit) return circuit.error();
    auto derived = derived_readings(*circuit, drive_of(player, earphone), frequency_hz, draws);
    if (!derived) return derived.error();
    const auto curves = predict(*circuit, frequency_hz, draws);
    if (!curves) return curves.error();
    MatrixCell cell;
    cell.earphone = earphone.id;
    cell.earphone_name = earphone.name;
    for (const PredictedCurve& curve : *derived)
        if (!curve.nominal.curve) add(cell.prediction, curve);
    for (PredictedCurve curve : curves->curves)
        if (curve.nominal.name == "crosstalk") {
            curve.nominal.curve = false;  // one frequency is a scalar
            if (!curve.nominal.scalar().value) curve.low.clear(), curve.high.clear();
            add(cell.prediction, curve);
        }
    cell.prediction.readings.push_back(curves->wiring);
    const auto judged = wiring(*circuit);
    if (!judged) return judged.error();
    cell.outcome = judged->outcome;
    cell.short_ampere_per_volt = judged->worst_ampere_per_volt;
    for (const Short& output : judged->hazards) cell.hazards.push_back(output.output);
    return cell;
}

}  // namespace

Result<Matrix> matrix_of(const std::vector<Player>& players, const std::vector<Earphone>& earphones,
                         const MatrixProgress& progress) {
    Matrix matrix;
    for (const Player& player : players) {
        if (progress)
            progress(static_cast<double>(matrix.players.size()) / static_cast<double>(players.size()),
                     player.id);
        MatrixPlayer row{player.id, player.name, guesses_in(player), {}};
        for (const Earphone& earphone : earphones) {
            auto cell = cell_of(player, earphone);
            if (!cell) return cell.error();
            row.cells.push_back(std::move(*cell));
        }
        matrix.players.push_back(std::move(row));
    }
    return matrix;
}

}  // namespace fourpole
