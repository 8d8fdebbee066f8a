// SPDX-License-Identifier: GPL-3.0-or-later
#include "drivers/transfer_curve.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace fourpole {

namespace {

constexpr double lowest_hz = 0.1;
constexpr double per_octave = 48.0;

double knot_hz(std::size_t i) { return lowest_hz * std::exp2(static_cast<double>(i) / per_octave); }

}  // namespace

Result<TransferCurve> TransferCurve::of(const Circuit& circuit, double highest_hz) {
    // Eight knots more than needed: the spline's free end bends the last few intervals.
    const auto count = static_cast<std::size_t>(per_octave * std::log2(highest_hz / lowest_hz)) + 10;
    std::vector<double> frequencies(count);
    for (std::size_t i = 0; i < count; ++i) frequencies[i] = knot_hz(i);
    const auto solved = solve(circuit, frequencies);
    if (!solved) return solved.error();

    TransferCurve curve;
    curve.blocks_dc_ = circuit.stage.coupling_capacitance_f.has_value();
    curve.value_.resize(count);
    curve.bend_.assign(count, Four{});
    for (std::size_t i = 0; i < count; ++i) {
        std::size_t path = 0;
        for (const Side from : sides)
            for (const Side to : sides) curve.value_[i][path++] = (*solved)[i].tap[from][to];
    }

    // Knots one apart: b[i-1] + 4 b[i] + b[i+1] = 6 (v[i-1] - 2 v[i] + v[i+1]), b = 0 at both ends.
    std::vector<double> pivot(count, 0.0);
    for (std::size_t i = 1; i + 1 < count; ++i) {
        pivot[i] = 1.0 / (4.0 - pivot[i - 1]);
        for (std::size_t p = 0; p < 4; ++p) {
            const Complex turn =
                6.0 * (curve.value_[i - 1][p] - 2.0 * curve.value_[i][p] + curve.value_[i + 1][p]);
            curve.bend_[i][p] = (turn - curve.bend_[i - 1][p]) * pivot[i];
        }
    }
    for (std::size_t i = count - 2; i > 0; --i)
        for (std::size_t p = 0; p < 4; ++p) curve.bend_[i][p] -= pivot[i] * curve.bend_[i + 1][p];
    return curve;
}

PerSide<PerSide<Complex>> TransferCurve::at(double frequency_hz) const {
    Four h;
    if (frequency_hz < lowest_hz) {
        for (std::size_t p = 0; p < 4; ++p)
            h[p] = blocks_dc_ ? value_.front()[p] * (frequency_hz / lowest_hz)
                              : Complex{value_.front()[p].real(), 0.0};
    } else {
        const double place = per_octave * std::log2(frequency_hz / lowest_hz);
        const std::size_t i = std::min(static_cast<std::size_t>(place), value_.size() - 2);
        const double b = place - static_cast<double>(i), a = 1.0 - b;
        const double bend_a = (a * a * a - a) / 6.0, bend_b = (b * b * b - b) / 6.0;
        for (std::size_t p = 0; p < 4; ++p)
            h[p] = a * value_[i][p] + b * value_[i + 1][p] + bend_a * bend_[i][p] + bend_b * bend_[i + 1][p];
    }
    PerSide<PerSide<Complex>> result;
    std::size_t path = 0;
    for (const Side from : sides)
        for (const Side to : sides) result[from][to] = h[path++];
    return result;
}

}  // namespace fourpole
