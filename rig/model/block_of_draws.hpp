// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/model/population.hpp"
#include "rig/model/readings.hpp"
#include "rig/result.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <thread>
#include <vector>

namespace fourpole {

/// Does work(0) .. work(count - 1) on several threads. What each one writes to must be its own.
template <class Work>
void share_out(unsigned threads, std::size_t count, const Work& work) {
    const std::size_t crew = std::clamp<std::size_t>(threads, 1, std::max<std::size_t>(count, 1));
    const auto hand = [&](std::size_t first) {
        for (std::size_t i = first; i < count; i += crew) work(i);
    };
    std::vector<std::jthread> others;
    for (std::size_t h = 1; h < crew; ++h) others.emplace_back(hand, h);
    hand(0);
}

/// Which units one block holds.
struct BlockPlan {
    std::uint64_t seed = 0, first_unit = first_predicted_unit;
    std::size_t draws = 4096;
    unsigned threads = 2;
};

/// The transfers of some units at some frequencies, dB re the EMF, never below -300 dB.
/// Memory: 32 bytes a draw and frequency.
class BlockOfDraws {
public:
    BlockOfDraws(std::size_t frequencies, const BlockPlan& plan);

    /// Frequencies at a time that keep a block of so many draws within 34 MB.
    static std::size_t chunk(std::size_t draws);

    std::optional<Fault> draw(const Population& population, std::span<const double> frequency_hz);

    /// One predicted curve at one frequency, every draw in its place.
    void decibels(const Curve& curve, std::size_t frequency, std::span<double> out) const;
    /// Adds sum(x_i - nominal_i) and sum((x_i - nominal_i)(x_j - nominal_j)) over the draws.
    /// Frequencies without a nominal value stay 0.
    void add_products(const Curve& curve, std::span<const Point> nominal, std::span<double> sum,
                      std::span<double> products) const;

private:
    std::span<const double> transfer(Side from, Side to, std::size_t frequency) const;
    std::optional<Fault> draw_one(const Population& population, std::span<const double> frequency_hz,
                                  std::size_t draw);

    BlockPlan plan_;
    std::size_t frequencies_;
    std::vector<double> db_;  ///< [from, to][frequency][draw]
};

/// Hazen's quantile: order statistics at (k - 1/2)/n, linear between them. The order of
/// `values` is lost.
double quantile(std::span<double> values, double q);

}  // namespace fourpole
