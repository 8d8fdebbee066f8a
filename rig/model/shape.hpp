// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/model/circuit.hpp"
#include "rig/model/impedance.hpp"

#include <memory>
#include <vector>

namespace fourpole {

/// What units of one circuit have in common: who is joined to whom. The numbers of a unit are a row of
/// doubles beside it, in the order in which numbers_of() writes them.
struct Shape {
    struct Joint {
        int a = 0, b = 0;
        bool own_current = false;  ///< an unknown of its own, see Nodal
        bool emf = false;
        bool resistive = false;  ///< neither coil nor capacitor: the same at every frequency, told in siemens
        bool operator==(const Joint&) const = default;
    };
    /// Rows of the coupled coils' currents.
    struct Coupled {
        int one = 0, two = 0;
        bool operator==(const Coupled&) const = default;
    };
    struct Load {
        int plus = 0, minus = 0;
        std::size_t tanks = 0, across = 0;
        bool law = false;
        std::shared_ptr<const ImpedanceTable> table;
        bool operator==(const Load&) const = default;
    };
    int nodes = 1;  ///< ground among them
    std::vector<Joint> joints;
    std::vector<Coupled> couplings;
    PerSide<Load> loads;

    /// Of the modified nodal analysis: nodes without ground, then currents.
    std::size_t unknowns() const;
    bool operator==(const Shape& o) const {
        return nodes == o.nodes && joints == o.joints && couplings == o.couplings &&
               loads[Side::left] == o.loads[Side::left] && loads[Side::right] == o.loads[Side::right];
    }
};

Shape shape_of(const Network& network, const PerSide<DriverImpedance>& drivers);

/// Leak of each node but ground; siemens of each resistive branch, ohm, henry and 1/farad of any other, with
/// its EMFs where it has one; henry of each coupling; of each driver the coil, its tanks, its power law and
/// what lies across.
std::vector<double> numbers_of(const Network& network, const PerSide<DriverImpedance>& drivers);

}  // namespace fourpole
