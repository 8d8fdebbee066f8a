// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/model/derived_curves.hpp"
#include "rig/model/order_statistics.hpp"
#include "rig/model/over_blocks.hpp"
#include "rig/model/population.hpp"
#include "rig/share_out.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace fourpole {
namespace {

constexpr std::size_t most_frequencies = 64;  ///< at a time: 22 curves of 512 units are then 6 MB

/// The values of every unit on every curve at a few frequencies.
class Values {
public:
    Values(std::size_t curves, std::size_t points, std::size_t draws)
        : points_(points),
          draws_(draws),
          values_(curves * points * draws, std::numeric_limits<double>::quiet_NaN()) {}

    double& at(std::size_t curve, std::size_t point, std::size_t draw) {
        return values_[(curve * points_ + point) * draws_ + draw];
    }
    std::span<const double> of(std::size_t curve, std::size_t point) const {
        return std::span(values_).subspan((curve * points_ + point) * draws_, draws_);
    }

private:
    std::size_t points_, draws_;
    std::vector<double> values_;
};

Result<Values> values_of_units(const Population& population, std::span<const double> frequency_hz,
                               std::size_t curves, std::size_t draws, unsigned threads) {
    Values out(curves, frequency_hz.size(), draws);
    std::vector<std::optional<Fault>> faults(draws);
    share_out(threads, draws, [&](std::size_t d) {
        const auto unit = derived_curves(population.unit(first_predicted_unit + d), frequency_hz);
        if (!unit) {
            faults[d] = unit.error();
            return;
        }
        for (std::size_t c = 0; c < curves; ++c)
            for (std::size_t i = 0; i < frequency_hz.size(); ++i)
                if (const auto& value = (*unit)[c].points[i].value) out.at(c, i, d) = *value;
    });
    for (const auto& fault : faults)
        if (fault) return *fault;
    return out;
}

/// The pointwise ends; simultaneous.low and .high keep the distances from the median until the
/// factor is known, `median` where they start.
struct Open {
    std::vector<double> median, spread, largest;
};

void add_points(const Values& values, std::size_t c, std::size_t points, PredictedCurve& curve, Open& open) {
    for (std::size_t i = 0; i < points; ++i) {
        const auto units = values.of(c, i);
        OverBlocks spread;
        const bool whole = std::none_of(units.begin(), units.end(), [](double v) { return std::isnan(v); });
        BandEnds ends;
        if (whole) {
            ends = band_ends(units);
            raise_scores(units, ends, open.largest);
            spread.add_all(units);
        } else {
            ends.low = ends.median = ends.high = curve.nominal.points[curve.low.size()].value.value_or(0.0);
        }
        curve.low.push_back(ends.low);
        curve.high.push_back(ends.high);
        open.median.push_back(ends.median);
        open.spread.push_back(whole ? spread.spread() : 0.0);
    }
}

void finish(const Open& open, PredictedCurve& curve) {
    const double factor = std::max(1.0, quantile(open.largest, 0.95));
    curve.simultaneous_factor = factor;
    for (std::size_t i = 0; i < curve.low.size(); ++i) {
        const double median = open.median[i];
        curve.simultaneous.low.push_back(median - factor * (median - curve.low[i]));
        curve.simultaneous.high.push_back(median + factor * (curve.high[i] - median));
        if (curve.high[i] > curve.low[i]) curve.nominal.points[i].u = open.spread[i];
    }
}

}  // namespace

Result<std::vector<PredictedCurve>> derived_curves_with_bands(const Circuit& circuit,
                                                              std::span<const double> frequency_hz, int draws,
                                                              unsigned threads) {
    auto nominal = derived_curves(circuit, frequency_hz);
    if (!nominal) return nominal.error();
    std::vector<PredictedCurve> out(nominal->size());
    for (std::size_t c = 0; c < out.size(); ++c) out[c].nominal = std::move((*nominal)[c]);
    const auto population = Population::of(circuit);
    if (!population) return population.error();
    if (draws <= 0 || population->figures().empty()) return out;
    const auto units = static_cast<std::size_t>(draws);
    std::vector<Open> open(out.size(), {{}, {}, std::vector<double>(units, 0.0)});
    for (std::size_t from = 0; from < frequency_hz.size(); from += most_frequencies) {
        const auto part = frequency_hz.subspan(from, std::min(most_frequencies, frequency_hz.size() - from));
        const auto values = values_of_units(*population, part, out.size(), units, threads);
        if (!values) return values.error();
        share_out(threads, out.size(),
                  [&](std::size_t c) { add_points(*values, c, part.size(), out[c], open[c]); });
    }
    for (std::size_t c = 0; c < out.size(); ++c) finish(open[c], out[c]);
    return out;
}

}  // namespace fourpole
