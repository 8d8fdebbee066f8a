// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/model/elimination.hpp"
#include "rig/model/lanes.hpp"
#include "rig/model/shape.hpp"

#include <span>
#include <vector>

namespace fourpole {

/// Eight units of one shape solved at once: stamped, eliminated in the order that a reference unit
/// showed, and substituted back as far as the drivers' terminals. Memory: 160 n^2 bytes for n unknowns.
class SideBySide {
public:
    explicit SideBySide(const Shape& shape);

    /// Where an element of the matrix can be, row after row.
    static std::vector<bool> pattern_of(const Shape& shape);
    /// The unknowns that are the drivers' terminals.
    static std::vector<std::size_t> asked_of(const Shape& shape);

    static constexpr double worst_pivot = 1e-4;

    struct Answer {
        Lanes squared_v[2][2];  ///< [driven side][driver]: |V|^2 across the driver
        /// Smallest |pivot|^2 - worst_pivot |largest of its column|^2: above 0 for a lane that loses no
        /// accuracy by the order of elimination. NaN and less for one that has no solution.
        Lanes pivot_margin;
    };
    /// `numbers` as numbers_of() writes them, eight units to each. Accuracy: 1e-12 of the larger of a
    /// driver's terminals where pivot_margin > 0.
    void solve(double w, const Elimination& order, std::span<const Lanes> numbers, Answer& out);

private:
    const Shape& shape_;
    std::size_t n_;
    std::vector<ComplexLanes> y_, rhs_, x_, inverse_;
};

}  // namespace fourpole
