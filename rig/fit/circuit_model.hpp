// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/fit/elements.hpp"
#include "rig/fit/observed.hpp"
#include "rig/model/model.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace fourpole {

/// What stands between a circuit's volts and a record's figures.
struct BenchState {
    PerSide<double> gain{{1.0, 1.0}};  ///< of each captured side, > 0
    PerSide<double> sign{{1.0, 1.0}};
    double delay_s = 0.0;  ///< positive = the capture lags
    /// Share of the other side in each captured one: the same at all frequencies and in phase, and one
    /// through a capacitance, ahead by 90 degrees and in proportion to frequency, as it is at 20 kHz.
    double crosstalk = 0.0, capacitive_crosstalk = 0.0;
};

/// A circuit seen through a bench at the frequencies of a record. Keeps its own circuit; the
/// figures behind elements() may be changed between calls.
class CircuitModel {
public:
    CircuitModel(const Circuit& circuit, const Observed& observed);
    CircuitModel(const CircuitModel&) = delete;
    CircuitModel& operator=(const CircuitModel&) = delete;

    std::vector<Element>& elements() { return elements_; }
    const Circuit& circuit() const { return circuit_; }
    BenchState bench;

    /// Predicted values: of the points, then of the bounds. Nothing where the circuit has no solution.
    std::optional<std::vector<Complex>> predicted() const;

    /// Two residuals a complex point, one a magnitude: (model - measured) / u.
    std::size_t residual_count() const;
    bool residuals(std::span<double> out) const;

    /// Gain and sign of one side that bring the model closest to its transfers (median ratio).
    void guess_gain(Side side);

private:
    Complex seen(const Observation& o, const std::vector<CircuitAt>& solved, std::size_t i) const;

    Circuit circuit_;
    std::vector<Element> elements_;
    const Observed& observed_;
    std::vector<double> frequencies_;  ///< of the transfers, each once
    std::vector<std::size_t> places_;  ///< index into frequencies_ of every point and bound
};

}  // namespace fourpole
