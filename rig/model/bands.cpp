// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/model/bands.hpp"

#include "rig/model/block_of_draws.hpp"
#include "rig/model/order_statistics.hpp"
#include "rig/model/over_blocks.hpp"
#include "rig/model/population.hpp"
#include "rig/model/readings.hpp"
#include "rig/share_out.hpp"

#include <algorithm>
#include <cmath>

namespace fourpole {
namespace {

constexpr std::size_t block_of_jcgm101 = 10'000;  ///< 7.9.4 b) for 95 %
constexpr std::size_t least_blocks = 5;           ///< before their spread is believed
constexpr std::size_t block_with_covariance = 4096;
constexpr std::size_t most_with_covariance = 256;  ///< frequencies: 256 x 4 x 4096 draws = 34 MB

/// One curve over the blocks so far.
struct Gathered {
    std::vector<OverBlocks> lowest, low, median, high, highest;
    std::vector<OverBlocks> units;  ///< every draw: their spread is the standard uncertainty
    OverBlocks factor;
    std::vector<double> sum, products;  ///< of (x - nominal): over all draws, for the covariance
};

class Gathering {
public:
    Gathering(const Prediction& prediction, std::size_t frequencies, bool covariance)
        : curves_(prediction.curves.size()), covariance_(covariance) {
        for (Gathered& g : curves_) {
            for (auto* ends : {&g.lowest, &g.low, &g.median, &g.high, &g.highest, &g.units})
                ends->resize(frequencies);
            if (!covariance) continue;
            g.sum.resize(frequencies);
            g.products.resize(frequencies * frequencies);
        }
    }

    std::optional<Fault> add_block(const Population& population, std::span<const double> frequency_hz,
                                   const BlockPlan& plan, const Prediction& prediction) {
        const std::vector<Curve> shown = predicted_curves();
        const auto same_as = twins(shown, prediction);
        std::vector<std::vector<double>> largest(shown.size(), std::vector<double>(plan.draws, 0.0));
        const auto units = DrawnUnits::of(population, plan);
        if (!units) return units.error();
        const std::size_t chunk = covariance_ ? frequency_hz.size() : BlockOfDraws::chunk(plan.draws);
        for (std::size_t from = 0; from < frequency_hz.size(); from += chunk) {
            const auto part = frequency_hz.subspan(from, std::min(chunk, frequency_hz.size() - from));
            BlockOfDraws block(part.size(), plan);
            if (auto fault = block.solve(*units, part)) return fault;
            share_out(plan.threads, shown.size(), [&](std::size_t c) {
                if (same_as[c] != c) return;
                const auto& points = prediction.curves[c].nominal.points;
                for (std::size_t i = 0; i < part.size(); ++i)
                    if (points[from + i].state != State::not_measured)
                        add_point(block, shown[c], i, from, curves_[c], largest[c]);
                if (covariance_) block.add_products(shown[c], points, curves_[c].sum, curves_[c].products);
            });
        }
        for (std::size_t c = 0; c < shown.size(); ++c)
            if (same_as[c] == c) curves_[c].factor.add(std::max(1.0, quantile(largest[c], 0.95)));
        for (std::size_t c = 0; c < shown.size(); ++c)
            if (same_as[c] != c) curves_[c] = curves_[same_as[c]];
        ++blocks_;
        draws_ += plan.draws;
        return {};
    }

    /// Twice the largest standard deviation of a band end's mean.
    std::optional<double> end_error() const {
        if (blocks_ < 2) return {};
        double worst = 0.0;
        for (const Gathered& g : curves_)
            for (std::size_t i = 0; i < g.low.size(); ++i)
                worst = std::max({worst, g.low[i].u_of_mean(), g.high[i].u_of_mean()});
        return 2.0 * worst;
    }

    void finish(Prediction& prediction) const {
        prediction.draws = draws_;
        prediction.end_error_db = end_error();
        for (std::size_t c = 0; c < curves_.size(); ++c) finish(curves_[c], prediction.curves[c]);
    }

private:
    /// For each curve the first that shows the same ratio at the same points: a response is the
    /// transfer of its own side, unless it is silent somewhere.
    static std::vector<std::size_t> twins(const std::vector<Curve>& shown, const Prediction& prediction) {
        std::vector<std::size_t> out(shown.size());
        for (std::size_t c = 0; c < shown.size(); ++c) {
            out[c] = c;
            const auto& points = prediction.curves[c].nominal.points;
            const bool spoken = std::none_of(points.begin(), points.end(),
                                             [](const Point& p) { return p.state == State::not_measured; });
            for (std::size_t other = 0; other < c && spoken && out[c] == c; ++other)
                if (shown[c].kind == Curve::Kind::response && shown[other].kind == Curve::Kind::transfer &&
                    shown[c].from == shown[other].from && shown[c].to == shown[other].to)
                    out[c] = other;
        }
        return out;
    }

