// SPDX-License-Identifier: GPL-3.0-or-later
#include "rig/model/propagation.hpp"

#include "rig/model/population.hpp"
#include "rig/model/readings.hpp"
#include "rig/units.hpp"

#include <Eigen/Core>

#include <cassert>
#include <cmath>

namespace fourpole {
namespace {

constexpr double z95 = 1.959963984540054;
constexpr double step_in_u = 0.01;

using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// `figure` moved by `off` standard uncertainties (of its logarithm where log_normal).
double moved(const Figure& figure, double off) {
    const double u = standard_uncertainty(figure);
    if (figure.spread == Figure::Spread::log_normal) return figure.value * std::exp(off * u);
    return figure.value + off * u;
}

std::vector<double> values_of(std::span<const Figure> figures) {
    std::vector<double> out;
    for (const Figure& f : figures) out.push_back(f.value);
    return out;
}

}  // namespace

double standard_uncertainty(const Figure& figure) {
    switch (figure.spread) {
        case Figure::Spread::uniform: return figure.tolerance / std::sqrt(3.0);
        case Figure::Spread::normal: return 0.5 * figure.tolerance;
        case Figure::Spread::log_normal: return std::log1p(figure.tolerance) / z95;
    }
    return 0.0;
}

Propagated propagate(std::span<const Figure> inputs, const Correlation& correlation, const Model& model) {
    Propagated out;
    std::vector<double> x = values_of(inputs);
    out.value = model(x);
    const auto rows = static_cast<Eigen::Index>(out.value.size());
    const auto columns = static_cast<Eigen::Index>(inputs.size());
    Rows contributions = Rows::Zero(rows, columns);
    for (std::size_t k = 0; k < inputs.size(); ++k) {
        if (inputs[k].tolerance == 0.0) continue;
        x[k] = moved(inputs[k], step_in_u);
        const std::vector<double> above = model(x);
        x[k] = moved(inputs[k], -step_in_u);
        const std::vector<double> below = model(x);
        x[k] = inputs[k].value;
        assert(above.size() == out.value.size() && below.size() == out.value.size());
        for (std::size_t i = 0; i < above.size(); ++i)
            contributions(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(k)) =
                (above[i] - below[i]) / (2.0 * step_in_u);
    }
    Rows r = Rows::Identity(columns, columns);
    for (Eigen::Index i = 0; i < columns; ++i)
        for (Eigen::Index j = 0; j < columns; ++j) {
            const auto a = static_cast<std::size_t>(i), b = static_cast<std::size_t>(j);
            if (i != j)
                r(i, j) =
                    correlation_of_values(inputs[a].spread, inputs[b].spread, correlation.between(a, b));
        }
    const Rows covariance = contributions * r * contributions.transpose();
    out.covariance.assign(covariance.data(), covariance.data() + covariance.size());
    out.contributions.assign(contributions.data(), contributions.data() + contributions.size());
    for (Eigen::Index i = 0; i < rows; ++i) out.u.push_back(std::sqrt(std::max(0.0, covariance(i, i))));
    return out;
}

Result<Propagated> propagate(std::span<const Figure> inputs, const Model& model) {
    const auto correlation = Correlation::of(inputs);
    if (!correlation) return correlation.error();
    return propagate(inputs, *correlation, model);
}

Result<Propagated> propagate(const Circuit& circuit, const Curve& curve,
                             std::span<const double> frequency_hz) {
    const auto population = Population::of(circuit);
    if (!population) return population.error();
    if (auto nominal = solve(circuit, frequency_hz); !nominal) return nominal.error();
    std::optional<Fault> fault;
    const Model decibels = [&](std::span<const double> values) {
        std::vector<double> out(frequency_hz.size(), 0.0);
        const auto solved = solve(population->with(values), frequency_hz);
        if (!solved) {
            fault = solved.error();
            return out;
        }
        for (std::size_t i = 0; i < out.size(); ++i)
            if (const auto ratio = curve.ratio((*solved)[i], circuit.stage.emf_v))
                out[i] = AmplitudeRatio{std::max(std::abs(*ratio), arithmetic_floor)}.decibels();
        return out;
    };
    Propagated out = propagate(population->figures(), population->correlation(), decibels);
    if (fault) return *fault;
    return out;
}

}  // namespace fourpole
