// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace fourpole {

/// Amplitude of sin(n w t) in a sine of amplitude 1 that is cut off at +-c: y = clip(sin w t).
/// With a = asin c, for odd n (even ones vanish by symmetry):
///
///     b_n = 4/pi [ integral_0^a sin x sin nx dx + c cos(na) / n ]
///
///     1 |      ______            The stage follows up to the angle a, then stands at c
///     c |-----/------\-----      until the sine comes back.
///       +----a--------pi-a--> w t
///
/// @param c  clip level / amplitude, 0 < c <= 1
/// @param n  order, 1 = the fundamental
/// Positive: in phase with the fundamental's zero crossing (b_3 > 0 for light clipping).
/// Accuracy: 1e-15 absolute.
double clipped_harmonic(double c, int n);

/// All harmonics together re the fundamental, as an amplitude ratio:
///     sqrt(mean square of y / (b_1^2 / 2) - 1)
/// Accuracy: 2e-16 / ratio absolute, i.e. 1e-6 of a ratio of 1e-5; 0 for c = 1.
double clipped_thd(double c);

}  // namespace fourpole
