// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rig/measure/sweeps.hpp"

#include <vector>

namespace fourpole {

/// The probes of files heard anew, of two things that a single deconvolution takes for the device's:
///
///     y_k = y - sum_(i != k) h_i * x_i,   x_k = file(u(n + w(n)))
///
/// What other files and sweeps within reach of a file's inverse (1.1 s) make on the inputs, by their own
/// responses h, is taken away: beside a file of 0.8 s its neighbour is as long as itself. And the file is
/// evaluated where the player's clock was, w being its wander as all octaves of the input on which it is
/// loudest tell it alike (wander_of()). Responses are read again behind either, three times in all. What
/// wander is left over afterwards is in Probe::swing_s.
///
/// Accuracy: |error| / u of a response (tests/recorded_apart_test.cpp).
void hear_files_apart(const Recording& recording, const Programme& programme, const Clock& clock,
                      bool same_clock, std::vector<Probe>& probes);

}  // namespace fourpole
