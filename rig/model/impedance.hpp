// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/model/circuit.hpp"
#include "rig/profile/profile.hpp"

#include <complex>
#include <vector>

namespace fourpole {

/// Impedance of a chain at the angular frequency w > 0; its reciprocal without a complex
/// division, since both are evaluated a hundred thousand times for one band.
inline std::complex<double> impedance_of(const Chain& c, double w) {
    return {c.ohm, w * c.henry - c.per_farad / w};
}

inline std::complex<double> reciprocal(std::complex<double> z) {
    const double squared = z.real() * z.real() + z.imag() * z.imag();
    return {z.real() / squared, -z.imag() / squared};
}

/// A driver's elements as bare numbers, ready to be evaluated at many frequencies.
///
///   +--[Re Le]--[L2 || R2]--[R||L||C]--[R||L||C]-- ...--+
///   |                                                   |     Dodd, Klippel, Oclee-Brown:
///   +----------[R  L  C] branches, each across ---------+     AES 117 (2004), L2R2 model
class DriverImpedance {
public:
    explicit DriverImpedance(const Driver& driver);

    std::complex<double> at(double w) const;

private:
    /// G + 1/(sL) + sC between two nodes.
    struct Tank {
        double siemens, per_henry, farad;
    };
    Chain coil_;
    std::vector<Tank> tanks_;  ///< in series with the coil
    std::vector<Chain> across_;
};

}  // namespace fourpole
