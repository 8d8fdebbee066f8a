// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/analysis/deconvolve.hpp"
#include "rig/reading.hpp"

#include <complex>
#include <optional>

namespace fourpole {

/// A resistance with its standard uncertainty.
struct KnownOhms {
    double ohm = 0.0, u = 0.0;
};

/// What is known of a sense-resistor circuit at one frequency.
///
///     source ──┬── Rs ──┬── r ── plug ── Z ── ground       m = V1 / V0 as captured, g the two
///              V0       V1                                  channels' own ratio: true ratio = m / g
///                       └── Rin ── ground
struct SenseStandards {
    KnownOhms sense;                 ///< Rs
    std::optional<KnownOhms> input;  ///< Rin, the interface's own, beside the load; nothing: not known
    struct Loaded {
        Estimate ratio;  ///< m with the resistor in place of the load
        KnownOhms load;
    };
    std::optional<Loaded> reference;
    std::optional<Estimate> open, shorted;  ///< m with nothing, and with a short, at the plug
    /// g as somebody says it, where neither a reference nor an open plug was captured.
    struct Stated {
        double size = 1.0, u_size = 0.0;
        double phase_rad = 0.0, u_phase_rad = 0.0;
    };
    std::optional<Stated> channels{};
};

/// Z at one frequency. `noise` is the rms of its complex error by the captures' noise; `u_common` what
/// the resistors' own uncertainties do to |Z|, alike in every point that rests on them.
struct SensedImpedance {
    State state = State::not_measured;
    std::complex<double> ohm;  ///< at_least and at_most: the bound, real
    double noise = 0.0, u_common = 0.0;
    /// Standard uncertainty of |Z|: half of a complex error's power lies along it.
    double u() const;
};

/// Z = R (m - m_s)(m_o - m_r) / ((m_o - m)(m_r - m_s)).
///
/// Whatever linear thing stands between load and converters, m is a quotient of two straight lines in Z,
/// m = (a Z + b)/(c Z + 1), and three known loads say all of it: m_s = b at Z = 0, m_o = a/c at infinity,
/// m_r at R. With the three captured, neither Rs, Rin, g nor the contact's r enters. What was not
/// captured follows from the circuit above, k = 1 + Rs/Rin (1 where Rin is not known: it stays in Z),
/// m = g (Z + r)/(Rs + k (Z + r)):
///
///     reference only       m_s = 0, m_o = m_r (1 + Rs/(k R)):  Z_m = Rs q/(1-q), 1/Z = 1/Z_m - 1/Rin
///     reference and open   m_s = 0 (r stays in Z); neither Rs nor Rin enters
///     reference and short  m_o = g/k, g the root near m_r of g^2 - g (k (m_r + m_s) + (m_r - m_s) Rs/R)
///                          + k^2 m_r m_s
///     open (and short)     g = k m_o; R = Rs, m_r = g (Rs + r)/(Rs + k (Rs + r)), r = m_s Rs/(g - k m_s)
///     a stated g           the same with that g, whose u of size and phase are u_common
///     nothing              not_measured: between the channels' ratio and Z nobody can tell
///
/// @param ratio  m with the load, and its noise
/// at_least where the load cannot be told from an open plug (m_o - m below 3 of its u), at_most where
/// it cannot be told from a short one; the bound takes max(3 u, |difference| + 2 u).
/// not_measured where the reference cannot be told from an open or a short, or nothing says what the channels
/// do: no reference, no open plug and no stated g.
/// Accuracy: 1e-12 noise apart; dZ = Rs dq/(1-q)^2 for the load's own noise, that of every standard
/// beside it (derivatives by central differences of 1e-6).
SensedImpedance sensed_impedance(const Estimate& ratio, const SenseStandards& standards);

}  // namespace fourpole
