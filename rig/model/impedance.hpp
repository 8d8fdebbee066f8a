// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/model/circuit.hpp"
#include "rig/profile/profile.hpp"

#include <complex>
#include <memory>
#include <optional>
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
///   +--[Re Le]--[lossy L]--[R||L||C]--[R||L||C]-- ...--+
///   |                                                  |
///   +----------[R  L  C] branches, each across --------+
///
/// Lossy inductance: L2 || R2 (Dodd, Klippel, Oclee-Brown: AES 117, 2004), Leach's K (jw)^n
/// (JAES 50(6), 2002) or Wright's Kr w^Xr + j Kx w^Xx (JAES 38(10), 1990). A table stands for
/// all of it.
class DriverImpedance {
public:
    explicit DriverImpedance(const Driver& driver);

    std::complex<double> at(double w) const;

    /// G + 1/(sL) + sC between two nodes.
    struct Tank {
        double siemens, per_henry, farad;
    };
    const Chain& coil() const { return coil_; }
    const std::vector<Tank>& tanks() const { return tanks_; }
    const std::vector<Chain>& across() const { return across_; }
    /// Zr w^r + j Zx w^x; Leach is the case r = x = n, Z = K cos and K sin of n pi / 2.
    struct PowerLaw {
        double resistive, resistive_exponent, reactive, reactive_exponent;
    };
    const std::optional<PowerLaw>& law() const { return law_; }
    const std::shared_ptr<const ImpedanceTable>& table() const { return table_; }

private:
    Chain coil_;
    std::vector<Tank> tanks_;  ///< in series with the coil
    std::vector<Chain> across_;
    std::optional<PowerLaw> law_;
    std::shared_ptr<const ImpedanceTable> table_;
};

}  // namespace fourpole
