// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>

namespace fourpole {

/// What is counted as audible: 20 Hz to 20 kHz (AES17's standard low-pass), or to 0.4535 of a slow
/// converter's rate, where its own filter begins.
struct AudioBand {
    double from_hz = 20.0, to_hz = 20000.0;
};

inline AudioBand audio_band(double rate_hz) { return {20.0, std::min(20000.0, 0.4535 * rate_hz)}; }

}  // namespace fourpole
