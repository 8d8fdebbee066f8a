// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/model/block_plan.hpp"
#include "rig/model/population.hpp"
#include "rig/model/side_by_side.hpp"
#include "rig/result.hpp"

#include <span>
#include <vector>

namespace fourpole {

/// Row of one transfer among the four.
inline std::size_t pair_of(Side from, Side to) {
    return 2 * static_cast<std::size_t>(from) + static_cast<std::size_t>(to);
}

/// The units of one block, drawn once and solved at any frequencies: eight at a time where they have the
/// shape of the population's first predicted unit, alone where they do not (a resistance of 0 that may
/// also be above it) or where an order of elimination that suits that unit would cost them accuracy.
/// What comes out for a unit is the same to the last bit whatever block and thread it is drawn in.
/// Memory: some 500 bytes a unit.
class DrawnUnits {
public:
    /// Fault bad_input: what network_of() says of a unit.
    static Result<DrawnUnits> of(const Population& population, const BlockPlan& plan);

    /// |V|^2 across the driver re the EMF squared: out[(pair_of(from, to) F + f) units + unit].
    std::optional<Fault> solve(std::span<const double> frequency_hz, std::span<double> out) const;

private:
    DrawnUnits(const Population& population, const BlockPlan& plan) : population_(population), plan_(plan) {}

    std::optional<Fault> draw();
    std::optional<Fault> draw_group(std::size_t group);
    std::vector<std::optional<Elimination>> orders_at(std::span<const double> frequency_hz) const;
    std::optional<Fault> solve_group(std::size_t group, std::span<const double> frequency_hz,
                                     const std::vector<std::optional<Elimination>>& orders,
                                     std::span<double> out) const;
    /// One unit at the frequencies that are `wanted`.
    std::optional<Fault> solve_alone(std::size_t unit, std::span<const double> frequency_hz,
                                     const std::vector<bool>& wanted, std::span<double> out) const;
    Circuit unit(std::size_t number) const { return population_.unit(plan_.first_unit + number, plan_.seed); }
    std::size_t groups() const { return (plan_.draws + lane_count - 1) / lane_count; }

    const Population& population_;
    BlockPlan plan_;
    Network reference_;  ///< of the first predicted unit, whose shape and order all others are tried in
    PerSide<Driver> reference_drivers_;
    Shape shape_;
    std::size_t per_unit_ = 0;    ///< numbers of one unit
    std::vector<Lanes> numbers_;  ///< [group][number]
};

}  // namespace fourpole
