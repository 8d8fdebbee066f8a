// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <span>

namespace fourpole {

/// How steady one sine keeps its amplitude, block by block.
///
///     a[b] = |2 / N sum y[n] e^(-j w n)| over blocks of a tenth of a second or ten periods, whole periods
///     range = (max a - min a) / (max a + min a)
///
/// What lies before the sine and behind it (blocks below a hundredth of the loudest) does not count, nor
/// does a block at either end of what is left, which holds a part of the sine only.
/// Accuracy: 1e-3 for a frequency within 0.2 %, a line beside it or noise of r re the sine adds r at most.
/// nullopt: less than three blocks.
struct Steadiness {
    double range = 0.0;    ///< 0 .. 1
    double seconds = 0.0;  ///< that were looked at
};
std::optional<Steadiness> steadiness(std::span<const double> y, double rate_hz, double frequency_hz);

}  // namespace fourpole
