// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/fit/circuit_model.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace fourpole {
namespace {

bool is_impedance(const Observation& o) {
    return o.kind == Observation::Kind::impedance_at_plug || o.kind == Observation::Kind::impedance_at_driver;
}

/// Between a side's signal and return contact of the plug:
///     signal wire - (driver || signal-return capacitance) - return wire [- common return]
Complex impedance_at_plug(const Circuit& circuit, Side side, double f) {
    const Cable& cable = circuit.cable;
    const double w = 2.0 * std::numbers::pi * f;
    const Complex admittance =
        1.0 / impedance(circuit.drivers[side], f) + Complex(0.0, w * cable.signal_to_return_farad.value);
    const double wires = cable.signal_ohm[side].value + cable.return_ohm[side].value;
    const bool shared = cable.kind == Cable::Kind::shared_return;
    return 1.0 / admittance + wires + (shared ? cable.common_return_ohm.value : 0.0);
}

}  // namespace

CircuitModel::CircuitModel(const Circuit& circuit, const Observed& observed)
    : circuit_(circuit), elements_(elements_of(circuit_)), observed_(observed) {
    for (const auto* list : {&observed.points, &observed.bounds})
        for (const Observation& o : *list)
            if (!is_impedance(o)) frequencies_.push_back(o.frequency_hz);
    std::sort(frequencies_.begin(), frequencies_.end());
    frequencies_.erase(std::unique(frequencies_.begin(), frequencies_.end()), frequencies_.end());
    for (const auto* list : {&observed.points, &observed.bounds})
        for (const Observation& o : *list)
            places_.push_back(static_cast<std::size_t>(
                std::lower_bound(frequencies_.begin(), frequencies_.end(), o.frequency_hz) -
                frequencies_.begin()));
}

Complex CircuitModel::seen(const Observation& o, const std::vector<CircuitAt>& solved, std::size_t i) const {
    if (o.kind == Observation::Kind::impedance_at_driver)
        return impedance(circuit_.drivers[o.to], o.frequency_hz);
    if (o.kind == Observation::Kind::impedance_at_plug)
        return impedance_at_plug(circuit_, o.to, o.frequency_hz);
    const auto& volts = solved[places_[i]].voltage[o.from];
    const Complex leak(bench.crosstalk, bench.capacitive_crosstalk * o.frequency_hz / 20e3);
    const auto captured = [&](Side s) {
        return bench.sign[s] * bench.gain[s] * (volts[s] + leak * volts[other(s)]);
    };
    if (o.kind == Observation::Kind::crosstalk) return captured(o.to) / captured(o.from);
    // Raw: re the EMF, gain included. In volts: rms of a full-scale sine, whose peak is the EMF.
    const double scale =
        observed_.calibration == "raw" ? 1.0 / circuit_.stage.emf_v : 1.0 / std::numbers::sqrt2;
    return scale * captured(o.to) * std::polar(1.0, -2.0 * std::numbers::pi * o.frequency_hz * bench.delay_s);
}

std::optional<std::vector<Complex>> CircuitModel::predicted() const {
    std::vector<CircuitAt> solved;
    if (!frequencies_.empty()) {
        auto all = solve(circuit_, frequencies_);
        if (!all) return {};
        solved = std::move(*all);
    }
    std::vector<Complex> out;
    out.reserve(places_.size());
    for (const auto* list : {&observed_.points, &observed_.bounds})
        for (const Observation& o : *list) out.push_back(seen(o, solved, out.size()));
    return out;
}

std::size_t CircuitModel::residual_count() const {
    std::size_t count = 0;
    for (const Observation& o : observed_.points) count += o.magnitude_only ? 1 : 2;
    return count;
}

bool CircuitModel::residuals(std::span<double> out) const {
    const auto model = predicted();
    if (!model) return false;
    std::size_t row = 0;
    for (std::size_t i = 0; i < observed_.points.size(); ++i) {
        const Observation& o = observed_.points[i];
        if (o.magnitude_only) {
            out[row++] = (std::abs((*model)[i]) - o.value.real()) / o.u;
            continue;
        }
        const Complex off = ((*model)[i] - o.value) / o.u;
        out[row++] = off.real();
        out[row++] = off.imag();
    }
    return true;
}

void CircuitModel::guess_gain(Side side) {
    const auto model = predicted();
    if (!model) return;
    std::vector<double> ratios;
    double along = 0.0;
    for (std::size_t i = 0; i < observed_.points.size(); ++i) {
        const Observation& o = observed_.points[i];
        if (o.kind != Observation::Kind::transfer || o.to != side || o.from != side) continue;
        const Complex ratio = o.value / (*model)[i];
        if (!(std::abs(ratio) > 0.0) || !std::isfinite(std::abs(ratio))) continue;
        ratios.push_back(std::abs(ratio));
        if (!o.magnitude_only) along += ratio.real() / std::abs(ratio);
    }
    if (ratios.empty()) return;
    const auto middle = ratios.begin() + static_cast<std::ptrdiff_t>(ratios.size() / 2);
    std::nth_element(ratios.begin(), middle, ratios.end());
    bench.gain[side] *= *middle;
    if (along < 0.0) bench.sign[side] = -bench.sign[side];
}

}  // namespace fourpole