    static void add_point(const BlockOfDraws& block, const Curve& curve, std::size_t i, std::size_t from,
                          Gathered& gathered, std::vector<double>& largest) {
        std::vector<double> values(largest.size());
        block.decibels(curve, i, values);
        const BandEnds ends = band_ends(values);
        gathered.lowest[from + i].add(ends.lowest);
        gathered.low[from + i].add(ends.low);
        gathered.median[from + i].add(ends.median);
        gathered.high[from + i].add(ends.high);
        gathered.highest[from + i].add(ends.highest);
        gathered.units[from + i].add_all(values);
        raise_scores(values, ends, largest);
    }

    void finish(const Gathered& gathered, PredictedCurve& curve) const {
        const double factor = gathered.factor.mean();
        curve.simultaneous_factor = factor;
        for (std::size_t i = 0; i < curve.low.size(); ++i) {
            Point& p = curve.nominal.points[i];
            if (p.state == State::not_measured) continue;
            const double low = gathered.low[i].mean(), median = gathered.median[i].mean(),
                         high = gathered.high[i].mean();
            curve.low[i] = low;
            curve.high[i] = high;
            curve.simultaneous.low[i] = median - factor * (median - low);
            curve.simultaneous.high[i] = median + factor * (high - median);
            curve.three_sigma.low[i] = gathered.lowest[i].mean();
            curve.three_sigma.high[i] = gathered.highest[i].mean();
            p.u = gathered.units[i].spread();
        }
        if (covariance_) curve.covariance = covariance_of(gathered);
    }

    std::vector<double> covariance_of(const Gathered& gathered) const {
        const std::size_t n = gathered.sum.size();
        const auto count = static_cast<double>(draws_);
        std::vector<double> out(n * n);
        for (std::size_t i = 0; i < n; ++i)
            for (std::size_t j = 0; j < n; ++j)
                out[i * n + j] = (gathered.products[i * n + j] - gathered.sum[i] * gathered.sum[j] / count) /
                                 (count - 1.0);
        return out;
    }

    std::vector<Gathered> curves_;
    bool covariance_;
    std::size_t draws_ = 0;
    double blocks_ = 0.0;
};

}  // namespace

Result<Done> add_bands(const Circuit& circuit, std::span<const double> frequency_hz, const BandOrder& order,
                       Prediction& prediction) {
    const auto population = Population::of(circuit);
    if (!population) return population.error();
    if (population->figures().empty() || frequency_hz.empty()) return Done{};
    if (order.covariance && frequency_hz.size() > most_with_covariance)
        return Fault{Fault::Kind::bad_input, circuit.name,
                     "a covariance over " + std::to_string(frequency_hz.size()) +
                         " frequencies; allowed: up to " + std::to_string(most_with_covariance)};
    const std::size_t largest_block = order.covariance ? block_with_covariance : block_of_jcgm101;
    const std::size_t wanted =
        order.stable_to_db ? std::max(order.most_draws, least_blocks * largest_block) : order.draws;
    const std::size_t blocks = (wanted + largest_block - 1) / largest_block;
    BlockPlan plan{order.seed, first_predicted_unit, (wanted + blocks - 1) / blocks, order.threads};
    if (order.stable_to_db) plan.draws = largest_block;

    Gathering gathering(prediction, frequency_hz.size(), order.covariance);
    prediction.stable = !order.stable_to_db;
    for (std::size_t b = 0; b < blocks; ++b) {
        if (auto fault = gathering.add_block(*population, frequency_hz, plan, prediction)) return *fault;
        plan.first_unit += plan.draws;
        const auto error = gathering.end_error();
        // Of two blocks the spread is known to a factor of three, of five to a third.
        if (!order.stable_to_db || b + 1 < least_blocks || !error || *error > *order.stable_to_db) continue;
        prediction.stable = true;
        break;
    }
    gathering.finish(prediction);
    return Done{};
}

}  // namespace fourpole
