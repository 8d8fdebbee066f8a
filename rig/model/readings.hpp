// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/model/model.hpp"

namespace fourpole {

/// The smallest transfer that double precision can tell from nothing: 1e-15 = -300 dB.
inline constexpr double arithmetic_floor = 1e-15;
/// A driven side below this share of the EMF is silent: nothing is stated relative to it.
inline constexpr double silent_share = 1e-3;

/// Which ratio a predicted curve shows.
struct Curve {
    enum class Kind { transfer, response, crosstalk };
    Kind kind = Kind::transfer;
    Side from = Side::left, to = Side::left;

    /// The ratio itself; nothing where the driven side is silent and the ratio refers to it.
    std::optional<Complex> ratio(const CircuitAt& at, double emf_v) const;
};

/// Every predicted curve, in the order of readings_of().
std::vector<Curve> predicted_curves();

/// An empty Reading with name, sides, unit and definition filled in.
Reading reading_of(const Curve& curve);

}  // namespace fourpole
