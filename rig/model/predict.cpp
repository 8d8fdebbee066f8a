// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/model/model.hpp"
#include "rig/model/population.hpp"
#include "rig/model/readings.hpp"
#include "rig/model/solve.hpp"
#include "rig/units.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <thread>

namespace fourpole {
namespace {

constexpr double z95 = 1.959963984540054;  ///< half of 95 % of a normal, in sigmas
constexpr double tail = 0.025;             ///< of the units, on either side of the band
constexpr std::size_t block = 128;         ///< frequencies at a time: 128 x 8 x 4096 draws = 34 MB
constexpr std::size_t crew = 2;            ///< threads; the result does not depend on it

struct Band {
    double low = 0.0, high = 0.0;
};

/// |ratio|^2 of every draw, by curve and frequency of one block.
class Draws {
public:
    Draws(std::size_t curves, std::size_t frequencies, std::size_t draws)
        : frequencies_(frequencies), draws_(draws), squared_(curves * frequencies * draws) {}

    double& at(std::size_t curve, std::size_t frequency, std::size_t draw) {
        return squared_[(curve * frequencies_ + frequency) * draws_ + draw];
    }

    /// Consumes the draws of one point (their order is lost).
    Band band(std::size_t curve, std::size_t frequency) {
        const std::span all(&at(curve, frequency, 0), draws_);
        return {quantile_db(all, tail), quantile_db(all, 1.0 - tail)};
    }

private:
    /// Hazen's quantile: order statistics at (k - 1/2)/n, linear between them, in dB.
    static double quantile_db(std::span<double> all, double q) {
        const double place =
            std::clamp(q * static_cast<double>(all.size()) - 0.5, 0.0, static_cast<double>(all.size() - 1));
        const auto below = static_cast<std::ptrdiff_t>(place);
        std::nth_element(all.begin(), all.begin() + below, all.end());
        const double lower = decibels(all[static_cast<std::size_t>(below)]);
        if (below + 1 == static_cast<std::ptrdiff_t>(all.size())) return lower;
        const double upper = decibels(*std::min_element(all.begin() + below + 1, all.end()));
        return lower + (place - static_cast<double>(below)) * (upper - lower);
    }

    static double decibels(double squared) {
        return AmplitudeRatio{std::max(std::sqrt(squared), arithmetic_floor)}.decibels();
    }

    std::size_t frequencies_, draws_;
    std::vector<double> squared_;
};

/// One unit of the population at the frequencies of a block.
std::optional<Fault> draw_one(const Circuit& circuit, std::span<const double> frequency_hz,
                              std::span<const Curve> curves, std::size_t draw, Draws& draws) {
    const Circuit unit = unit_of(circuit, first_predicted_unit + draw);
    const auto net = network_of(unit);
    if (!net) return net.error();
    NodalSolver solver(*net, unit.drivers);
    for (std::size_t i = 0; i < frequency_hz.size(); ++i) {
        const auto at = solver.at(frequency_hz[i]);
        if (!at)
            return Fault{Fault::Kind::bad_input, circuit.name,
                         "the tolerances allow a circuit without a solution"};
        for (std::size_t c = 0; c < curves.size(); ++c) {
            const Curve& curve = curves[c];
            const double own = std::norm(at->voltage[curve.from][curve.from]);
            const double refer = curve.kind == Curve::Kind::crosstalk
                                     ? std::max(own, arithmetic_floor * arithmetic_floor)
                                     : circuit.stage.emf_v * circuit.stage.emf_v;
            draws.at(c, i, draw) = std::norm(at->voltage[curve.from][curve.to]) / refer;
        }
    }
    return {};
}

/// Every draw, dealt out to the crew; each writes to places of its own.
std::optional<Fault> draw_all(const Circuit& circuit, std::span<const double> frequency_hz,
                              std::span<const Curve> curves, std::size_t count, Draws& draws) {
    std::array<std::optional<Fault>, crew> faults;
    const auto work = [&](std::size_t hand) {
        for (std::size_t d = hand; d < count && !faults[hand]; d += crew)
            faults[hand] = draw_one(circuit, frequency_hz, curves, d, draws);
    };
    {
        std::array<std::jthread, crew - 1> hands;
        for (std::size_t hand = 1; hand < crew; ++hand) hands[hand - 1] = std::jthread(work, hand);
        work(0);
    }
    for (const auto& fault : faults)
        if (fault) return fault;
    return {};
}

bool has_tolerances(const Circuit& circuit) {
    bool any = false;
    for_each_figure(circuit, [&any](const Figure& figure) { any = any || figure.tolerance != 0.0; });
    return any;
}

/// Nominal curves with empty bands: both ends on the curve.
std::vector<PredictedCurve> nominal_curves(std::span<const CircuitAt> solved,
                                           std::span<const double> frequency_hz, double emf_v) {
    std::vector<PredictedCurve> curves;
    for (Reading& reading : readings_of(solved, frequency_hz, emf_v)) {
        PredictedCurve curve;
        for (const Point& p : reading.points) curve.low.push_back(p.value.value_or(0.0));
        curve.high = curve.low;
        curve.nominal = std::move(reading);
        curves.push_back(std::move(curve));
    }
    return curves;
}

std::optional<Fault> add_bands(const Circuit& circuit, std::span<const double> frequency_hz,
                               std::size_t count, std::vector<PredictedCurve>& predicted) {
    const std::vector<Curve> curves = predicted_curves();
    for (std::size_t from = 0; from < frequency_hz.size(); from += block) {
        const auto part = frequency_hz.subspan(from, std::min(block, frequency_hz.size() - from));
        Draws draws(curves.size(), part.size(), count);
        if (auto fault = draw_all(circuit, part, curves, count, draws)) return fault;
        for (std::size_t c = 0; c < curves.size(); ++c)
            for (std::size_t i = 0; i < part.size(); ++i) {
                Point& p = predicted[c].nominal.points[from + i];
                if (p.state == State::not_measured) continue;
                const Band band = draws.band(c, i);
                predicted[c].low[from + i] = band.low;
                predicted[c].high[from + i] = band.high;
                p.u = (band.high - band.low) / (2.0 * z95);
            }
    }
    return {};
}

}  // namespace

Result<Prediction> predict(const Circuit& circuit, std::span<const double> frequency_hz, int draws) {
    const auto solved = solve(circuit, frequency_hz);
    if (!solved) return solved.error();
    const auto words = wiring(circuit);
    if (!words) return words.error();
    Prediction prediction;
    prediction.curves = nominal_curves(*solved, frequency_hz, circuit.stage.emf_v);
    prediction.wiring = wiring_reading(*words);
    if (draws > 0 && has_tolerances(circuit))
        if (auto fault = add_bands(circuit, frequency_hz, static_cast<std::size_t>(draws), prediction.curves))
            return *fault;
    return prediction;
}

}  // namespace fourpole
