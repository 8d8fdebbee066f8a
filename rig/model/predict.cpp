// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/model/bands.hpp"
#include "rig/model/model.hpp"
#include "rig/model/readings.hpp"

#include <algorithm>

namespace fourpole {
namespace {

/// Nominal curves with empty bands: both ends on the curve.
std::vector<PredictedCurve> nominal_curves(std::span<const CircuitAt> solved,
                                           std::span<const double> frequency_hz, double emf_v) {
    std::vector<PredictedCurve> curves;
    for (Reading& reading : readings_of(solved, frequency_hz, emf_v)) {
        PredictedCurve curve;
        for (const Point& p : reading.points) curve.low.push_back(p.value.value_or(0.0));
        curve.high = curve.low;
        curve.simultaneous = curve.three_sigma = {curve.low, curve.high};
        curve.nominal = std::move(reading);
        curves.push_back(std::move(curve));
    }
    return curves;
}

}  // namespace

Result<Prediction> predict(const Circuit& circuit, std::span<const double> frequency_hz,
                           const BandOrder& order) {
    const auto solved = solve(circuit, frequency_hz);
    if (!solved) return solved.error();
    const auto words = wiring(circuit);
    if (!words) return words.error();
    Prediction prediction;
    prediction.curves = nominal_curves(*solved, frequency_hz, circuit.stage.emf_v);
    prediction.wiring = wiring_reading(*words);
    if (order.draws > 0)
        if (const auto done = add_bands(circuit, frequency_hz, order, prediction); !done) return done.error();
    return prediction;
}

Result<Prediction> predict(const Circuit& circuit, std::span<const double> frequency_hz, int draws) {
    BandOrder order;
    order.draws = static_cast<std::size_t>(std::max(draws, 0));
    return predict(circuit, frequency_hz, order);
}

}  // namespace fourpole
