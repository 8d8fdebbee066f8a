// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/analysis/deconvolve.hpp"

#include <complex>
#include <optional>
#include <span>

namespace fourpole {

/// What one output delivers into one known load, at one frequency.
struct LoadedVolts {
    std::complex<double> load_ohm;  ///< infinite (no load): real part infinite
    double u_load_ohm = 0.0;        ///< rms of its complex error, independent of the other loads'
    Estimate volts;                 ///< any unit and phase reference, the same in every one
};

/// The output as a source behind an impedance.
struct SourceByLoads {
    std::complex<double> emf, ohm;
    double u_emf = 0.0, u_ohm = 0.0;  ///< rms of the complex error; of a part or of the size: / sqrt 2
    std::complex<double> covariance;  ///< E[d ohm conj(d emf)]
    /// Sum of the squared misfits by their expected ones: 2 a load beyond two on the average (a complex
    /// misfit is two numbers); 0 where nothing is known to be noisy.
    double chi_square = 0.0;
};

/// EMF and output impedance of one channel from its volts into two or more loads, by weighted least squares
/// on the straight line
///
///     1/V = 1/E + (Zout/E) (1/Z_load),   weight 1 / ((u_V/|V|^2)^2 + (|Zout/E| u_load/|Z_load|^2)^2)
///
/// worked out twice, the second time with the first one's line in the weights. Covariance of (1/E, Zout/E)
/// is the inverse of the normal matrix, carried on to E and Zout to first order.
/// The loads' own part of u takes them for independent; an error of all loads in common, Z (1 + e), is an
/// error of Zout (1 + e).
/// Accuracy: 1e-12 re max(|Zout|, smallest load) without noise; with noise the Cramer-Rao bound, while
/// u_ohm is small beside |Zout + Z_load|.
/// Nothing where fewer than two loads differ by 1e-9 of the smallest, a load is 0, or a volt is.
std::optional<SourceByLoads> source_by_loads(std::span<const LoadedVolts> loads);

}  // namespace fourpole
