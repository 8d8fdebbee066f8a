// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/model/correlation.hpp"
#include "rig/model/model.hpp"
#include "rig/profile/profile.hpp"
#include "rig/result.hpp"

#include <functional>
#include <span>
#include <vector>

namespace fourpole {

/// A measurement model: the values of the inputs in, the values of the outputs out; always as
/// many. Called from several threads by the Monte Carlo method.
using Model = std::function<std::vector<double>(std::span<const double>)>;

/// What a model's outputs are worth for uncertain inputs, to first order.
struct Propagated {
    std::vector<double> value;          ///< the model at the inputs' values
    std::vector<double> u;              ///< standard uncertainty of each output
    std::vector<double> covariance;     ///< outputs x outputs, row after row
    std::vector<double> contributions;  ///< outputs x inputs: derivative times the input's u
};

/// Law of propagation of uncertainty (GUM, JCGM 100:2008, 5.2.2):
///     C = J V J^T,  V_ij = r_ij u_i u_j
/// with derivatives by central differences over +- u_i / 100: exact for a model of second
/// degree, else off by f''' u_i^2 / 60000. u_i: tolerance / sqrt(3) (uniform), tolerance / 2
/// (normal), and of the logarithm ln(1 + tolerance) / 1.96 (log_normal, where the logarithm is
/// the input). Right where the model is nearly straight over a tolerance; else draw.
/// Fault bad_input: correlations that no figures can have.
Result<Propagated> propagate(std::span<const Figure> inputs, const Model& model);
Propagated propagate(std::span<const Figure> inputs, const Correlation& correlation, const Model& model);

/// The same for one predicted curve (dB) over the tolerances of a circuit; a point that is not
/// measured in the nominal unit has the value and uncertainty 0.
/// Fault bad_input: as solve(), or a circuit within +- u / 100 that has no solution.
struct Curve;
Result<Propagated> propagate(const Circuit& circuit, const Curve& curve,
                             std::span<const double> frequency_hz);

/// Standard uncertainty of a Figure by its spread; of its logarithm where log_normal.
double standard_uncertainty(const Figure& figure);

}  // namespace fourpole
