// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/analysis/deconvolve.hpp"
#include "rig/analysis/noise_spectrum.hpp"

#include <array>
#include <functional>
#include <optional>
#include <vector>

namespace fourpole {

/// A mains line in a stretch of samples, on the converter's clock.
struct HumLine {
    double hz = 0.0;
    Estimate line;       ///< peak, at the middle of the stretch
    double aside = 0.0;  ///< mean square that it leaves close beside it, because it drifts
};

/// A line that nobody could fit, by what stands in the spectrum.
struct LineLeft {
    double hz = 0.0, amplitude = 0.0;  ///< peak

    /// Of its amplitude, what a fit over `seconds` at f holds at most: sin(pi d T) / (pi d T), d the
    /// distance.
    double leak(double f, double seconds) const;
};

/// A line that a take holds elsewhere, and that nobody could tell from the tones of a stretch.
struct HiddenLine {
    double hz = 0.0, u_hz = 0.0, amplitude = 0.0;  ///< peak

    /// Of its amplitude, what a fit over `seconds` at f takes for its own: sin x / x, x = pi d T with the
    /// distance d; beyond half a turn at most 1 / x.
    double leak(double f, double seconds) const;
};

/// Looked for in pauses: 2 kHz and 2.4 kHz. What rectifiers draw goes that far.
inline constexpr int orders_of_hum = 40;

/// The mains as one input shows them where they can be seen.
struct HumElsewhere {
    double from_hz = 0.0, to_hz = 0.0;  ///< of their fundamental; 0: no line was seen
    /// Peak, by order less one; 0: looked for and not seen, nothing: not looked for.
    std::array<std::optional<double>, orders_of_hum> amplitude{};

    double mains_hz() const { return 0.5 * (from_hz + to_hz); }
};

/// The mean square in a band of noise and of the lines that were taken out of it, each with its own weight: a
/// line's A^2 / 2 is then the level of its whole periods, however many of them the stretch holds.
BandPower with_hum(BandPower noise, const std::vector<HumLine>& hum, double from_hz, double to_hz,
                   const std::function<double(double)>& gain);

}  // namespace fourpole
