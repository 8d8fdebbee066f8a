// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/profile/profile.hpp"
#include "rig/result.hpp"
#include "rig/signal.hpp"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace fourpole {

/// One resistance between two segments of an earphone's plug, as an ohmmeter showed it.
struct OhmmeterReading {
    std::string a, b;           ///< segments: "T", "R1", "R2", "S"
    std::optional<double> ohm;  ///< nullopt: the meter showed an open circuit
    double u_ohm = 0.0;         ///< standard uncertainty, independent of the other readings
};

/// Whether the two drivers share a return, and how much of it.
struct ReturnTest {
    enum class Verdict { shared, separate, not_decided };
    Verdict verdict = Verdict::not_decided;

    /// Resistance that both drivers' currents pass. Exactly 0 with u = 0 where no segment of one
    /// side conducts to the other side's; nullopt where the readings cannot say.
    std::optional<double> shared_ohm, u_shared_ohm;
    /// Each side's loop, from its signal to its own return, less what is shared; nullopt: open.
    PerSide<std::optional<double>> driver_ohm, u_driver_ohm;
    /// Covariance of (shared, left driver, right driver), ohm^2; zero where one of them is nullopt.
    std::array<std::array<double, 3>, 3> covariance{};
    /// What the shared part leaks into the other side from a player of 0 ohm, at DC: driven re
    /// driven side's own, always in antiphase. nullopt where nothing is shared, or nothing known.
    PerSide<std::optional<double>> leak_ratio;  ///< [driven side], positive
    /// Four poles whose returns are joined: resistance from L- to R-. A bridge-tied output is shorted
    /// by it. nullopt: they are not joined, or the plug has one common return.
    std::optional<double> between_returns_ohm;
    std::string sentence;  ///< the verdict and its reason, for the person
};

/// A shared return below this counts as none: the contact and solder joint of a plug
/// (connectors: 50 milliohm at most), half of the least seen in a 3-wire cable (0.1 ohm, monoadc).
inline constexpr double separate_below_ohm = 0.05;

/// The ohmmeter test. With a common return C on the plug (three readings):
///
///     shared = (R(L+,C) + R(R+,C) - R(L+,R+)) / 2,   driver = own reading - shared
///
/// With L- and R- of their own (six readings): where no reading from one side to the other
/// conducts, nothing is shared; else
///
///     shared = (R(L+,R-) + R(R+,L-) - R(L+,R+) - R(L-,R-)) / 2
///
/// the transfer resistance of the four poles (the first formula is its case L- = R- = C); the
/// sentence then says that the returns are joined, and by how much between L- and R-.
/// 100 kilohm and above are no conduction (fingers, flux).
/// Verdict by the 95 % interval (1.96 u): shared when it lies above separate_below_ohm, separate
/// when below, else not decided. Uncertainties are propagated linearly, exact for these sums.
/// A lead resistance r that is left in every reading adds r / 2 to `shared`: null the leads first.
/// Faults bad_input: an unknown or repeated pair, a reading that is missing, negative or not
/// finite, a shared part below zero by more than 3 u (readings of different things).
Result<ReturnTest> test_returns(const Plug& plug, const std::vector<OhmmeterReading>& readings);

}  // namespace fourpole
