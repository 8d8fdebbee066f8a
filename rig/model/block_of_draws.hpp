// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/model/drawn_units.hpp"
#include "rig/model/readings.hpp"
#include "rig/result.hpp"

#include <optional>
#include <span>
#include <vector>

namespace fourpole {

/// The transfers of some units at some frequencies, in dB re the EMF, never below -300.
/// Memory: 32 bytes a draw and frequency.
class BlockOfDraws {
public:
    BlockOfDraws(std::size_t frequencies, const BlockPlan& plan);

    /// Frequencies at a time that keep a block of so many draws within 34 MB.
    static std::size_t chunk(std::size_t draws);

    std::optional<Fault> solve(const DrawnUnits& units, std::span<const double> frequency_hz);

    /// One predicted curve at one frequency, every draw in its place.
    void decibels(const Curve& curve, std::size_t frequency, std::span<double> out) const;
    /// Adds sum(x_i - nominal_i) and sum((x_i - nominal_i)(x_j - nominal_j)) over the draws.
    /// Frequencies without a nominal value stay 0.
    void add_products(const Curve& curve, std::span<const Point> nominal, std::span<double> sum,
                      std::span<double> products) const;

private:
    std::span<const double> transfer(Side from, Side to, std::size_t frequency) const;
    BlockPlan plan_;
    std::size_t frequencies_;
    std::vector<double> db_;  ///< [from, to][frequency][draw]
};

}  // namespace fourpole
