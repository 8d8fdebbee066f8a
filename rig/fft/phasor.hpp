// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

namespace fourpole {

/// real[n] + j imaginary[n] = e^(j (phase + omega n)), turned by multiplication in eight lanes
/// and set right every 1,024 samples. Accuracy 1e-14. Both spans have one length.
void turn_phasor(double omega, double phase, std::span<double> real, std::span<double> imaginary);

}  // namespace fourpole
