// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/model/fixture.hpp"
#include "rig/profile/profile.hpp"
#include "rig/reading.hpp"
#include "rig/result.hpp"

#include <span>
#include <vector>

namespace fourpole {

/// Every frequency at which a transfer was read.
std::vector<double> captured_frequencies(const Readings& readings);

/// What was captured at a fixture's taps, as it were at the drivers without the fixture. At each
/// frequency, with M[driven][side] the captured transfers and D the model's without tapped^-1
/// (rig/model/fixture.hpp), for the driven side o and the other side x:
///     response, transfer o to o   D_oo M_oo + D_ox M_ox
///     transfer o to x             D_xo M_oo + D_xx M_ox
///     crosstalk, C = M_ox / M_oo  (D_xo + D_xx C) / (D_oo + D_ox C)
/// Their definitions become "response.sweep.without_fixture@1" and so on. Every other reading
/// stands as captured: harmonics, noise, DC and hum are the capture's.
///
/// u: that of the capture and the spread of the result over units of circuit and fixture drawn
/// from their tolerances, in quadrature. Bounds stay bounds, widened by what the fixture may
/// hide. What lacks one of its parts is not_measured.
/// Accuracy for an exact circuit: that of the capture (tests/remove_fixture_test.cpp).
class FixtureRemoval {
public:
    /// `on_bench`: the arm's circuit with its fixture. Fault bad_input: as solve().
    static Result<FixtureRemoval> of(const Circuit& on_bench, std::span<const double> frequency_hz);

    /// A point at a frequency that of() was not told becomes not_measured.
    void apply(Readings& readings) const;

private:
    /// D of one unit at each frequency: [i][driven][side] is D_side,driven.
    using Removal = std::vector<SideMatrix>;

    Point removed(const Reading& like, const Point& own, const Point& leak) const;

    std::vector<double> frequency_hz_;
    std::vector<Removal> units_;  ///< the nominal one first
};

}  // namespace fourpole
