// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <complex>
#include <cstddef>
#include <vector>

namespace fourpole {

/// Inner products of what may explain a residual with each other and with it, over the bins of one band:
/// `gram[i][j]` = sum conj(q_i) q_j (i <= j filled), `with[i]` = sum conj(q_i) r.
struct BandProducts {
    static constexpr std::size_t most = 5;
    std::array<std::array<std::complex<double>, most>, most> gram{};
    std::array<std::complex<double>, most> with{};
    double residual = 0.0;   ///< sum |r|^2
    double a = 0.0;          ///< sum |A|^2
    double frequency = 0.0;  ///< sum f |q_0|^2
    std::size_t count = 0;   ///< bins

    void operator+=(const BandProducts& o);
};

/// The same once q_0 is taken out of the residual and of every other q, by least squares in this band; one
/// bin fewer is then independent.
BandProducts without_first(const BandProducts& p);

/// Least squares of r by the named q, in one complex number each. A q that the ones before it already
/// explain to 1e-9 of its power gets 0.
std::vector<std::complex<double>> coefficients(const BandProducts& p, const std::vector<std::size_t>& which);

/// What `which` explain of the residual's power in both halves together, told by either half's
/// coefficients about the other one:
///
///     P = Re c_1^H G c_2,  u(P)^2 = 2 n s^4 + 4 s^2 P,  s^2 = noise power a bin, n = number of q
///
/// Noise that one half explains away by chance does not come twice: P is unbiased and may be below 0.
struct Explained {
    double power = 0.0, variance = 0.0;
};
Explained explained(const BandProducts& first, const BandProducts& second,
                    const std::vector<std::size_t>& which);

}  // namespace fourpole
