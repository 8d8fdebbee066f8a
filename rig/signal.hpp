// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace fourpole {

/// The two sides of an earphone. Code loops over `sides`; it never has a twin per side.
enum class Side { left, right };

inline constexpr std::array sides{Side::left, Side::right};

constexpr Side other(Side s) { return s == Side::left ? Side::right : Side::left; }
constexpr std::string_view name(Side s) { return s == Side::left ? "left" : "right"; }
constexpr std::optional<Side> side_named(std::string_view word) {
    for (const Side s : sides)
        if (name(s) == word) return s;
    return std::nullopt;
}

/// One T per side, indexed by Side.
template <class T>
struct PerSide {
    std::array<T, 2> values{};

    constexpr T& operator[](Side s) { return values[static_cast<std::size_t>(s)]; }
    constexpr const T& operator[](Side s) const { return values[static_cast<std::size_t>(s)]; }
    bool operator==(const PerSide&) const = default;
};

/// What one take holds, as numbers: samples[side][n], n counted by the converter's clock.
/// A side that was not captured is empty. The unit is digital full scale (peak) until
/// a calibration says volts.
struct Recording {
    double rate_hz = 0.0;  ///< nominal rate of the converter; its seconds are n / rate_hz
    PerSide<std::vector<double>> samples;

    bool has(Side s) const { return !samples[s].empty(); }
    std::size_t frames() const {
        return has(Side::left) ? samples[Side::left].size() : samples[Side::right].size();
    }
};

}  // namespace fourpole
