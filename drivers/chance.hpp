// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <initializer_list>
#include <random>
#include <string_view>

namespace fourpole {

/// 64 bits out of words and numbers: FNV-1a, then SplitMix64's finaliser so that nearby
/// words end far apart. The same on every machine and compiler.
std::uint64_t hash_of(std::initializer_list<std::string_view> words, std::uint64_t number = 0);

/// Where unit number `unit` of the population stands on one figure's spread, in (0, 1):
///     q = frac(1/2 + unit * alpha),  alpha from the name of the figure
/// Consecutive units fill the spread evenly; unit 0 is the nominal one (q = 1/2).
double quantile_of(std::string_view figure, std::uint64_t unit);

/// Random numbers that repeat for a seed. std::normal_distribution is left alone because
/// the standard does not say which numbers it makes.
class Chance {
public:
    explicit Chance(std::uint64_t seed) : engine_(seed) {}

    double uniform();  ///< in [0, 1), multiples of 2^-53
    double gauss();    ///< mean 0, standard deviation 1 (Box-Muller)

private:
    std::mt19937_64 engine_;
    double spare_ = 0.0;
    bool has_spare_ = false;
};

}  // namespace fourpole
