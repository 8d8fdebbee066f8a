// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cmath>
#include <compare>

namespace fourpole {

/// One physical quantity. Construction is explicit and nothing but scaling mixes it
/// with bare numbers, so that hertz cannot land where ohms are meant.
template <class Unit>
struct Quantity {
    double count = 0.0;

    constexpr Quantity() = default;
    constexpr explicit Quantity(double value) : count(value) {}

    constexpr auto operator<=>(const Quantity&) const = default;
    constexpr Quantity operator-() const { return Quantity{-count}; }
    constexpr Quantity operator+(Quantity o) const { return Quantity{count + o.count}; }
    constexpr Quantity operator-(Quantity o) const { return Quantity{count - o.count}; }
    constexpr Quantity operator*(double k) const { return Quantity{count * k}; }
    constexpr Quantity operator/(double k) const { return Quantity{count / k}; }
    constexpr double operator/(Quantity o) const { return count / o.count; }
};

using Hertz = Quantity<struct HertzUnit>;
using Seconds = Quantity<struct SecondUnit>;
using Ohms = Quantity<struct OhmUnit>;
using VoltsRms = Quantity<struct VoltRmsUnit>;    // peak volts are another type,
using VoltsPeak = Quantity<struct VoltPeakUnit>;  // so 3.01 dB cannot get lost between them
using Ppm = Quantity<struct PpmUnit>;

/// A ratio of two amplitudes (volts to volts), never of two powers.
/// This is the one place where decibels are made; keep `count` > 0.
struct AmplitudeRatio {
    double count = 1.0;

    double decibels() const { return 20.0 * std::log10(count); }
    static AmplitudeRatio from_decibels(double db) { return {std::pow(10.0, db / 20.0)}; }
};

/// dB per unit of relative amplitude, 20 / ln 10: turns a small relative standard
/// uncertainty into decibels.
inline constexpr double db_per_relative = 8.685889638065035;

/// Degrees per radian, 180 / pi.
inline constexpr double degrees_per_radian = 57.29577951308232;

}  // namespace fourpole
