// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace fourpole {

/// The least and the largest sample; 0 and 0 of none.
struct Extremes {
    double low = 0.0, high = 0.0;
};
Extremes extremes(std::span<const double> x);

/// Samples that stand at one level because something could go no further.
struct Clipping {
    double level = 0.0;      ///< |x| of the flat top, full scale = 1
    std::int64_t count = 0;  ///< samples at it, both polarities
};

/// A flat top: at least 8 samples at the extreme code, two of them neighbours, and 20 times
/// as many as in each of the eight codes below (the top of a sine has about 4 times as many).
/// A code at which more than half of the samples rest, nearer to 0 than half of the other extreme, is what a
/// silence with a click in it stands at, and no top.
/// A wave so fast that no two neighbours reach the top cannot be told from a coherent tone.
///
/// @param step  one step of the converter; for floating point what 24 bits would give
/// Accuracy: level and count exact. nullopt: not clipped.
std::optional<Clipping> clipping(std::span<const double> x, const Extremes& of_x, double step);
inline std::optional<Clipping> clipping(std::span<const double> x, double step) {
    return clipping(x, extremes(x), step);
}

/// True where a channel never moves by more than one step: not connected, muted, or digital
/// silence. A connected input always shows its own noise.
bool dead(const Extremes& of_x, double step);
inline bool dead(std::span<const double> x, double step) { return dead(extremes(x), step); }

/// Mean, full scale = 1. Summed in double with compensation: 1e-15.
double mean(std::span<const double> x);

/// The same of samples that come piece by piece.
class Mean {
public:
    void add(std::span<const double> piece);
    double value() const { return count_ > 0 ? sum_ / static_cast<double>(count_) : 0.0; }

private:
    double sum_ = 0.0, carry_ = 0.0;
    std::size_t count_ = 0;
};

/// Largest |x|.
double peak(std::span<const double> x);

/// Sum of x^2, in eight sums side by side: 1e-15 sqrt(N).
double energy_of(std::span<const double> x);

}  // namespace fourpole
