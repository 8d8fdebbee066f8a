// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/model/monte_carlo.hpp"

#include "rig/model/order_statistics.hpp"
#include "rig/model/over_blocks.hpp"
#include "rig/model/population.hpp"
#include "rig/model/random.hpp"
#include "rig/share_out.hpp"

#include <algorithm>
#include <cmath>

namespace fourpole {
namespace {

/// What one output has gathered.
struct Output {
    OverBlocks mean, u, low, high, shortest_low, shortest_high;
    double sum = 0.0, squares = 0.0;  ///< about `origin`, over all trials
    double origin = 0.0;

    double error() const {
        return 2.0 * std::max({mean.u_of_mean(), u.u_of_mean(), low.u_of_mean(), high.u_of_mean()});
    }
};

/// Mean, u and both intervals of one block's trials; sorts them.
void add_block(Output& out, std::vector<double>& trials, double coverage) {
    const auto n = static_cast<double>(trials.size());
    double sum = 0.0, squares = 0.0;
    for (const double y : trials) {
        const double off = y - out.origin;
        sum += off;
        squares += off * off;
    }
    out.sum += sum;
    out.squares += squares;
    out.mean.add(out.origin + sum / n);
    out.u.add(std::sqrt(std::max(0.0, squares - sum * sum / n) / (n - 1.0)));
    out.low.add(quantile(trials, 0.5 * (1.0 - coverage)));
    out.high.add(quantile(trials, 0.5 * (1.0 + coverage)));
    std::sort(trials.begin(), trials.end());
    const auto held = static_cast<std::size_t>(coverage * n + 0.5);  // JCGM 101, 7.7.2
    std::size_t best = 0;
    for (std::size_t r = 0; r + held < trials.size(); ++r)
        if (trials[r + held] - trials[r] < trials[best + held] - trials[best]) best = r;
    out.shortest_low.add(trials[best]);
    out.shortest_high.add(trials[best + held]);
}

Distribution distribution_of(const Output& out, double trials, const MonteCarloOrder& order) {
    Distribution d;
    d.mean = out.origin + out.sum / trials;
    d.u = std::sqrt(std::max(0.0, out.squares - out.sum * out.sum / trials) / (trials - 1.0));
    d.low = out.low.mean();
    d.high = out.high.mean();
    d.shortest_low = out.shortest_low.mean();
    d.shortest_high = out.shortest_high.mean();
    d.error = out.error();
    d.tolerance = order.tolerance.value_or(numerical_tolerance(d.u));
    return d;
}

std::optional<Fault> refused(const MonteCarloOrder& order) {
    const auto refuse = [](const std::string& why) {
        return Fault{Fault::Kind::bad_input, "Monte Carlo", why};
    };
    if (!(order.coverage >= 0.5 && order.coverage <= 0.999))
        return refuse("a coverage of " + std::to_string(order.coverage) + "; allowed: 0.5 to 0.999");
    if (order.tolerance && !(*order.tolerance > 0.0))
        return refuse("a numerical tolerance of " + std::to_string(*order.tolerance) + "; allowed: above 0");
    return {};
}

/// The outputs of one block's trials, [output][trial].
Result<std::vector<std::vector<double>>> run_block(std::span<const Figure> inputs,
                                                   const Correlation& correlation, const Model& model,
                                                   std::size_t outputs, std::uint64_t first, std::size_t size,
                                                   const MonteCarloOrder& order) {
    std::vector<std::vector<double>> trials(outputs, std::vector<double>(size));
    share_out(order.threads, size, [&](std::size_t t) {
        std::vector<double> q(inputs.size());
        for (std::size_t k = 0; k < q.size(); ++k)
            q[k] = random_point(order.seed, first + t, static_cast<std::uint32_t>(k));
        const std::vector<double> y = model(values_at(inputs, correlation, q));
        for (std::size_t o = 0; o < outputs; ++o) trials[o][t] = y[o];
    });
    for (const auto& output : trials)
        for (const double y : output)
            if (!std::isfinite(y))
                return Fault{Fault::Kind::bad_input, "Monte Carlo",
                             "the model gives something that is not finite within the tolerances"};
    return trials;
}

}  // namespace

double numerical_tolerance(double u) {
    if (!(u > 0.0)) return 0.0;
    // u = c 10^l with c of two digits, as it would be rounded: 9.96 is 10, 99.6 is 1.0e2.
    double unit = 1.0;
    while (u / unit >= 99.5) unit *= 10.0;
    while (u / unit < 9.95) unit /= 10.0;
    return 0.5 * unit;
}

Result<MonteCarlo> monte_carlo(std::span<const Figure> inputs, const Model& model,
                               const MonteCarloOrder& order) {
    const auto correlation = Correlation::of(inputs);
    if (!correlation) return correlation.error();
    return monte_carlo(inputs, *correlation, model, order);
}

Result<MonteCarlo> monte_carlo(std::span<const Figure> inputs, const Correlation& correlation,
                               const Model& model, const MonteCarloOrder& order) {
    if (auto fault = refused(order)) return *fault;
    std::vector<double> nominal;
    for (const Figure& f : inputs) nominal.push_back(f.value);
    const std::vector<double> at_nominal = model(nominal);
    std::vector<Output> outputs(at_nominal.size());
    for (std::size_t o = 0; o < outputs.size(); ++o) outputs[o].origin = at_nominal[o];

    const auto least = static_cast<std::size_t>(std::ceil(100.0 / (1.0 - order.coverage)));
    const std::size_t block = std::max<std::size_t>(least, 10'000);
    MonteCarlo out;
    do {
        auto trials = run_block(inputs, correlation, model, outputs.size(), out.trials, block, order);
        if (!trials) return trials.error();
        for (std::size_t o = 0; o < outputs.size(); ++o) add_block(outputs[o], (*trials)[o], order.coverage);
        out.trials += block;
        if (out.trials < 2 * block) continue;
        out.outputs.clear();
        out.stable = true;
        for (const Output& output : outputs) {
            out.outputs.push_back(distribution_of(output, static_cast<double>(out.trials), order));
            out.stable = out.stable && out.outputs.back().error <= out.outputs.back().tolerance;
        }
    } while (out.trials < 2 * block || (!out.stable && out.trials + block <= order.most_trials));
    return out;
}

}  // namespace fourpole
