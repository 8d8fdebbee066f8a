// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

namespace fourpole {

struct Third {
    double centre_hz = 0.0, from_hz = 0.0, to_hz = 0.0;
};

/// Thirds of an octave from 20 Hz to 20 kHz in base 10 (IEC 61260: ten a decade, 1 kHz in the middle of one),
/// those that are worth 8 values of noise or more in `seconds`. The last one ends at `end_hz`, where the
/// converters' own filters begin.
inline std::vector<Third> thirds(double end_hz, double seconds) {
    constexpr int lowest = -17, highest = 13;  // of 1 kHz, in tenths of a decade
    constexpr double half = 0.05;              // of a decade
    constexpr double least_values = 8.0;       // below, 4.34 / sqrt(B T) says little
    std::vector<Third> out;
    for (int k = lowest; k <= highest; ++k) {
        const double centre = 1000.0 * std::pow(10.0, 0.1 * k);
        const Third third{centre, centre * std::pow(10.0, -half),
                          std::min(end_hz, centre * std::pow(10.0, half))};
        if (centre < end_hz && (third.to_hz - third.from_hz) * seconds >= least_values) out.push_back(third);
    }
    return out;
}

}  // namespace fourpole
