// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/model/fault_hypotheses.hpp"

#include "rig/model/population.hpp"
#include "rig/model/suspect_circuits.hpp"

#include <algorithm>
#include <optional>

namespace fourpole {
namespace {

constexpr double one_sd_below = 0.15865525393145705;  ///< of a standard normal, below -1
constexpr double least_share = 1e-3;                  ///< what is above zero stays above zero

/// nullopt: this circuit has no solution.
std::optional<DriverMatrix> matrix_of(const Circuit& circuit, double frequency_hz,
                                      const SuspectCircuit& suspect) {
    const auto solved = solve(circuit, std::span(&frequency_hz, 1));
    if (!solved) return {};
    DriverMatrix m;
    for (const Side driver : sides)
        for (const Side channel : sides)
            m.from[driver][channel] = solved->front().voltage[channel][driver] / circuit.stage.emf_v;
    if (suspect.afterwards) suspect.afterwards(m);
    return m;
}

/// One figure a time at its 84 % and 16 % quantiles: half of the difference is what one standard
/// deviation does, half of the sum less the nominal is how far that is from a straight line.
void add_covariance(const SuspectCircuit& suspect, double frequency_hz, FaultHypothesis& out) {
    const Coefficients nominal = coefficients_of(out.matrix);
    const auto add = [&](const Coefficients& effect, double weight) {
        for (std::size_t i = 0; i < coefficient_count; ++i)
            for (std::size_t k = 0; k < coefficient_count; ++k)
                out.covariance[i][k] += weight * effect[i] * effect[k];
    };
    Circuit moved = suspect.circuit;
    for_each_figure(moved, [&](Figure& figure) {
        if (figure.tolerance == 0.0) return;
        const Figure kept = figure;
        std::array<std::optional<DriverMatrix>, 2> at;
        for (const std::size_t end : {0U, 1U}) {
            figure.value = at_quantile(kept, end == 0 ? one_sd_below : 1.0 - one_sd_below);
            figure.value = kept.value > 0.0 ? std::max(figure.value, least_share * kept.value) : figure.value;
            at[end] = matrix_of(moved, frequency_hz, suspect);
        }
        figure = kept;
        if (!at[0] || !at[1]) return;
        const Coefficients low = coefficients_of(*at[0]), high = coefficients_of(*at[1]);
        Coefficients slope, bend;
        for (std::size_t i = 0; i < coefficient_count; ++i) {
            slope[i] = 0.5 * (high[i] - low[i]);
            bend[i] = 0.5 * (high[i] + low[i]) - nominal[i];
        }
        add(slope, 1.0);
        // b x^2 of a standard normal x has the mean square 3 b^2.
        add(bend, 3.0);
    });
}

/// nullopt: it cannot be built.
std::optional<FaultHypothesis> hypothesis_of(const SuspectCircuit& suspect, double frequency_hz) {
    const auto nominal = wiring(suspect.circuit, frequency_hz);
    if (!nominal) return {};
    FaultHypothesis out{suspect.kind, suspect.what, nominal->matrix, {}, {}, {}};
    if (suspect.afterwards) suspect.afterwards(out.matrix);
    out.outcome = nominal->hazards.empty() ? wiring_outcome(out.matrix) : table_outcome(out.matrix);
    for (const Short& s : nominal->hazards) out.hazards.push_back(s.output);
    add_covariance(suspect, frequency_hz, out);
    return out;
}

}  // namespace

Coefficients coefficients_of(const DriverMatrix& matrix) {
    Coefficients out{};
    std::size_t i = 0;
    for (const Side driver : sides)
        for (const Side channel : sides) {
            out[i++] = matrix.from[driver][channel].real();
            out[i++] = matrix.from[driver][channel].imag();
        }
    return out;
}

Result<std::vector<FaultHypothesis>> fault_hypotheses(const Circuit& circuit, double frequency_hz,
                                                      const OtherConnectors& others) {
    if (const auto itself = wiring(circuit, frequency_hz); !itself) return itself.error();
    std::vector<FaultHypothesis> out;
    for (const SuspectCircuit& suspect : suspect_circuits(circuit, others))
        if (auto one = hypothesis_of(suspect, frequency_hz)) out.push_back(std::move(*one));
    return out;
}

}  // namespace fourpole
