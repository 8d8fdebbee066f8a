// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace fourpole {

/// Up to this share of half the rate a recorded wave is known between its samples.
inline constexpr double between_samples_band = 0.96;

/// A recorded wave at places of another clock: out[k] = x(first + k step), k = 0 .. count - 1, x being 0
/// outside itself.
///
///     x(p) = sum_n x[n] h(p - n),  h(t) = sin(pi t) / (pi t) * Kaiser window of 256 samples, 150 dB
///
/// h is tabulated at 256 phases and passes a cubic between them. A place within 1e-12 of a sample is that
/// sample.
///
/// @param step  samples of x per sample of the result, within 1 % of 1
/// Accuracy, 128 samples away from x's ends: the error is below -140 dB of a sine of any frequency up to
/// `between_samples_band` of half the rate (tests/between_samples_test.cpp: -150 dB at 0.9 of it and below,
/// for paces up to 2000 ppm). Above, a tone is too weak and has a mirror image at half the rate.
std::vector<double> between_samples(std::span<const double> x, double first, double step, std::size_t count);
/// The same at places as they come.
std::vector<double> between_samples(std::span<const double> x, std::span<const double> places);

}  // namespace fourpole
